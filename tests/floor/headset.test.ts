/**
 * The headset's way through a real page: its reports reach main, and main's word reaches its lights. The device itself is
 * pretended (there is none here): a Plantronics Blackwire 3220, by its own descriptor.
 */
import { mkdtemp, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { blackwire3220 } from '../renderer/voice/headset/devices.ts';
import { startBrowserDesk, type BrowserDesk } from './support/desk.ts';
import { syllables, writeWav } from './support/wav.ts';

interface PretendedBus {
  readonly sent: string[];
  report(reportId: number, bytes: readonly number[]): void;
}
type PageWithBus = typeof globalThis & { readonly bus: PretendedBus };

let desk: BrowserDesk;
let voice: Page | Frame;
let deskLog: string;
let letThrough: () => void = () => undefined;
const way = new Promise<void>((resolve) => (letThrough = resolve));

const folder = (name: string) => mkdtemp(path.join(inject('floorFolder'), `${name}-`));

/** Runs in the page, before anything of ours: WebHID with one headset on it. */
function pretendBus(known: { name: string; collections: unknown }): void {
  const sent: string[] = [];
  const heard = new Set<(event: { reportId: number; data: DataView }) => void>();
  const device = {
    opened: false,
    vendorId: 0x047f,
    productId: 0xc056,
    productName: known.name,
    collections: known.collections,
    open: async () => {
      device.opened = true;
    },
    close: async () => {
      device.opened = false;
    },
    sendReport: async (reportId: number, data: Uint8Array) => {
      sent.push(`${reportId.toString(16)}: ${[...data].join(' ')}`);
    },
    addEventListener: (_type: string, one: typeof heard extends Set<infer T> ? T : never) =>
      heard.add(one),
    removeEventListener: (_type: string, one: typeof heard extends Set<infer T> ? T : never) =>
      heard.delete(one),
  };
  Object.defineProperty(navigator, 'hid', {
    value: {
      getDevices: async () => [device],
      addEventListener: () => undefined,
      removeEventListener: () => undefined,
    },
  });
  Object.assign(globalThis, {
    bus: {
      sent,
      report: (reportId: number, bytes: readonly number[]) => {
        const data = new DataView(Uint8Array.from(bytes).buffer);
        for (const one of heard) one({ reportId, data });
      },
    },
  });
}

beforeAll(async () => {
  const micWav = path.join(await folder('mic'), 'operator.wav');
  await writeWav(micWav, syllables(440, 10));
  const deskFolder = await folder('desk');
  deskLog = path.join(deskFolder, 'data', 'logs', 'desk.log');
  desk = await startBrowserDesk({
    repository: inject('repository'),
    folder: deskFolder,
    // Nobody signs in: the headset is the desk's, not a person's.
    server: 'http://127.0.0.1:9',
    micWav,
    chromium: inject('chromium'),
  });
  const { name, collections } = blackwire3220;
  // Collections know their parents, and a page is given plain data.
  const plain: unknown = JSON.parse(
    JSON.stringify(collections, (key, value: unknown) => (key === 'parent' ? undefined : value)),
  );
  await desk.browser.addInitScript(pretendBus, { name, collections: plain });
  // The page's way to main, which is kept closed until a test opens it.
  await desk.page.routeWebSocket(
    /\/wire\/voice/,
    (link) => void way.then(() => link.connectToServer()),
  );
  await desk.page.reload();
  voice = await desk.voice();
}, 180_000);
afterAll(async () => {
  await desk?.stop();
});

const sent = () => voice.evaluate(() => [...(globalThis as PageWithBus).bus.sent]);

/** Everything of a Blackwire 3220 put out. */
const dark = ['9: 0', '17: 0', '18: 0', '20: 0', '2a: 0'];
const press = (pressed: boolean) =>
  voice.evaluate(
    (bits) => (globalThis as PageWithBus).bus.report(8, [bits]),
    pressed ? 0b010 : 0b000,
  );
/** Presses that main has heard of so far, by its log. */
const heardByMain = async () =>
  (await readFile(deskLog, 'utf8')).split('\n').filter((line) => line.includes('headset button'))
    .length;

test('it is opened, and its lights are put out', async () => {
  await expect.poll(sent).toEqual(dark);
});

test('a press before main is there is taken back from the device when main comes', async () => {
  await press(true);
  await press(false);
  letThrough();
  await expect.poll(sent).toEqual([...dark, ...dark]);
  expect(await heardByMain()).toBe(0);
});

test('a press goes to main, which knows no call for it, and comes back as lights', async () => {
  const before = (await sent()).length;
  await press(true);
  await expect.poll(async () => (await sent()).slice(before)).toEqual(dark);
  await expect.poll(heardByMain).toBe(1);
});

test('bytes without sense harm nothing', async () => {
  await voice.evaluate(() => {
    const { bus } = globalThis as PageWithBus;
    for (const id of [0, 8, 255]) for (const bytes of [[], [255], [1, 2, 3]]) bus.report(id, bytes);
  });
  const before = (await sent()).length;
  await press(false);
  await press(true);
  await expect.poll(async () => (await sent()).length).toBeGreaterThan(before);
});
