/** What the operator in the pictures does, and how it is known that the desk has come so far. */
import type { Locator, Page } from 'playwright-core';
import type { Exchange } from '../../src-practice/exchange.ts';

export interface Caller {
  readonly name: string;
  /** E.164 */
  readonly number: string;
  readonly queue: string;
  readonly language: 'sl' | 'en';
}

export async function signIn(page: Page): Promise<void> {
  await page.locator('input[autocomplete="username"]').fill('ana');
  await page.locator('input[autocomplete="current-password"]').fill('centrala-demo');
  await page.keyboard.press('Enter');
  await page.locator('[data-operator="ready"]').waitFor();
  await page.locator('header [data-tone]').first().waitFor({ state: 'attached' });
}

/** The customer calls; the whole card is there. The call's id at the exchange. */
export async function ring(page: Page, exchange: Exchange, caller: Caller): Promise<string> {
  const { name, ...call } = caller;
  const id = exchange.ring({ ...call, patience: 600 });
  await page.locator('article[data-call]', { hasText: name }).waitFor();
  await page.locator('#card [data-step]').waitFor();
  return id;
}

/** Both hear each other. */
export async function answer(page: Page): Promise<void> {
  await page.keyboard.press('F2');
  await page.locator('[data-phase="talking"]').waitFor();
}

/** The internet project's script until the order: a new connection instead of Telko for 25 €, package 200/50. */
export async function leadThroughScript(page: Page): Promise<void> {
  const step = (id: string): Promise<void> => page.locator(`[data-step="${id}"]`).waitFor();
  await step('hello');
  await page.keyboard.press('1');
  await page.keyboard.press('Alt+ArrowRight');
  await step('provider');
  await page.keyboard.press('3');
  await page.keyboard.press('Enter');
  await step('competitor');
  await page.keyboard.type('25');
  await page.keyboard.press('Enter');
  await step('offer');
  await page.keyboard.press('2');
}

/** All that must be said has been said; then on to the form. */
export async function goToOrder(page: Page): Promise<void> {
  await page.keyboard.press('Enter');
  await page.locator('[data-step="order"]').waitFor();
  for (let item = 0; item < 4; item++) await page.keyboard.press('Shift+M');
  await page.getByText('all said').waitFor();
}

export async function fillVisit(page: Page): Promise<void> {
  await fill(page, page.locator('#form_visitDate'), '1.12.2027');
  await choose(page, page.locator('#form_visitSlot'), '8–10');
  await choose(page, page.locator('#form_identityDocument'), 'Passport');
}

async function fill(page: Page, field: Locator, text: string): Promise<void> {
  await field.fill(text);
  await page.keyboard.press('Tab');
}

async function choose(page: Page, field: Locator, text: string): Promise<void> {
  await field.focus();
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
}
