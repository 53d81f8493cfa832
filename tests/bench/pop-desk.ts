/** The measured desk: the real browser host on a base of a million, its page in Chromium, and a SIP exchange led by hand. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { Customer } from '#shared/model/customer.ts';
import type { LineAccount } from '#shared/model/line.ts';
import { loadWrtc } from '../../src-practice/media/wrtc.ts';
import { startChild } from '../../tools/start/child.ts';
import { PracticePeer } from '../floor/voice/support/practice-peer.ts';
import { becomeReady, signIn } from '../floor/support/operator.ts';
import { SipStub } from '../support/sip-stub.ts';
import type { StubCall } from '../support/stub-call.ts';
import { until } from '../support/until.ts';
import { startPopCentre, type PopCentre } from './pop-centre.ts';
import { epochMs } from '../support/epoch-ms.ts';
import { clockDifference, expectCard, launchBrowser, watchPage } from './pop-page.ts';

/** Of the account that every SipStub has. */
const stubSecret = 'p1';

const root = join(import.meta.dirname, '..', '..');

/** What must hold the customer's name for the card to be there: the call itself, and the head of the work area. */
const cardHead = ['article[data-call]', '#card h2'];
/** Script, form and history come one frame later. */
const cardRest = ['#card [data-step]', '#form_name', 'aside li'];
/** In a call the new one rings beside it, with project, customer and number; the card of the talk stays (F22). */
const besideCard = ['article[data-call]'];

export interface Pop {
  /** Milliseconds from the INVITE's bytes on the socket. */
  readonly painted: number;
  readonly inDocument: number;
  /** With script, form and history; in a call there are none of a second call. */
  readonly wholePainted: number;
}

export interface PopDesk extends AsyncDisposable {
  readonly centre: PopCentre;
  /** The customer's INVITE until the painted card; then the caller gives up and the desk is quiet again. */
  pop(customer: Customer): Promise<Pop>;
  /** Answers a call of this customer; sound flows both ways from here on. */
  talk(customer: Customer): Promise<void>;
}

/** @param folder Data of the desk, with a base in it. */
export async function startPopDesk(folder: string, random: () => number): Promise<PopDesk> {
  const built = spawnSync(
    process.execPath,
    [join(root, 'tools', 'build.ts'), '--pages', '--if-needed'],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  if (built.status !== 0) throw new Error('the pages could not be built');
  // Before PracticePeer does: it knows how to leave without a crash.
  loadWrtc();
  const stack = new AsyncDisposableStack();
  const stub = await SipStub.start();
  stack.defer(() => stub.stop());
  const centre = stack.use(await startPopCentre(lineOn(stub.url)));
  const host = await startChild({
    name: 'the desk',
    program: process.execPath,
    args: [join(root, 'src-main', 'node-host', 'main.ts')],
    environment: { CENTRALA_DATA: folder, CENTRALA_SERVER: centre.address, CENTRALA_PORT: '0' },
    logFile: join(folder, 'host.log'),
  });
  stack.defer(() => host.stop(3_000));
  const browser = await launchBrowser();
  stack.defer(() => browser.close());
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    permissions: ['microphone'],
  });
  const page = await context.newPage();
  await watchPage(page);
  await page.goto(host.address);
  await signIn(page, 'ana', 'centrala-demo');
  await until('the line is registered', () => stub.bound(), 30_000);
  await becomeReady(page);
  const ahead = await clockDifference(page);
  if (Math.abs(ahead) > 2) process.stderr.write(`the page's clock is ${ahead.toFixed(1)} ms off\n`);

  const voices: PracticePeer[] = [];
  stack.defer(() => voices.forEach((voice) => voice[Symbol.dispose]()));
  const voice = (): PracticePeer => {
    const made = new PracticePeer(440);
    voices.push(made);
    return made;
  };
  // Every caller offers the same true sound; only the one who is answered is connected.
  const offer = await voice().offer();
  let talking = false;

  return {
    centre,
    async pop(customer) {
      const { seen } = await expectCard(
        page,
        customer.name,
        talking ? besideCard : cardHead,
        talking ? [] : cardRest,
      );
      await quiet(random);
      const at = epochMs();
      const call = invite(stub, customer, offer);
      const { inDocument, painted, wholePainted } = await seen;
      call.cancel();
      await call.response(487);
      await page.evaluate(() => window.popWatch.gone('article[data-call]'));
      return {
        painted: painted - at,
        inDocument: inDocument - at,
        wholePainted: wholePainted - at,
      };
    },
    async talk(customer) {
      const caller = voice();
      const { seen } = await expectCard(page, customer.name, cardHead);
      const call = invite(stub, customer, await caller.offer());
      await seen;
      await page.keyboard.press('F2');
      const { body } = await call.answered();
      await caller.accept(body);
      await page.locator('[data-phase="talking"]').waitFor();
      await heard(page, caller);
      talking = true;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** The page's microphone has come through the call. */
async function heard(page: Page, caller: PracticePeer): Promise<void> {
  for (let turn = 0; turn < 10; turn++) {
    const { samples } = await caller.listen(1);
    if (samples.some((sample) => Math.abs(sample) > 0.01)) return;
  }
  throw new Error(`no sound from the desk (${await page.title()})`);
}

function invite(stub: SipStub, customer: Customer, sdp: string): StubCall {
  const number = customer.numbers[0]?.number ?? '';
  return stub.invite({
    from: `<sip:${number}@stub.test>`,
    to: '<sip:ana@stub.test>',
    headers: [
      `P-Asserted-Identity: <sip:${number}@stub.test>`,
      'X-Queue: internet',
      'X-Queue-Wait: 4',
    ],
    sdp,
  });
}

/** What the last call left to be done is done, and the next one comes at no fixed place between two frames. */
function quiet(random: () => number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 120 + 60 * random()));
}

function lineOn(exchange: string): LineAccount {
  return {
    extension: '201',
    sipUser: 'ana',
    secret: stubSecret,
    exchange,
    domain: 'stub.test',
    displayName: 'Ana Kovač',
    iceServers: [],
    outsidePrefix: '',
    watches: [],
  };
}
