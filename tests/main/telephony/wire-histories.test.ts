/** Random histories on the wire, with faults: whatever happens, each call ends once, and nothing of it is left. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { VoiceEvent } from '#shared/contract/voice.ts';
import type { Leg, LegEvent } from '../../../src-main/calls/line.ts';
import type { Clock } from '../../../src-main/host.ts';
import { FakeVoicePage, sdp } from '../../support/fake-voice-page.ts';
import { fastClock, heardBy, lineBench, type LineBench } from '../../support/line-bench.ts';
import type { StubCall } from '../../support/stub-call.ts';
import { watchTimers } from '../../support/timers-left.ts';
import { until } from '../../support/until.ts';

const steps = [
  'ring',
  'dial',
  'answer',
  'reject',
  'hang up',
  'hold',
  'resume',
  'tones',
  'mute',
  'transfer',
  'join',
  'they answer',
  'they refuse',
  'they cancel',
  'they hang up',
  'they hold',
  'they update',
  'they replace',
  'they ring there',
  'they report',
  'they fail it',
  'glare',
  'both ask',
  'refusals',
  'no replaces',
  'replaces',
  'silent replaces',
  'all is well',
  'page dies',
  'page comes',
  'page hangs',
  'media fail',
  'device pulled',
  'socket cut',
] as const;
type Step = (typeof steps)[number];

/** On a machine that has much else to do. */
const patienceMs = 60_000;

interface Beat {
  readonly step: Step;
  /** Which call, of those there are. */
  readonly call: number;
  /** Milliseconds until the next one. */
  readonly pause: number;
}

const beat: fc.Arbitrary<Beat> = fc.record({
  step: fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom<Step>('ring', 'answer', 'they answer') },
    { weight: 3, arbitrary: fc.constantFrom(...steps) },
  ),
  call: fc.nat(3),
  pause: fc.constantFrom(0, 0, 1, 3, 8),
});
const history = fc
  .array(beat, { minLength: 4, maxLength: 24 })
  .map((beats): readonly Beat[] => [
    { step: 'ring', call: 0, pause: 5 },
    { step: 'answer', call: 0, pause: 5 },
    ...beats,
  ]);

/** What a page tells of its devices, with a microphone or without one. */
function devices(microphone: 'ok' | 'none'): VoiceEvent {
  return {
    type: 'devices',
    microphone,
    devices: [],
    microphoneInUse: null,
    speakerInUse: null,
    ringerInUse: null,
    missing: [],
    noiseSuppression: 'off',
    proven: true,
  };
}

interface Counted extends Clock {
  readonly pending: Set<object>;
}

function countingClock(): Counted {
  const clock = fastClock(8);
  const pending = new Set<object>();
  return {
    pending,
    now: () => clock.now(),
    after: (ms, run) => {
      const mark = {};
      pending.add(mark);
      const timer = clock.after(ms, () => {
        pending.delete(mark);
        run();
      });
      return {
        [Symbol.dispose]: () => {
          pending.delete(mark);
          timer[Symbol.dispose]();
        },
      };
    },
  };
}

interface Known {
  readonly leg: Leg;
  readonly events: readonly LegEvent[];
}

/** One desk and one exchange, and what is known of their calls. */
class World {
  readonly bench: LineBench;
  readonly known: Known[] = [];
  readonly there: StubCall[] = [];
  #page: FakeVoicePage | null;
  #rung = 0;

  constructor(bench: LineBench) {
    this.bench = bench;
    this.#page = bench.page;
    bench.stub.onCall = (call) => {
      // Every other one is silent, as an exchange that is too busy to say that it is trying.
      if (this.there.push(call) % 2 === 0) call.respond(180);
    };
  }

  async play({ step, call }: Beat): Promise<void> {
    const { bench } = this;
    this.#learn();
    const mine = this.known[this.known.length - 1 - (call % Math.max(1, this.known.length))]?.leg;
    const other = this.known[call % Math.max(1, this.known.length)]?.leg;
    const theirs = [...bench.stub.calls.values()].at(-1 - (call % 3));
    const reachable = bench.stub.bound();
    switch (step) {
      case 'ring':
        if (reachable && bench.stub.calls.size < 6) bench.stub.invite().acknowledges = true;
        return;
      case 'dial':
        if (this.known.length < 6) {
          const leg = await bench.line.dial('202').catch(() => null);
          if (leg) this.known.push({ leg, events: heardBy(leg) });
        }
        return;
      case 'answer':
        return this.#ask(mine?.answer());
      case 'reject':
        return this.#ask(mine?.reject('busy'));
      case 'hang up':
        return this.#ask(mine?.hangUp());
      case 'hold':
        return this.#ask(mine?.hold(true));
      case 'resume':
        return this.#ask(mine?.hold(false));
      case 'tones':
        return this.#ask(mine?.sendDtmf('1#'));
      case 'mute':
        return mine?.mute(call % 2 === 0);
      case 'transfer':
        return this.#ask(mine?.transfer('203'));
      case 'join':
        return this.#ask(mine && other ? mine.transferTo(other) : undefined);
      case 'page dies':
        this.#page?.leave();
        this.#page = null;
        return;
      case 'page comes':
        this.#page?.leave();
        this.#page = new FakeVoicePage(`page-${call}`);
        return bench.arrive(this.#page);
      case 'page hangs':
        this.#page?.hung.add(call % 2 === 0 ? 'describe' : 'accept');
        return;
      case 'device pulled':
        return this.#page?.emit(devices(call % 2 === 0 ? 'none' : 'ok'));
      case 'both ask':
        if (theirs?.remoteTag && reachable) {
          this.#ask(mine?.hold(call % 2 === 0));
          theirs.request('INVITE', { body: sdp() });
        }
        return;
      case 'media fail':
        if (mine) this.#page?.emit({ type: 'peer', callId: mine.callId, state: 'failed' });
        return;
      case 'socket cut':
        return bench.stub.drop();
      case 'no replaces':
        bench.stub.replaces = call % 2 === 0 ? 420 : 481;
        return;
      case 'replaces':
        bench.stub.replaces = call % 2 === 0 ? 'done' : 'done before the answer';
        return;
      case 'silent replaces':
        bench.stub.replaces = 'silence';
        return;
      default:
        if (theirs && reachable) this.#happens(step, theirs);
    }
  }

  #happens(step: Step, call: StubCall): void {
    const made = this.there.includes(call);
    switch (step) {
      case 'they answer':
        if (made) call.respond(200, sdp());
        return;
      case 'they refuse':
        if (made) call.respond(486);
        return;
      case 'they cancel':
        if (!made) call.cancel();
        return;
      case 'they hang up':
        if (call.remoteTag) call.bye();
        return;
      case 'they hold':
        if (call.remoteTag) call.request('INVITE', { body: sdp({ direction: 'sendonly' }) });
        return;
      case 'they update':
        call.request('UPDATE', { headers: ['P-Asserted-Identity: <sip:204@stub.test>'] });
        return;
      case 'they replace':
        this.bench.stub.invite({
          headers: [`Replaces: ${call.callId};to-tag=${call.remoteTag};from-tag=${call.localTag}`],
        }).acknowledges = true;
        return;
      case 'they ring there':
        return call.report('180 Ringing');
      case 'they report':
        return call.report('200 OK');
      case 'they fail it':
        return call.report('486 Busy Here');
      case 'glare':
        call.onReinvite = () => ({ status: 491 });
        return;
      case 'refusals':
        call.onReinvite = () => ({ status: 488 });
        call.onRefer = () => 603;
        return;
      default:
        call.onReinvite = () => ({ status: 200, sdp: sdp() });
        call.onRefer = () => 202;
    }
  }

  /** Everything is mended, everybody hangs up. */
  async end(): Promise<void> {
    const { bench } = this;
    bench.stub.replaces = 'done';
    for (const call of bench.stub.calls.values())
      call.onReinvite = () => ({ status: 200, sdp: sdp() });
    this.#page?.leave();
    const page = new FakeVoicePage('last');
    bench.arrive(page);
    await until('registered again', () => bench.line.state.phase === 'registered', patienceMs);
    this.#learn();
    await Promise.all(this.known.map(({ leg }) => leg.hangUp()));
    for (const { events } of this.known)
      await until('ended', () => events.at(-1)?.type === 'ended', patienceMs);
    await until('the peers are closed', () => page.peers.size === 0, patienceMs);
  }

  /** Nobody waits for what was asked: the next thing happens meanwhile. */
  #ask(asked: Promise<void> | undefined): void {
    asked?.catch((error: unknown) => {
      if (!(error instanceof Error) || error.name !== 'LineError') throw error;
    });
  }

  #learn(): void {
    this.known.push(...this.bench.rang.slice(this.#rung));
    this.#rung = this.bench.rang.length;
  }
}

async function live(beats: readonly Beat[]): Promise<void> {
  const clock = countingClock();
  const bench = await lineBench({ clock });
  try {
    await until(
      'registered at first',
      () => bench.line.state.phase === 'registered',
      patienceMs,
    ).catch((cause: unknown) => {
      throw new Error(`the line is ${JSON.stringify(bench.line.state)}`, { cause });
    });
    const world = new World(bench);
    for (const one of beats) {
      await world.play(one);
      await new Promise((resolve) => setTimeout(resolve, one.pause));
    }
    await world.end();
    for (const { events } of world.known) expectLegal(events);
    await until(
      'the exchange has no call left',
      () => [...bench.stub.calls.values()].every((call) => !call.isUp && !call.isRinging),
      patienceMs,
    );
    await until('the line has no call left', () => bench.line.callsLeft === 0, patienceMs);
    await bench.line.close();
    expect(bench.voice.present).toBe(true);
  } catch (cause) {
    // One of many that live at the same time.
    const told = beats.map(({ step, call, pause }) => `${step} ${call} ${pause}`).join(', ');
    throw new Error(`in the history: ${told}`, { cause });
  } finally {
    await bench[Symbol.asyncDispose]();
  }
  await until('no timer is left', () => clock.pending.size === 0, patienceMs);
}

function expectLegal(events: readonly LegEvent[]): void {
  const types = events.map(({ type }) => type);
  expect(types.filter((type) => type === 'ended')).toHaveLength(1);
  expect(types.at(-1)).toBe('ended');
  expect(types.filter((type) => type === 'answered').length).toBeLessThanOrEqual(1);
  const held = events.flatMap((event) => (event.type === 'held' ? [event.here] : []));
  expect(held).toEqual(held.map((_one, at) => at % 2 === 0));
  const there = events.flatMap((event) => (event.type === 'held-there' ? [event.there] : []));
  expect(there).toEqual(there.map((_one, at) => at % 2 === 0));
  const last = events.at(-1);
  const done = events.some((event) => event.type === 'transfer' && event.state === 'done');
  if (done) expect(last).toMatchObject({ end: 'transferred' });
}

test('2,000 histories of calls with glare, cuts, page deaths and refusals leave nothing behind', async () => {
  using timers = watchTimers();
  await fc.assert(
    fc.asyncProperty(fc.array(history, { minLength: 250, maxLength: 250 }), async (histories) => {
      await Promise.all(histories.map(live));
    }),
    { numRuns: 8, endOnFailure: true },
  );
  await until('no timer is left', () => timers.waits.length === 0, patienceMs).catch(
    (cause: unknown) => {
      throw new Error(`timers are left, of ${timers.waits.join(' ms, ')} ms`, { cause });
    },
  );
}, 900_000);
