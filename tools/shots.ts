/**
 * `npm run shots`: the pictures of the README, taken of the running app. A practice customer calls, the operator answers, leads
 * the script, saves the order and finishes the card; every picture waits for a state, none for a time.
 */
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { startHouse, type House } from './shots/house.ts';
import {
  answer,
  fillVisit,
  goToOrder,
  leadThroughScript,
  ring,
  signIn,
  type Caller,
} from './shots/operator.ts';

const pictures = join(import.meta.dirname, '..', 'assets', 'screenshots');
const usual = { width: 1280, height: 800 };
const wide = { width: 1920, height: 1080 };
const largest = 250_000;

const john: Caller = {
  name: 'John Smith',
  number: '+38669555115',
  queue: 'internet',
  language: 'en',
};
const tomaz: Caller = {
  name: 'Tomaž Kranjc',
  number: '+38631555104',
  queue: 'internet',
  language: 'sl',
};

async function main(): Promise<void> {
  mkdirSync(pictures, { recursive: true });
  const folder = mkdtempSync(join(tmpdir(), 'centrala-shots-'));
  try {
    await using house = await startHouse(folder);
    const browser = await chromium.launch({
      executablePath: process.env['CENTRALA_CHROMIUM'] ?? '/usr/bin/chromium',
      args: [
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        '--use-fake-device-for-media-stream',
        '--use-fake-ui-for-media-stream',
        '--autoplay-policy=no-user-gesture-required',
        // Both ends are on this machine: without it loopback candidates have names nobody resolves.
        '--disable-features=WebRtcHideLocalIpsWithMdns',
      ],
    });
    try {
      const page = await browser.newPage({ viewport: usual, colorScheme: 'light' });
      page.setDefaultTimeout(60_000);
      await takeAll(page, house);
    } finally {
      await browser.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function takeAll(page: Page, { desk, exchange }: House): Promise<void> {
  await page.goto(desk);
  await page.getByLabel('Username').waitFor();
  await take(page, 'sign-in');

  await signIn(page);
  const first = await ring(page, exchange, john);
  await page.locator('article[data-call]').getByText('0:04').waitFor();
  await take(page, 'ringing');

  await answer(page);
  await page.getByRole('button', { name: 'Fill from the card' }).click();
  await leadThroughScript(page);
  await page.locator('[data-draft="saved"]').waitFor();
  await page.getByText('signal good').waitFor();
  await take(page, 'call');
  await page.setViewportSize(wide);
  await take(page, 'call-wide');
  await page.setViewportSize(usual);

  await goToOrder(page);
  await fillVisit(page);
  await page.keyboard.press('F9');
  await page.locator('[data-state="with-server"]').waitFor();
  exchange.hangUp(first);
  await page.locator('[data-operator="wrap-up"]').waitFor();
  await take(page, 'wrap-up');
  await page.keyboard.press('F9');
  await page.locator('[data-operator="ready"]').waitFor();

  await page.getByRole('button', { name: 'Customers', exact: true }).click();
  await page.getByRole('combobox').first().fill('zagar kamnik');
  await page.getByRole('option', { name: 'Marija Žagar' }).click();
  await page.getByRole('heading', { name: 'Marija Žagar' }).waitFor();
  await take(page, 'customers');

  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  await page.getByText('Slovenščina').click();
  await page.getByText('Temna').click();
  await page.getByRole('button', { name: 'Klic', exact: true }).click();
  await ring(page, exchange, tomaz);
  await answer(page);
  await page.getByText('signal dober').waitFor();
  await page.keyboard.press('3');
  await page.evaluate('document.activeElement.blur()');
  await take(page, 'dark');
}

/** Errors: Error where the picture is too large for a README. */
async function take(page: Page, name: string): Promise<void> {
  const path = join(pictures, `${name}.png`);
  // Fonts and pictures are there, and the pointer hovers over nothing.
  await page.mouse.move(0, 0);
  await page.evaluate('document.fonts.ready.then(() => undefined)');
  await page.screenshot({ path, animations: 'disabled' });
  const { size } = statSync(path);
  if (size > largest) throw new Error(`${name}.png has ${size} bytes, more than ${largest}.`);
  process.stdout.write(`assets/screenshots/${name}.png   ${Math.ceil(size / 1000)} kB\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
