/** The desk's own telephony on the practice exchange: what is tried at home is what Asterisk is asked for. */
import { expect, test } from 'vitest';
import type { IncomingLeg, Leg, LegEvent } from '../../src-main/calls/line.ts';
import { createSipLine, type SipLine } from '../../src-main/telephony/sip-line.ts';
import type { VoiceClient } from '../../src-main/voice/voice-client.ts';
import { createVoiceLink } from '../../src-main/voice/voice-link.ts';
import { toneTalker } from '../../src-practice/customers/talker.ts';
import type { Exchange } from '../../src-practice/exchange.ts';
import { toneShare } from '../../src-practice/media/tones.ts';
import { silentLog } from '../support/call-desk-bench.ts';
import { WrtcVoicePage } from '../support/wrtc-voice-page.ts';
import { until } from './support/ear.ts';
import { customerNumber, openDesk, openPractice } from './support/practice.ts';

const lines = [
  { extension: '201', sipUser: 'ana', secret: 'ana-secret-1', displayName: 'Ana Kovač' },
  { extension: '202', sipUser: 'bor', secret: 'bor-secret-2', displayName: 'Bor Zupan' },
];
const queues = [{ name: 'internet', dialled: null, language: 'sl', extensions: ['201'] }] as const;

interface RealDesk extends AsyncDisposable {
  readonly line: SipLine;
  readonly page: WrtcVoicePage;
  readonly rang: IncomingLeg[];
  readonly events: Map<string, LegEvent[]>;
  /** The events of a leg, from now on kept. */
  follow(leg: Leg): LegEvent[];
  rung(): Promise<IncomingLeg>;
}

async function realDesk(exchange: Exchange, at: 0 | 1, hz: number): Promise<RealDesk> {
  const { extension, sipUser, secret, displayName } = lines[at] ?? lines[0]!;
  const page = new WrtcVoicePage(hz);
  const clock = {
    now: () => Date.now(),
    after: (ms: number, run: () => void) => {
      const timer = setTimeout(run, ms);
      return { [Symbol.dispose]: () => clearTimeout(timer) };
    },
  };
  let arrived: (client: VoiceClient) => void = () => undefined;
  const voice = createVoiceLink({
    onVoicePage: (told) => {
      arrived = told;
      return { [Symbol.dispose]: () => undefined };
    },
    clock,
    log: silentLog,
    wishes: {
      microphones: [],
      speakers: [],
      ringers: [],
      ringVolume: 0.5,
      noiseSuppression: false,
    },
  });
  arrived(page.client);
  const line = createSipLine({
    voice,
    clock,
    log: silentLog,
    extraCa: [],
    userAgent: 'Test',
    instanceId: `00000000-0000-4000-8000-00000000020${at}`,
    region: () => 'SI',
  });
  const events = new Map<string, LegEvent[]>();
  const follow = (leg: Leg): LegEvent[] => {
    const heard: LegEvent[] = [];
    events.set(leg.callId, heard);
    leg.listen((event) => heard.push(event));
    return heard;
  };
  const rang: IncomingLeg[] = [];
  line.onIncoming((incoming) => {
    follow(incoming.leg);
    rang.push(incoming);
  });
  await line.open({
    extension,
    sipUser,
    secret,
    displayName,
    exchange: exchange.address,
    domain: 'practice.test',
    iceServers: [],
    outsidePrefix: '0',
    watches: at === 0 ? ['202'] : [],
  });
  await until('registered', () => line.state.phase === 'registered');
  return {
    line,
    page,
    rang,
    events,
    follow,
    async rung() {
      await until('a ring', () => rang.length > 0);
      const [first] = rang.splice(0, 1);
      if (!first) throw new Error('nothing rang');
      return first;
    },
    async [Symbol.asyncDispose]() {
      await line.close();
      line[Symbol.dispose]();
      voice[Symbol.dispose]();
      page.kill();
    },
  };
}

/** Whether the desk hears that tone in the call. */
async function hears(desk: RealDesk, callId: string, hz: number): Promise<void> {
  for (let tries = 0; tries < 20; tries += 1) {
    const { rate, samples } = await desk.page.listen(callId, 0.4);
    const block = Int16Array.from(samples, (sample) => sample * 32_767);
    if (block.length > 0 && toneShare(block, hz, rate) > 0.8) return;
  }
  throw new Error(`${hz} Hz is never heard`);
}

const states = (heard: readonly LegEvent[]) =>
  heard.flatMap((event) => (event.type === 'transfer' ? [event.state] : []));
const endOf = (heard: readonly LegEvent[]) => heard.find((event) => event.type === 'ended')?.end;
const parties = (heard: readonly LegEvent[]) =>
  heard.flatMap((event) => (event.type === 'party' ? [event.party.written] : []));

test('a customer is asked about and handed on: the colleague hears the customer and is told who it is', async () => {
  await using practice = await openPractice({ lines, queues: [...queues] });
  await using ana = await realDesk(practice.exchange, 0, 440);
  await using bor = await realDesk(practice.exchange, 1, 700);
  practice.exchange.ring({ queue: 'internet', number: customerNumber, talker: toneTalker() });
  const { leg: customer } = await ana.rung();
  await customer.answer();
  ana.line.focus(customer.callId);
  await hears(ana, customer.callId, 1004);
  await customer.hold(true);
  const asking = await ana.line.dial('202');
  const asked = ana.follow(asking);
  const { leg: there, party } = await bor.rung();
  expect(party.written).toBe('201');
  await there.answer();
  bor.line.focus(there.callId);
  await until('they talk', () => asked.some(({ type }) => type === 'answered'));
  ana.line.focus(asking.callId);
  await hears(ana, asking.callId, 700);

  await customer.transferTo(asking);
  const heard = ana.events.get(customer.callId) ?? [];
  await until('both calls of the one who asked are over', () =>
    Boolean(endOf(heard) && endOf(asked)),
  );
  expect(states(heard)).toEqual(['asked', 'done']);
  expect(endOf(heard)).toBe('transferred');
  await hears(bor, there.callId, 1004);
  await until('the colleague knows who it is', () =>
    parties(bor.events.get(there.callId) ?? []).includes(customerNumber),
  );
  await there.hangUp();
  await until('nothing is left', () => practice.exchange.calls().length === 0);
});

test('a customer is sent on blindly, or stays when nobody takes him', async () => {
  await using practice = await openPractice({ lines, queues: [...queues] });
  await using ana = await realDesk(practice.exchange, 0, 440);
  await using bor = await realDesk(practice.exchange, 1, 700);
  practice.exchange.ring({ queue: 'internet', number: customerNumber, talker: toneTalker() });
  const { leg: customer } = await ana.rung();
  await customer.answer();
  ana.line.focus(customer.callId);
  const heard = ana.events.get(customer.callId) ?? [];
  await customer.transfer('601');
  await until('it failed', () => states(heard).includes('failed'));
  await hears(ana, customer.callId, 1004);
  expect(endOf(heard)).toBeUndefined();
  await customer.transfer('202');
  const { leg: there } = await bor.rung();
  await there.answer();
  bor.line.focus(there.callId);
  await until('it is done', () => endOf(heard) === 'transferred');
  await hears(bor, there.callId, 1004);
  await there.hangUp();
  await until('nothing is left', () => practice.exchange.calls().length === 0);
});

test('a desk that is killed in a call asks for it back in another process, and the customer talks on', async () => {
  await using practice = await openPractice({ lines, queues: [...queues] });
  const killed = await openDesk(practice.exchange, { user: 'ana', secret: 'ana-secret-1' });
  practice.exchange.ring({ queue: 'internet', number: customerNumber, talker: toneTalker() });
  const call = await killed.rung();
  await call.answer();
  const [sipCallId = '', remoteTag = '', localTag = ''] = call.replaces
    .split(';')
    .map((one) => one.split('=').at(-1) ?? '');
  await killed.close();
  call.ear.peer.close();

  await using again = await realDesk(practice.exchange, 0, 440);
  const remoteUri = `sip:${customerNumber}@practice.test`;
  const callId = '018f3a4e-5b6c-7d8e-9f00-0123456789ab';
  const back = await again.line.recover(callId, { sipCallId, localTag, remoteTag, remoteUri });
  const after = again.follow(back);
  await until('it is back', () => after.some(({ type }) => type === 'answered'));
  again.line.focus(callId);
  await hears(again, callId, 1004);
  expect(practice.exchange.calls()).toMatchObject([{ kind: 'queue', phase: 'talking' }]);
  await back.hangUp();
  await until('nothing is left', () => practice.exchange.calls().length === 0);
});

test('the desk calls itself before the shift, and watches a colleague', async () => {
  await using practice = await openPractice({ lines, queues: [...queues] });
  await using ana = await realDesk(practice.exchange, 0, 440);
  const { ringMs } = await ana.line.callSelf(AbortSignal.timeout(15_000));
  expect(ringMs).toBeGreaterThan(0);
  expect(ana.rang).toEqual([]);
  await until('nothing is left', () => practice.exchange.calls().length === 0);
  await until('the mailbox is known', () => ana.line.lights.mailbox?.waiting === false);
  const state = () =>
    ana.line.lights.colleagues.find(({ extension }) => extension === '202')?.state;
  await until('nothing is known of a colleague who is not there', () => state() === 'unknown');
  const bor = await openDesk(practice.exchange, { user: 'bor', secret: 'bor-secret-2' });
  await until('the colleague is free', () => state() === 'idle');
  const { call } = await bor.dial('603');
  await until('the colleague talks', () => state() === 'talking');
  await call.hangUp();
  await until('the colleague is free again', () => state() === 'idle');
  await bor.close();
});
