/**
 * The main job, end to end: a customer in the city calls a queue of a real Asterisk, the right card is there before the
 * answer, they hear each other, the order becomes a row in a real PostgreSQL. In Electron and in Chromium.
 */
import { mkdtemp } from 'node:fs/promises';
import path from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { startPostgres, type Postgres } from '../support/postgres.ts';
import { demoCentre, startAsterisk, type Asterisk } from './support/asterisk.ts';
import { readCentralRows, type CentralRows } from './support/central-rows.ts';
import { startCityCaller, type CityCaller } from './support/city-caller.ts';
import { startBrowserDesk, startElectronDesk, type Desk } from './support/desk.ts';
import { waitForTone } from './support/ear.ts';
import { becomeReady, fillForm, leadThroughScript, signIn } from './support/operator.ts';
import { startServer } from './support/server-process.ts';
import type { Service } from './support/service.ts';
import { waitFor } from './support/wait-for.ts';
import { syllables, writeWav } from './support/wav.ts';

const operatorHz = 440;
const customerHz = 700;
const internet = '+38616002010';

let postgres: Postgres;
let rows: CentralRows;
let asterisk: Asterisk;
let server: Service;
let customer: CityCaller;
let micWav: string;

const folder = (name: string) => mkdtemp(path.join(inject('floorFolder'), `${name}-`));

beforeAll(async () => {
  [postgres, asterisk] = await Promise.all([
    startPostgres(),
    folder('ast').then((at) => startAsterisk({ root: inject('asteriskRoot'), folder: at })),
  ]);
  server = await startServer({
    repository: inject('repository'),
    folder: await folder('server'),
    databaseUrl: postgres.url,
    centre: demoCentre,
    exchange: asterisk.address,
  });
  rows = await readCentralRows(postgres.url);
  customer = await startCityCaller({
    folder: await folder('customer'),
    exchangePort: asterisk.sipPort,
    number: '+38641555101',
    toneHz: customerHz,
  });
  micWav = path.join(await folder('mic'), 'operator.wav');
  await writeWav(micWav, syllables(operatorHz, 60));
});
afterAll(async () => {
  await customer?.stop();
  await rows?.[Symbol.asyncDispose]();
  await server?.stop();
  await asterisk?.stop();
  await postgres?.stop();
});

const hosts = {
  electron: async (): Promise<Desk> =>
    startElectronDesk({ ...(await deskOptions('electron')), runtime: inject('electron') }),
  browser: async (): Promise<Desk> =>
    startBrowserDesk({ ...(await deskOptions('browser')), chromium: inject('chromium') }),
};

async function deskOptions(name: string) {
  return {
    repository: inject('repository'),
    folder: await folder(name),
    server: server.address,
    micWav,
  };
}

/** The customer calls; settles when the desk rings. */
async function ring(page: Page): Promise<void> {
  await customer.call(internet);
  await page.getByRole('article', { name: 'Dohodni klic' }).waitFor();
}

async function answer(page: Page, voice: Page | Frame): Promise<void> {
  await page.keyboard.press('F2');
  await page.locator('[data-phase="talking"]').waitFor();
  await customer.waitForTone(operatorHz);
  await waitForTone(voice, customerHz);
}

async function finish(page: Page): Promise<void> {
  await page.locator('[data-phase="ended"]').waitFor();
  await page.keyboard.press('F9');
  await page.locator('[data-operator="ready"]').waitFor();
}

async function callIdOf(page: Page): Promise<string> {
  const id = await page.locator('[data-call]').first().getAttribute('data-call');
  if (id === null) throw new Error('the call has no id');
  return id;
}

/** A desk of its own for each test, signed in and ready. */
let desk: Desk | undefined;

async function readyDesk(host: 'electron' | 'browser'): Promise<{
  readonly page: Page;
  readonly voice: Page | Frame;
}> {
  desk = await hosts[host]();
  const { page } = desk;
  await signIn(page, 'ana', 'centrala-demo');
  const voice = await desk.voice();
  await asterisk.waitForRegistered('201');
  await becomeReady(page);
  return { page, voice };
}

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail')
    await desk?.page
      .screenshot({ path: path.join(inject('floorFolder'), `${task.id}.png`), timeout: 5000 })
      .catch(() => undefined);
  customer.drop();
  await desk?.stop();
  desk = undefined;
  if (!server.isUp) await server.restart();
  await waitFor('all channels gone', async () => (await asterisk.channels()).length === 0);
});

describe.each(['electron', 'browser'] as const)('the desk in %s', (host) => {
  test('the card before the answer, both voices, script and form by keyboard, and the row in PostgreSQL', async () => {
    const { page, voice } = await readyDesk(host);
    const street = `Cankarjeva ulica 4 ${host}`;
    await ring(page);
    const pop = page.getByRole('article', { name: 'Dohodni klic' });
    expect(await pop.textContent()).toMatch(/Internet\+.*čaka.*Marija Žagar.*041 555 101/s);
    expect(await page.getByRole('heading', { level: 2 }).textContent()).toBe('Marija Žagar');
    await page.locator('[data-step="hello"]').waitFor();
    // Asterisk still rings the desk: nobody has answered.
    expect(await asterisk.channels()).toContainEqual(
      expect.stringMatching(/^PJSIP\/201-.*!Ringing!/),
    );

    await answer(page, voice);
    const callId = await callIdOf(page);
    await leadThroughScript(page);
    await fillForm(page, { street, town: 'Kamnik', visitDate: '1.12.2027' });
    await page.keyboard.press('F9');
    await page.locator('[data-state="with-server"]').waitFor();
    const [order, ...others] = await rows.ordersOf(street);
    expect(others).toEqual([]);
    expect(order).toMatchObject({
      call_id: callId,
      project_id: 'internet',
      customer: 'Marija Žagar',
      answers: {
        name: 'Marija Žagar',
        street,
        postCode: '1241',
        town: 'Kamnik',
        package: 'fibre-200',
        provider: 'telko',
        competitorPrice: 25,
        visitDate: '2027-12-01',
        visitSlot: '8-10',
        identityDocument: 'passport',
      },
    });
    expect(Object.keys(order?.said ?? {}).sort()).toEqual([
      'notice-period',
      'passport',
      'pay-to-account',
      'who-calls',
    ]);

    await customer.hangUp();
    await finish(page);
    const [call] = await waitFor('the call as a row', async () => {
      const found = await rows.callsOf(callId);
      return found.length > 0 && found;
    });
    expect(call).toMatchObject({
      number: '+38641555101',
      queue: 'internet',
      outcome: 'ordered',
      end: 'hung-up-there',
    });
    expect(call?.waited_seconds).toBeGreaterThanOrEqual(2);
  });

  test('with the server stopped, calls and saving go on; when it is back the row arrives exactly once', async () => {
    const { page, voice } = await readyDesk(host);
    const street = `Maistrova ulica 7 ${host}`;
    await ring(page);
    await answer(page, voice);
    await leadThroughScript(page);
    await server.kill();
    await page.getByText('Brez strežnika').waitFor();
    await fillForm(page, { street, town: 'Kamnik', visitDate: '2.12.2027' });
    await page.keyboard.press('F9');
    await page.locator('[data-state="saved"]').waitFor();
    expect(await rows.ordersOf(street)).toEqual([]);
    await customer.waitForTone(operatorHz);
    await page.keyboard.press('F4');
    await customer.waitFor('closed');
    await finish(page);

    // The next customer's card comes from this desk's own base.
    await ring(page);
    expect(await page.getByRole('article', { name: 'Dohodni klic' }).textContent()).toContain(
      'Marija Žagar',
    );
    await answer(page, voice);
    const second = await callIdOf(page);

    await server.restart();
    await waitFor('the order as a row', async () => (await rows.ordersOf(street)).length > 0);
    await page.locator('header').getByText('Strežnik', { exact: true }).waitFor();
    await customer.hangUp();
    await page.locator('[data-phase="ended"]').waitFor();
    // Whatever would be sent twice has been sent by the time that a later mutation has arrived.
    await page.keyboard.press('t');
    await page.keyboard.press('1');
    await page.keyboard.press('F9');
    await waitFor('the later call as a row', async () => (await rows.callsOf(second)).length > 0);
    expect(await rows.ordersOf(street)).toHaveLength(1);
  });
});
