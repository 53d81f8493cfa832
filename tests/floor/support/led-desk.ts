/**
 * A desk that a test leads through the desk contract, as a page does, with true sound: the browser host inside the test's
 * own process, its page and voice page in a Chromium whose microphone is a tone.
 */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { BrowserContext, Frame, Page } from 'playwright-core';
import type { Call, CallPhase } from '#shared/model/call.ts';
import { startBrowserHost } from '../../../src-main/node-host/browser-host.ts';
import { DeskPage } from '../../support/desk-page.ts';
import { capturingLog, type LogLine } from '../../support/memory-host.ts';
import { launchChromium } from './chromium.ts';
import { lastHeard, openEar } from './ear.ts';
import { rawMicrophone } from './raw-microphone.ts';
import { holdsTone, strongestTone } from './tone.ts';
import { waitFor } from './wait-for.ts';
import { syllables, writeWav } from './wav.ts';

export interface LedDeskOptions {
  readonly repository: string;
  readonly folder: string;
  /** Address of the central server. */
  readonly server: string;
  readonly chromium: string;
  readonly username: string;
  /** What this operator says, in hertz. */
  readonly toneHz: number;
  /** Chromium's switches beside the usual. */
  readonly switches?: readonly string[];
}

export interface LedDesk extends AsyncDisposable {
  /** The desk contract, and the latest of everything the desk tells. */
  readonly desk: DeskPage;
  /** The tab that is open. */
  readonly page: Page;
  readonly browser: BrowserContext;
  readonly logged: readonly LogLine[];
  voice(): Promise<Frame>;
  /** The call that came since the last one asked for, once it is shown in this phase. */
  nextCall(phase?: CallPhase): Promise<string>;
  /** The call as last told, also where its card has gone since. */
  call(callId: string): Call;
  /** Until the call is in this phase; one that is gone has ended. */
  until(callId: string, phase: CallPhase): Promise<void>;
  answer(callId: string): Promise<void>;
  /** Until this tone arrives, alone or among others. */
  hears(hz: number): Promise<void>;
  /** Whether this tone arrives now. */
  isHearing(hz: number): Promise<boolean>;
  /** Opens the tab again after it was closed. */
  reopen(): Promise<void>;
  /** Hangs up and finishes whatever is there. */
  clear(): Promise<void>;
}

/** Signed in, ready, registered, its sound proven. */
export async function startLedDesk(options: LedDeskOptions): Promise<LedDesk> {
  await using starting = new AsyncDisposableStack();
  await mkdir(options.folder, { recursive: true });
  const micWav = path.join(options.folder, 'microphone.wav');
  await writeWav(micWav, syllables(options.toneHz, 60));
  const log = capturingLog();
  const host = await startBrowserHost({
    settings: {
      dataFolder: options.folder,
      server: options.server,
      port: 0,
      logLevel: 'info',
      certificates: [],
    },
    pages: path.join(options.repository, 'out/renderer'),
    log,
  });
  starting.use(host);
  const desk = new DeskPage(host.desk.router);
  starting.defer(() => desk.leave());
  const browser = await launchChromium({
    executable: options.chromium,
    profile: path.join(options.folder, 'profile'),
    micWav,
    args: options.switches ?? [],
  });
  starting.defer(() => browser.close());
  for (const script of [rawMicrophone, openEar]) await browser.addInitScript(script);
  let page = await browser.newPage();
  await page.goto(host.address);
  await desk.complete();
  await waitFor('the voice page', () => desk.audio.page === 'here');
  // Noise suppression takes a test's tone for noise.
  await desk.rpc.settings.wishAudio({ ...desk.audio.wishes, noiseSuppression: false });
  await desk.rpc.session.signIn({
    username: options.username,
    password: 'centrala-demo',
    ready: true,
  });
  await waitFor('the operator ready', () => desk.operator.phase === 'ready');
  const voice = () =>
    waitFor('the voice frame', () =>
      page.frames().find((frame) => frame.url().includes('/voice.html')),
    );

  const stack = starting.move();
  const seen = new Set<string>();
  const led: LedDesk = {
    desk,
    get page() {
      return page;
    },
    browser,
    logged: log.lines,
    voice,
    async nextCall(phase = 'ringing') {
      const callId = await waitFor('a new call at the desk', () =>
        [...desk.calls.keys()].find((one) => !seen.has(one)),
      );
      seen.add(callId);
      await led.until(callId, phase);
      return callId;
    },
    call(callId) {
      const told = desk.events.findLast(
        (event) => event.type === 'call' && event.call.callId === callId,
      );
      if (told?.type !== 'call') throw new Error('the call was never told');
      return told.call;
    },
    async until(callId, phase) {
      await waitFor(`the call ${phase}`, () => {
        const now = led.call(callId);
        // A call without a card of its own is not shown ended: it goes.
        if (now.phase === phase || (phase === 'ended' && desk.gone.includes(callId))) return true;
        throw new Error(`it is ${now.phase}${now.end === null ? '' : ` (${now.end})`}`);
      });
    },
    async answer(callId) {
      await desk.rpc.calls.answer({ callId });
      await led.until(callId, 'talking');
    },
    hears: async (hz) => {
      await waitFor(`the desk hearing ${hz} Hz`, async () => {
        const sound = await lastHeard(await voice());
        if (holdsTone(sound, hz)) return true;
        throw new Error(`it hears ${JSON.stringify(strongestTone(sound))}`);
      });
    },
    isHearing: async (hz) => holdsTone(await lastHeard(await voice()), hz),
    async reopen() {
      page = await browser.newPage();
      await page.goto(host.address);
      await waitFor('the voice page', () => desk.audio.page === 'here');
    },
    async clear() {
      for (const [callId, { call }] of desk.calls) {
        seen.add(callId);
        // One that ends by itself in this moment is what is wanted.
        if (call.phase !== 'ended') await desk.rpc.calls.hangUp({ callId }).catch(() => undefined);
      }
      await waitFor('all calls ended', () =>
        [...desk.calls.values()].every(({ call }) => call.phase === 'ended'),
      );
      for (const callId of desk.calls.keys())
        await desk.rpc.calls.finish({ callId, outcome: null, reason: null, note: '' });
      await waitFor('all cards gone', () => desk.calls.size === 0);
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
  return led;
}
