/**
 * The desk that is abused: the real browser host as a process of its own, signed in at a real central server, its page in
 * Chromium, and registered at an exchange that does whatever the test wants.
 */
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { loadWrtc } from '../../../src-practice/media/wrtc.ts';
import { startBrowserDesk } from '../../floor/support/desk.ts';
import { waitForTone } from '../../floor/support/ear.ts';
import { becomeReady, signIn } from '../../floor/support/operator.ts';
import { startService, type Service } from '../../floor/support/service.ts';
import { hasTone } from '../../floor/support/tone.ts';
import { waitFor } from '../../floor/support/wait-for.ts';
import { syllables, writeWav } from '../../floor/support/wav.ts';
import { PracticePeer } from '../../floor/voice/support/practice-peer.ts';
import { SipStub } from '../../support/sip-stub.ts';
import type { StubCall } from '../../support/stub-call.ts';
import { until } from '../../support/until.ts';
import { askOptions } from './ask-options.ts';
import { isTooLong, refusedIn, tooLongMessage, untilNextIsTold } from './refused-unread.ts';
import { chromium, repository, type Workshop } from './workshop.ts';

export const operatorHz = 440;
const customerHz = 700;
/** Ana of the demo centre. */
export const extension = '201';

/** A customer and the operator, who hear each other. */
export interface Talk {
  readonly sip: StubCall;
  readonly caller: PracticePeer;
  readonly callId: string;
  /** Until each hears the other's tone. */
  heardBothWays(): Promise<void>;
  hangUp(): Promise<void>;
}

export interface AbusedDesk extends AsyncDisposable {
  readonly pbx: SipStub;
  readonly host: Service;
  readonly server: Service;
  readonly page: Page;
  /** The customer calls, the desk rings, the operator answers, and they hear each other. */
  talk(): Promise<Talk>;
  /** A call from the first ring to the hang-up, card and sound included. Throws where any of it fails. */
  takesACall(): Promise<void>;
  /** The calls that the page shows. */
  shownCalls(): Promise<readonly string[]>;
  /** As the page shows it; null when it is not shown. */
  phaseOf(callId: string): Promise<string | null>;
  /** Finishes every call that has ended, until no call is shown. */
  clear(): Promise<void>;
  /** Errors and rejections that nobody caught, as the host logged them. */
  uncaught(): Promise<readonly string[]>;
  /**
   * How many messages since the last time the desk has refused unread although they were not too long: it had been sent too
   * many. @param sent all that were sent to it since then
   */
  refusedAsTooMany(sent: readonly string[]): Promise<number>;
  /** How often the log says this. */
  logged(message: string): Promise<number>;
}

export async function startAbusedDesk(workshop: Workshop): Promise<AbusedDesk> {
  // Before PracticePeer does: it knows how to leave without a crash.
  loadWrtc();
  const stack = new AsyncDisposableStack();
  try {
    return await build(workshop, stack);
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

async function build(workshop: Workshop, stack: AsyncDisposableStack): Promise<AbusedDesk> {
  const pbx = await SipStub.start();
  stack.defer(() => pbx.stop());
  pbx.accounts.set(extension, `practice-${extension}`);
  const serverFolder = await workshop.folder('server');
  const server = await startService({
    program: 'src-server/main.ts',
    repository,
    logFile: path.join(serverFolder, 'server.log'),
    env: {
      CENTRALA_CENTRE: path.join(repository, 'assets/centres/demo.yaml'),
      CENTRALA_EXCHANGE: pbx.url,
      CENTRALA_SERVER_PORT: '0',
      CENTRALA_SERVER_DATA: serverFolder,
      DATABASE_URL: '',
    },
  });
  stack.defer(() => server.stop());
  const deskFolder = await workshop.folder('desk');
  const micWav = path.join(deskFolder, 'operator.wav');
  await writeWav(micWav, syllables(operatorHz, 60));
  const desk = await startBrowserDesk({
    repository,
    folder: deskFolder,
    server: server.address,
    micWav,
    chromium,
  });
  stack.defer(() => desk.stop());
  const { page } = desk;
  await signIn(page, 'ana', 'centrala-demo');
  const voice = await desk.voice();
  await until('the line is registered', () => pbx.bound(extension), 30_000);
  await becomeReady(page);

  const log = async (): Promise<readonly string[]> => {
    const folder = path.join(deskFolder, 'data/logs');
    const names = await readdir(folder);
    const texts = await Promise.all(names.map((name) => readFile(path.join(folder, name), 'utf8')));
    return texts.join('').split('\n');
  };
  let refusedBefore = 0;
  const shownCalls = () =>
    page
      .locator('[data-call]')
      .evaluateAll((shown) => shown.map((one) => one.getAttribute('data-call') ?? ''));
  const abused: AbusedDesk = {
    pbx,
    host: desk.service,
    server,
    page,
    shownCalls,
    async talk() {
      const caller = new PracticePeer(customerHz);
      stack.defer(() => caller[Symbol.dispose]());
      const before = new Set(await shownCalls());
      const sip = pbx.invite({
        from: '"Marija Žagar" <sip:+38641555101@practice.centrala>',
        to: `<sip:${extension}@practice.centrala>`,
        headers: ['X-Queue: internet', 'X-Queue-Wait: 4'],
        sdp: await caller.offer(),
      });
      const callId = await waitFor('the desk ringing', async () =>
        (await shownCalls()).find((one) => !before.has(one)),
      );
      await page.keyboard.press('F2');
      const { body } = await sip.answered();
      await caller.accept(body);
      await page.locator(`[data-call="${callId}"][data-phase="talking"]`).waitFor();
      const talk: Talk = {
        sip,
        caller,
        callId,
        heardBothWays: () => hearEachOther(caller, voice),
        async hangUp() {
          sip.bye();
          await page.locator(`[data-call="${callId}"][data-phase="ended"]`).waitFor();
          caller[Symbol.dispose]();
          await finish(page);
          await waitFor('the card gone', async () => !(await shownCalls()).includes(callId));
        },
      };
      await talk.heardBothWays();
      return talk;
    },
    async takesACall() {
      await (await abused.talk()).hangUp();
      await page.locator('[data-operator="ready"]').waitFor();
    },
    async phaseOf(callId) {
      const shown = page.locator(`[data-call="${callId}"]`);
      return (await shown.count()) === 0 ? null : shown.first().getAttribute('data-phase');
    },
    async clear() {
      try {
        await waitFor('no call shown', async () => {
          if ((await shownCalls()).length === 0) return true;
          const over = page.locator('[data-call][data-phase="ended"]');
          const callId = await over.evaluateAll(([one]) => one?.getAttribute('data-call'));
          if (!callId) return false;
          await finish(page);
          await waitFor('the card gone', async () => !(await shownCalls()).includes(callId));
          return false;
        });
      } catch (error) {
        const shown = (await page.locator('body').innerText()).replace(/\s+/g, ' ').slice(0, 900);
        throw new Error(`calls that do not go: ${shown}`, { cause: error });
      }
    },
    async uncaught() {
      return (await log()).filter((line) => /nobody caught/.test(line));
    },
    async refusedAsTooMany(sent) {
      await untilNextIsTold();
      pbx.send(tooLongMessage, extension);
      await askOptions(pbx, extension);
      const refused = refusedIn(await log());
      const since = refused - refusedBefore;
      refusedBefore = refused;
      return since - sent.filter(isTooLong).length - 1;
    },
    async logged(message) {
      return (await log()).filter((line) => line.includes(message)).length;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
  return abused;
}

/** "Problem solved, a restart helped": an outcome of the demo's internet project, by its keys. */
async function finish(page: Page): Promise<void> {
  for (const key of ['t', '1', 'F9']) await page.keyboard.press(key);
}

async function hearEachOther(caller: PracticePeer, voice: Page | Frame): Promise<void> {
  await waitFor('the customer hearing the operator', async () =>
    hasTone(await caller.listen(1), operatorHz),
  );
  await waitForTone(voice, customerHz);
}
