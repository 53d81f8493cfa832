/** The floor's Electron and Chromium, proved with an app of ten lines: they start, send a known tone and hear one. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { launchChromium } from './support/chromium.ts';
import { lastHeard, listenIn, waitForTone } from './support/ear.ts';
import { launchElectron } from './support/electron.ts';
import { hasTone } from './support/tone.ts';
import { tone, writeWav } from './support/wav.ts';

const main = `
import { app, BrowserWindow } from 'electron';
app.on('window-all-closed', () => app.quit());
app.whenReady().then(() => new BrowserWindow().loadURL(process.env.GEAR_ADDRESS));
`;

/** A page that calls itself: its microphone goes out of one peer connection and arrives at the other, which plays it. */
const page = `<!doctype html><title>gear</title><h1>Gear</h1><script type="module">
window.callItself = async () => {
  const [here, there] = [new RTCPeerConnection(), new RTCPeerConnection()];
  here.onicecandidate = (e) => e.candidate && there.addIceCandidate(e.candidate);
  there.onicecandidate = (e) => e.candidate && here.addIceCandidate(e.candidate);
  there.ontrack = ({ track }) => {
    const ear = new Audio();
    ear.srcObject = new MediaStream([track]);
    ear.play();
  };
  const microphone = await navigator.mediaDevices.getUserMedia({ audio: {
    echoCancellation: false, noiseSuppression: false, autoGainControl: false } });
  here.addTrack(microphone.getTracks()[0]);
  await here.setLocalDescription();
  await there.setRemoteDescription(here.localDescription);
  await there.setLocalDescription();
  await here.setRemoteDescription(there.localDescription);
};
</script>`;

let site: Server;
let address: string;
let micWav: string;

const folder = (name: string) => mkdtemp(path.join(inject('floorFolder'), `${name}-`));

beforeAll(async () => {
  site = createServer((_, answer) => answer.setHeader('content-type', 'text/html').end(page));
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  const at = site.address();
  address = `http://127.0.0.1:${typeof at === 'object' ? at?.port : ''}/`;
  micWav = path.join(await folder('mic'), 'mic.wav');
  await writeWav(micWav, tone(440, 30));
});
afterAll(() => {
  site?.close();
});

async function hearsItsMicrophone(opened: Page): Promise<void> {
  await listenIn(opened);
  expect(hasTone(await lastHeard(opened), 440)).toBe(false);
  await opened.evaluate(() => (window as unknown as { callItself(): Promise<void> }).callItself());
  await waitForTone(opened, 440);
  await expect(waitForTone(opened, 700, 300)).rejects.toThrow('in vain');
}

describe('Electron', () => {
  test('starts an app, and its window hears the tone of the microphone file', async () => {
    const mainFile = path.join(await folder('app'), 'main.mjs');
    await writeFile(mainFile, main);
    const electron = await launchElectron({
      runtime: inject('electron'),
      main: mainFile,
      dataFolder: await folder('data'),
      micWav,
      env: { GEAR_ADDRESS: address },
    });
    try {
      const window = await electron.window(address);
      expect(await window.textContent('h1')).toBe('Gear');
      await hearsItsMicrophone(window);
    } finally {
      await electron.stop();
    }
    expect(() => process.kill(electron.pid, 0)).toThrow('ESRCH');
  });
});

describe('Chromium', () => {
  test('opens a page, and it hears the tone of the microphone file', async () => {
    const browser = await launchChromium({
      executable: inject('chromium'),
      profile: await folder('profile'),
      micWav,
    });
    try {
      const opened = await browser.newPage();
      await opened.goto(address);
      expect(await opened.textContent('h1')).toBe('Gear');
      await hearsItsMicrophone(opened);
    } finally {
      await browser.close();
    }
  });
});
