/** An operator at the desk's page: everything by keyboard, nothing by mouse. */
import type { Page } from 'playwright-core';

/** Presses Tab until the element with this id has the focus. Throws when it is not on the way. */
export async function tabTo(page: Page, id: string): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    if ((await focusedId(page)) === id) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to #${id}; the focus is at #${await focusedId(page)}`);
}

function focusedId(page: Page): Promise<string> {
  return page.evaluate(() => document.activeElement?.id ?? '');
}

export async function signIn(page: Page, username: string, password: string): Promise<void> {
  const field = page.getByLabel('Uporabniško ime');
  await field.waitFor();
  await page.waitForFunction(() => document.activeElement instanceof HTMLInputElement);
  await page.keyboard.type(username);
  await page.keyboard.press('Tab');
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');
  await page.locator('[data-operator]').waitFor({ timeout: 30_000 });
}

/** Ready for calls, chosen in the operator's menu; the base is there by then. */
export async function becomeReady(page: Page): Promise<void> {
  await page.locator('header').getByText('Strežnik', { exact: true }).waitFor();
  await page.locator('header [data-operator]').focus();
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: 'Na voljo', exact: true }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.locator('[data-operator="ready"]').waitFor();
}

/**
 * The internet project's script, by its digits: a new connection, now with Telko for 25 €, wants 200/50; then all
 * that must be said, and on to the form.
 */
export async function leadThroughScript(page: Page): Promise<void> {
  const step = (id: string) => page.locator(`[data-step="${id}"]`).waitFor();
  await step('hello');
  await page.keyboard.press('1');
  // Where the focus still is on a button, Enter is that button's; this goes on from anywhere.
  await page.keyboard.press('Alt+ArrowRight');
  await step('provider');
  await page.keyboard.press('3');
  await page.keyboard.press('Enter');
  await step('competitor');
  await page.keyboard.type('25');
  await page.keyboard.press('Enter');
  await step('offer');
  await page.keyboard.press('2');
  await page.keyboard.press('Enter');
  await step('order');
  for (let item = 0; item < 4; item++) await page.keyboard.press('Shift+M');
  await page.getByText('vse povedano').waitFor();
  await page.keyboard.press('Enter');
}

export interface InternetOrder {
  readonly street: string;
  readonly town: string;
  /** As typed, e.g. "1.12.2026". */
  readonly visitDate: string;
}

/** What the script could not fill in. */
export async function fillForm(page: Page, order: InternetOrder): Promise<void> {
  await write(page, 'form_name', 'Marija Žagar');
  await write(page, 'form_street', order.street);
  await write(page, 'form_postCode', '1241');
  await write(page, 'form_town', order.town);
  await write(page, 'form_visitDate', order.visitDate);
  await choose(page, 'form_visitSlot', '8–10');
  await choose(page, 'form_identityDocument', 'Potni');
}

async function write(page: Page, id: string, text: string): Promise<void> {
  await tabTo(page, id);
  await page.keyboard.press('Control+A');
  await page.keyboard.type(text);
  await page.keyboard.press('Tab');
}

async function choose(page: Page, id: string, text: string): Promise<void> {
  await tabTo(page, id);
  await page.keyboard.type(text);
  // As a person does: Enter when the wanted one is marked.
  await page.locator('[role="option"][data-combobox-selected]', { hasText: text }).waitFor();
  await page.keyboard.press('Enter');
}
