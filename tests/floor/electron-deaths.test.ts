/** The desk in Electron, whose pages are processes of their own: one of them is killed in a call. Asterisk 22. */
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import type { CityCaller } from './support/city-caller.ts';
import { startElectronDesk, type ElectronDesk } from './support/desk.ts';
import { waitForTone } from './support/ear.ts';
import { floorGear } from './support/floor-gear.ts';
import { ana, customerHz, openHouse, type House } from './support/house.ts';
import { becomeReady, signIn, tabTo } from './support/operator.ts';
import { hasPeers, spendPeers } from './support/spent-peers.ts';
import { waitFor } from './support/wait-for.ts';
import { syllables, writeWav } from './support/wav.ts';

let house: House;
let customer: CityCaller;
let desk: ElectronDesk;

beforeAll(async () => {
  house = await openHouse(floorGear());
  customer = await house.telephone({ number: '+38641555101', toneHz: customerHz });
  const micWav = path.join(await house.folder('mic'), 'operator.wav');
  await writeWav(micWav, syllables(ana.toneHz, 60));
  desk = await startElectronDesk({
    repository: inject('repository'),
    folder: await house.folder('electron'),
    server: house.server.address,
    micWav,
    runtime: inject('electron'),
  });
  await signIn(desk.page, ana.username, 'centrala-demo');
  await house.asterisk.waitForRegistered(ana.extension);
  await becomeReady(desk.page);
});
afterEach(finish);
afterAll(async () => {
  await desk?.stop();
  await house?.[Symbol.asyncDispose]();
});

/** The page of now: one that was killed is followed by another. */
const deskPage = (): Promise<Page> => desk.electron.window('/desk.html');
const voicePage = (): Promise<Page> => desk.electron.window('/voice.html');

/** Hung up there, and the card put away. */
async function finish(): Promise<void> {
  customer.drop();
  const page = await deskPage();
  await page.locator('[data-phase="ended"]').waitFor();
  await waitFor('the card gone', async () => {
    if ((await page.locator('[data-call]').count()) === 0) return true;
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    for (const key of ['t', '1', 'F9']) await page.keyboard.press(key);
    return false;
  });
  await house.quiet();
}

/** From the queue, answered by key, half a form typed; answers the call's id. */
async function talkingWithHalfAForm(): Promise<string> {
  const page = await deskPage();
  await customer.call('+38616002010');
  await page.getByRole('article', { name: 'Dohodni klic' }).waitFor();
  await page.keyboard.press('F2');
  const call = page.locator('[data-call][data-phase="talking"]');
  await call.waitFor();
  await customer.hears(ana.toneHz);
  await waitForTone(await voicePage(), customerHz);
  await tabTo(page, 'form_street');
  // It is unsaved for a moment only, which may be over when the last letter is typed.
  const unsaved = page.locator('[data-draft="unsaved"]').waitFor();
  await page.keyboard.type('Trg svobode 12');
  await unsaved;
  await page.locator('[data-draft="saved"]').waitFor();
  return (await call.first().getAttribute('data-call')) ?? '';
}

/** In sound that has come since; a recording alone would still end with what was heard before. */
async function bothHear(before: number): Promise<void> {
  await waitFor('a second of new sound', async () => {
    const { rate, samples } = await customer.heard();
    return samples.length > before + rate;
  });
  await customer.hears(ana.toneHz);
  await waitForTone(await voicePage(), customerHz);
}

const gatheredCandidates = (page: Page): Promise<readonly string[]> =>
  page.evaluate(async () => {
    const peer = new RTCPeerConnection();
    const found: string[] = [];
    const complete = new Promise<void>((resolve) => {
      peer.onicecandidate = ({ candidate }) => {
        if (candidate) found.push(candidate.candidate);
        else resolve();
      };
    });
    peer.createDataChannel('none');
    await peer.setLocalDescription();
    await complete;
    peer.close();
    return found;
  });

test('the desk page: nobody hears it, and what was typed is back', async () => {
  const callId = await talkingWithHalfAForm();
  using arrival = await customer.watchArrival();
  const before = (await customer.heard()).samples.length;
  await desk.electron.killPage(await deskPage());
  const revived = await deskPage();
  await revived.locator(`[data-call="${callId}"][data-phase="talking"]`).waitFor();
  expect(await revived.locator('#form_street').inputValue()).toBe('Trg svobode 12');
  await bothHear(before);
  expect(arrival.longestSilence).toBeLessThan(0.5);
});

test('the voice page: the next one takes the call back, and both hear each other', async () => {
  const callId = await talkingWithHalfAForm();
  using arrival = await customer.watchArrival();
  const before = (await customer.heard()).samples.length;
  await desk.electron.killPage(await voicePage());
  await bothHear(before);
  const page = await deskPage();
  await page.locator(`[data-call="${callId}"][data-phase="talking"]`).waitFor();
  expect(await page.locator('#form_street').inputValue()).toBe('Trg svobode 12');
  expect(arrival.longestSilence).toBeGreaterThan(0.1);
  expect(arrival.longestSilence).toBeLessThan(3);
  // The successor, too, sends by the system's routes: a socket of one address would be named with its network's id.
  const candidates = await gatheredCandidates(await voicePage());
  expect(candidates.join('\n')).toContain(' udp ');
  expect(candidates.join('\n')).not.toContain('network-id');
});

test('the voice page that the browser makes no more peers for: another one has the next call', async () => {
  await talkingWithHalfAForm();
  await finish();
  await spendPeers(await voicePage());
  const page = await deskPage();
  await customer.call('+38616002010');
  await page.getByRole('article', { name: 'Dohodni klic' }).waitFor();
  await waitFor('another voice page', async () => hasPeers(await voicePage()));
  await page.keyboard.press('F2');
  await page.locator('[data-call][data-phase="talking"]').waitFor();
  await customer.hears(ana.toneHz);
  await waitForTone(await voicePage(), customerHz);
  expect(await page.locator('[data-call][data-phase="talking"]').count()).toBe(1);
});
