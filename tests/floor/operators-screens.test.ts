/**
 * What an operator sees on the screens that need a real exchange and a real base: the check of the gear before the shift with
 * its attendance stamp in PostgreSQL, and the diagnostics of a call. Asterisk 22.
 */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startPostgres, type Postgres } from '../support/postgres.ts';
import { readCentralRows, type CentralRows } from './support/central-rows.ts';
import type { CityCaller } from './support/city-caller.ts';
import { floorGear } from './support/floor-gear.ts';
import { ana, customerHz, openHouse, type House } from './support/house.ts';
import type { LedDesk } from './support/led-desk.ts';
import { waitFor } from './support/wait-for.ts';

const number = '+38641555101';
const patient = { timeout: 20_000 } as const;

let postgres: Postgres;
let rows: CentralRows;
let house: House;
let desk: LedDesk;
let customer: CityCaller;
let hidden: CityCaller;

beforeAll(async () => {
  postgres = await startPostgres();
  house = await openHouse(floorGear(), {
    databaseUrl: postgres.url,
    // RFC 4028 §5: the shortest there is.
    lineSettings: { 201: ['endpoint/timers_sess_expires = 90', 'endpoint/timers_min_se = 90'] },
  });
  rows = await readCentralRows(postgres.url);
  [customer, hidden, desk] = await Promise.all([
    house.telephone({ number, toneHz: customerHz }),
    house.telephone({ number: null, toneHz: customerHz }),
    house.desk(ana),
  ]);
});
afterEach(async () => {
  customer.drop();
  hidden.drop();
  await desk.clear();
  await house.quiet();
});
afterAll(async () => {
  await rows?.[Symbol.asyncDispose]();
  await house?.[Symbol.asyncDispose]();
  await postgres?.stop();
});

async function open(screen: string): Promise<void> {
  const rail = desk.page.getByRole('navigation', { name: 'Zasloni' });
  await rail.getByRole('button', { name: screen }).click();
}

async function talking(): Promise<string> {
  await customer.call(`7${ana.extension}`);
  const callId = await desk.nextCall();
  await desk.page.getByRole('article', { name: 'Dohodni klic' }).waitFor();
  await desk.page.keyboard.press('F2');
  await desk.until(callId, 'talking');
  await desk.hears(customerHz);
  await customer.hears(ana.toneHz);
  return callId;
}

test('the check before the shift passes on one page, and is the attendance stamp in the central base', async () => {
  const { page } = desk;
  expect(await rows.stamps()).toEqual([]);
  await page.getByRole('button', { name: /^Preglej opremo/ }).click();
  await page.getByRole('button', { name: 'Preglej', exact: true }).click();
  const names = ['headset', 'line', 'network', 'server', 'base'];
  await page
    .getByText(/^Prihod zabeležen ob/)
    .first()
    .waitFor({ timeout: 60_000 });
  const shown = await page
    .locator('[data-check]')
    .evaluateAll((all) => all.map((one) => [one.dataset['check'], one.dataset['state']]));
  expect(shown).toEqual(names.map((name) => [name, 'passed']));
  // The desk has called itself, and the network's figures are that call's.
  expect(await page.locator('[data-check="line"]').textContent()).toMatch(/zazvonilo po \d+ ms/);
  expect(await page.locator('[data-check="network"]').textContent()).toMatch(/izguba 0 %/);
  const [stamp, ...others] = await waitFor('the stamp', async () => {
    const all = await rows.stamps();
    return all.length > 0 && all;
  });
  expect(others).toEqual([]);
  expect(stamp?.username).toBe(ana.username);
  expect(stamp?.checks.map(({ name, state }) => [name, state])).toEqual(shown);
  await open('Klic');
  // The operator is as ready as before, and the next call comes.
  await talking();
});

test('the diagnostics show the call’s messages and its sound, and the report holds nobody’s number', async () => {
  const { page } = desk;
  await talking();
  await open('Diagnostika');
  const ladder = page.getByRole('list', { name: /^Sporočila SIP/ });
  const rungs = async (direction: string) =>
    ladder.locator(`[data-direction="${direction}"] b`).allTextContents();
  await expect.poll(() => rungs('received'), patient).toContain('INVITE');
  expect((await rungs('received')).at(-1)).toBe('ACK');
  expect(await rungs('sent')).toEqual(
    expect.arrayContaining(['REGISTER', '180 Ringing', '200 OK']),
  );

  await page.getByText('Zvok', { exact: true }).click();
  const figure = async (name: string) => {
    const row = page.locator('dl > div', { has: page.getByText(name, { exact: true }) });
    return (await row.locator('dd').textContent()) ?? '';
  };
  await expect.poll(() => figure('Kodek'), patient).toMatch(/^(?:opus|PCMA)$/i);
  await expect
    .poll(async () => Number.parseFloat((await figure('MOS')).replace(',', '.')), patient)
    .toBeGreaterThanOrEqual(4);
  const received = async () => Number((await figure('Prejeti paketi')).replaceAll(/\D/g, ''));
  const before = await received();
  await expect.poll(received, patient).toBeGreaterThan(before);
  expect(await figure('Izgubljeni paketi')).toBe('0');

  await page.getByRole('button', { name: 'Kopiraj poročilo' }).click();
  await page
    .getByText(/^Kopirano/)
    .or(page.getByLabel('Kopirajte to besedilo:'))
    .first()
    .waitFor();
  const { text } = await desk.desk.rpc.debug.report();
  expect(text).toContain('INVITE');
  for (const secret of [number, number.slice(4), 'Marija', 'Žagar', `practice-${ana.extension}`])
    expect(text).not.toContain(secret);
});

test('who calls, as the network vouches for it, and who sent the call on stand there before the answer', async () => {
  await open('Klic');
  await hidden.call(`9${ana.extension}`);
  const pop = desk.page.getByRole('article', { name: 'Dohodni klic' });
  await pop.waitFor();
  expect(await pop.textContent()).toMatch(/Marija Žagar.*041 555 101/s);
  expect(await pop.textContent()).toContain('Preusmerjen s številke (01) 600 20 20');
});

test('a message in the mailbox is shown without a question', async () => {
  const told = desk.page.locator('header').getByText('1 novo sporočilo v predalu');
  expect(await told.count()).toBe(0);
  await house.asterisk.leaveMessage(ana.extension);
  await told.waitFor();
});

test('a call that outlasts its session interval is refreshed, and nobody hears it', async () => {
  await talking();
  using arrival = await customer.watchArrival();
  const asked = async () => {
    const { text } = await desk.desk.rpc.debug.report();
    return [...text.matchAll(/ sent\n(?:UPDATE|INVITE) /g)].length;
  };
  const before = await asked();
  // RFC 4028 §10: half of the interval after its beginning.
  await waitFor('the refresh', async () => (await asked()) > before, 60_000);
  await desk.hears(customerHz);
  await customer.hears(ana.toneHz);
  expect(arrival.longestSilence).toBeLessThan(0.5);
});
