/**
 * The desk in Electron and other programs: a second start with a link brings its number to the first one, and a copied report
 * can be pasted elsewhere.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, readlink } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { demoCentre } from './support/asterisk.ts';
import { startElectronDesk, type ElectronDesk } from './support/desk.ts';
import { signIn } from './support/operator.ts';
import { startServer } from './support/server-process.ts';
import type { Service } from './support/service.ts';
import { syllables, writeWav } from './support/wav.ts';

let server: Service;
let desk: ElectronDesk;

const folder = (name: string) => mkdtemp(path.join(inject('floorFolder'), `${name}-`));

beforeAll(async () => {
  server = await startServer({
    repository: inject('repository'),
    folder: await folder('server'),
    centre: demoCentre,
    // Nobody is called here: an exchange that is not there is as good as any.
    exchange: 'ws://127.0.0.1:9/ws',
  });
  const micWav = path.join(await folder('mic'), 'operator.wav');
  await writeWav(micWav, syllables(440, 10));
  desk = await startElectronDesk({
    repository: inject('repository'),
    folder: await folder('electron'),
    server: server.address,
    micWav,
    runtime: inject('electron'),
  });
  await signIn(desk.page, 'ana', 'centrala-demo');
});
afterAll(async () => {
  await desk?.stop();
  await server?.stop();
});

/** Starts the program once more, as the system does for a link; it hands the link on and ends by itself. */
async function openLink(link: string): Promise<number | null> {
  const program = await readlink(`/proc/${desk.pid}/exe`);
  const environment = (await readFile(`/proc/${desk.pid}/environ`, 'utf8')).split('\0');
  const env = Object.fromEntries(
    environment.map((one) => [one.slice(0, one.indexOf('=')), one.slice(one.indexOf('=') + 1)]),
  );
  const child = spawn(program, ['--no-sandbox', link], { env, stdio: 'ignore' });
  return new Promise((resolve) => child.once('exit', resolve));
}

test('a number comes into the dial box, and nothing else of the link; nobody is called', async () => {
  const field = desk.page.locator('form[aria-label] input[type="tel"]');
  await desk.page.evaluate(() => {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  });
  expect(await openLink('tel:041%20123%20456;phone-context=evil.example')).toBe(0);
  await expect.poll(() => field.inputValue()).toBe('041 123 456');
  await desk.page.evaluate(() => {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  });
  await openLink('sip:202:secret@centre.example?Replaces=1');
  await expect.poll(() => field.inputValue()).toBe('202');
  await openLink('tel:%0d%0a');
  await openLink('https://tel:1');
  expect(await field.inputValue()).toBe('202');
  expect(await desk.page.locator('[data-call]').count()).toBe(0);
});

test('a copied report can be pasted', async () => {
  const { page } = desk;
  await page.locator('nav').getByRole('button', { name: 'Diagnostika' }).click();
  await page.getByRole('button', { name: 'Kopiraj poročilo' }).click();
  await page.getByText('Kopirano.').waitFor();
  expect(await page.getByLabel('Kopirajte to besedilo:').count()).toBe(0);
  // As another program would: from the system's clipboard, by key.
  await page.evaluate(() => {
    const field = document.createElement('textarea');
    document.body.append(field);
    field.focus();
  });
  await page.keyboard.press('Control+V');
  const pasted = () => page.locator('body > textarea').inputValue();
  await expect.poll(pasted).toContain('## Centrala');
  await page.locator('body > textarea').evaluate((field) => field.remove());
});

test('the voice page looks for telephony headsets without a question to anybody, and sees nothing else of the machine', async () => {
  const voice = await desk.voice();
  const found = await voice.evaluate(async () => {
    const { hid, serial } = navigator as unknown as Record<
      'hid' | 'serial',
      { getDevices(): Promise<unknown[]>; getPorts(): Promise<unknown[]> }
    >;
    return { headsets: (await hid.getDevices()).length, ports: (await serial.getPorts()).length };
  });
  expect(found).toEqual({ headsets: 0, ports: 0 });
});
