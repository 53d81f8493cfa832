/**
 * The desk in Electron and other programs: a second start with a link brings its number to the first one, a first one keeps it
 * until somebody is there; the key that works in every program; and a copied report can be pasted elsewhere.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, readlink } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { runCommand } from '../../tools/floor/run-command.ts';
import { demoCentre } from './support/asterisk.ts';
import { startElectronDesk, type ElectronDesk } from './support/desk.ts';
import { signIn } from './support/operator.ts';
import { startServer } from './support/server-process.ts';
import type { Service } from './support/service.ts';
import { syllables, writeWav } from './support/wav.ts';

let server: Service;
let desk: ElectronDesk;
let micWav: string;

const folder = (name: string) => mkdtemp(path.join(inject('floorFolder'), `${name}-`));

beforeAll(async () => {
  server = await startServer({
    repository: inject('repository'),
    folder: await folder('server'),
    centre: demoCentre,
    // Nobody is called here: an exchange that is not there is as good as any.
    exchange: 'ws://127.0.0.1:9/ws',
  });
  micWav = path.join(await folder('mic'), 'operator.wav');
  await writeWav(micWav, syllables(440, 10));
  desk = await start([]);
  await signIn(desk.page, 'ana', 'centrala-demo');
});
afterAll(async () => {
  await desk?.stop();
  await server?.stop();
});

async function start(words: readonly string[]): Promise<ElectronDesk> {
  return startElectronDesk({
    repository: inject('repository'),
    folder: await folder('electron'),
    server: server.address,
    micWav,
    runtime: inject('electron'),
    words,
  });
}

const dialBox = ({ page }: ElectronDesk) => page.locator('form[aria-label] input[type="tel"]');

async function environment(): Promise<Record<string, string>> {
  const text = await readFile(`/proc/${desk.pid}/environ`, 'utf8');
  const pairs = text.split('\0').map((one) => /^([^=]+)=(.*)$/s.exec(one));
  return Object.fromEntries(pairs.flatMap((pair) => (pair ? [[pair[1], pair[2]]] : [])));
}

/** Starts the program once more, as the system does for a link; it hands the link on and ends by itself. */
async function openLink(link: string): Promise<number | null> {
  const program = await readlink(`/proc/${desk.pid}/exe`);
  const child = spawn(program, ['--no-sandbox', link], {
    env: await environment(),
    stdio: 'ignore',
  });
  return new Promise((resolve) => child.once('exit', resolve));
}

test('a number comes into the dial box, and nothing else of the link; nobody is called', async () => {
  const field = dialBox(desk);
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
  await desk.page.evaluate(() => {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  });
  await openLink('callto://+38640555103/');
  await expect.poll(() => field.inputValue()).toBe('+38640555103');
  await openLink('tel:%0d%0a');
  await openLink('https://tel:1');
  expect(await field.inputValue()).toBe('+38640555103');
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

test('the key that works everywhere brings the number that was copied', async () => {
  const field = dialBox(desk);
  await field.fill('051 000 001');
  await field.press('Control+A');
  await field.press('Control+C');
  await field.fill('');
  await desk.page.evaluate(() => {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  });
  await runCommand('xdotool', ['key', 'ctrl+shift+d'], { env: await environment() });
  await expect.poll(() => field.inputValue()).toBe('051 000 001');
  expect(await desk.page.locator('[data-call]').count()).toBe(0);
});

test.each([
  ['tel:+386%2041%20123%20456;ext=7', '+386 41 123 456'],
  ['callto:041123456', '041123456'],
])(
  'started by the link %s, the desk keeps the number until somebody has signed in',
  async (link, written) => {
    const cold = await start([link]);
    try {
      await signIn(cold.page, 'bor', 'centrala-demo');
      await expect.poll(() => dialBox(cold).inputValue()).toBe(written);
      expect(await cold.page.locator('[data-call]').count()).toBe(0);
    } finally {
      await cold.stop();
    }
  },
);

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
