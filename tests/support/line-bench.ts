/** A SIP line on a stub exchange with a fake voice page, and what a call desk would have heard. */
import type { LineAccount, LineState } from '#shared/model/line.ts';
import type { IncomingLeg, Leg, LegEvent } from '../../src-main/calls/line.ts';
import type { Clock } from '../../src-main/host.ts';
import type { Log } from '../../src-main/log.ts';
import { createSipLine, type SipLine } from '../../src-main/telephony/sip-line.ts';
import type { VoiceClient } from '../../src-main/voice/voice-client.ts';
import { createVoiceLink, type VoiceLink } from '../../src-main/voice/voice-link.ts';
import { FakeVoicePage } from './fake-voice-page.ts';
import { SipStub, type SipStubOptions } from './sip-stub.ts';
import { until } from './until.ts';

interface HeardLeg extends IncomingLeg {
  readonly events: LegEvent[];
}

export interface LineBench extends AsyncDisposable {
  readonly stub: SipStub;
  readonly line: SipLine;
  readonly voice: VoiceLink;
  readonly page: FakeVoicePage;
  readonly states: LineState[];
  readonly rang: HeardLeg[];
  readonly logged: string[];
  readonly account: LineAccount;
  readonly clock: Clock;
  /** Opens another voice page. */
  arrive(page: FakeVoicePage): void;
  registered(): Promise<void>;
  /** Rings and waits until the desk has heard it. */
  nextRing(): Promise<HeardLeg>;
}

/** So often a fast clock is looked at, and so much of what went by since counts, in its own milliseconds. */
const lookMs = 100;
const countedMs = 150;

/**
 * The real clock, faster where a test would have to wait for seconds. What a busy machine takes from desk and exchange alike
 * does not count: both live in this process.
 */
export function fastClock(factor: number): Clock {
  let time = Date.now();
  let looked = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const waiting = new Map<object, { readonly due: number; run(): void }>();
  const now = (): number => {
    const real = performance.now();
    time += Math.min((real - looked) * factor, countedMs);
    looked = real;
    return Math.round(time);
  };
  const sleep = (): void => {
    clearTimeout(timer);
    const next = Math.min(...[...waiting.values()].map(({ due }) => due));
    if (next === Infinity) return;
    timer = setTimeout(look, Math.max(0, Math.min(next - now(), lookMs)) / factor);
  };
  const look = (): void => {
    const at = now();
    const due = [...waiting].filter(([, one]) => one.due <= at);
    try {
      for (const [key, timer] of due.sort(([, a], [, b]) => a.due - b.due))
        if (waiting.delete(key)) timer.run();
    } finally {
      sleep();
    }
  };
  return {
    now,
    after: (ms, run) => {
      const key = {};
      waiting.set(key, { due: now() + ms, run });
      sleep();
      return {
        [Symbol.dispose]: () => {
          if (waiting.delete(key)) sleep();
        },
      };
    },
  };
}

/** The real clock, but what waits for exactly so long waits for ever: nothing that is seen then came of waiting. */
export function deafTo(deafMs: number): Clock {
  const clock = fastClock(1);
  return {
    now: () => clock.now(),
    after: (ms, run) => clock.after(ms === deafMs ? Number.MAX_SAFE_INTEGER : ms, run),
  };
}

/** The real clock until `hurry`; from then on it leaps by 3 s some twenty times a second, as a machine that sleeps and wakes. */
export function hurriedClock(): Clock & { hurry(): void } {
  let ahead = 0;
  const waiting = new Map<object, { readonly due: number; fire(): void }>();
  const now = (): number => Date.now() + ahead;
  return {
    now,
    after: (ms, run) => {
      const key = {};
      const stop = (): void => {
        clearTimeout(timer);
        waiting.delete(key);
      };
      const fire = (): void => {
        stop();
        run();
      };
      const timer = setTimeout(fire, ms);
      waiting.set(key, { due: now() + ms, fire });
      return { [Symbol.dispose]: stop };
    },
    hurry: () => {
      const leap = async (): Promise<void> => {
        // A machine that had no time for this process must not leap past an answer that lies in a socket already.
        for (let turn = 0; turn < 12; turn++) await new Promise((resolve) => setImmediate(resolve));
        ahead += 3000;
        const due = [...waiting].filter(([, one]) => one.due <= now());
        for (const [key, one] of due.sort(([, a], [, b]) => a.due - b.due))
          if (waiting.has(key)) one.fire();
        again();
      };
      const again = (): void => void setTimeout(() => void leap(), 40).unref();
      again();
    },
  };
}

export async function lineBench(
  options: SipStubOptions & {
    secret?: string;
    open?: boolean;
    noPage?: boolean;
    clock?: Clock;
    extraCa?: readonly string[];
    exchange?: string;
    watches?: readonly string[];
    addresses?: () => string;
  } = {},
): Promise<LineBench> {
  const stub = await SipStub.start(options);
  const page = new FakeVoicePage();
  const clock = options.clock ?? fastClock(1);
  const logged: string[] = [];
  const write = (facts: object, message: string): void =>
    void logged.push(`${message} ${JSON.stringify(facts)}`);
  const log: Log = { debug: write, info: write, warn: write, error: write };
  let arrived: (client: VoiceClient) => void = () => undefined;
  const voice = createVoiceLink({
    onVoicePage: (told) => {
      arrived = told;
      return { [Symbol.dispose]: () => undefined };
    },
    clock,
    log,
    wishes: {
      microphones: [],
      speakers: [],
      ringers: [],
      ringVolume: 0.5,
      noiseSuppression: false,
    },
  });
  if (!options.noPage) arrived(page.client);
  const line = createSipLine({
    voice,
    clock,
    log,
    userAgent: 'Centrala/test',
    instanceId: '00000000-0000-4000-8000-000000000201',
    extraCa: options.extraCa ?? [],
    ...(options.addresses && { addresses: options.addresses }),
  });
  const states: LineState[] = [];
  const rang: HeardLeg[] = [];
  line.onState((state) => states.push(state));
  line.onIncoming((incoming) => {
    const heard = { ...incoming, events: heardBy(incoming.leg) };
    rang.push(heard);
  });
  const account: LineAccount = {
    extension: '201',
    sipUser: 'ana',
    secret: options.secret ?? 'p1',
    exchange: options.exchange ?? stub.url,
    domain: 'stub.test',
    displayName: 'Ana Kovač',
    iceServers: [],
    outsidePrefix: '0',
    watches: [...(options.watches ?? [])],
  };
  if (options.open !== false) await line.open(account);
  let rings = 0;
  return {
    stub,
    line,
    voice,
    page,
    states,
    rang,
    logged,
    account,
    clock,
    arrive: (next) => arrived(next.client),
    registered: async () => {
      await until('registered', () => line.state.phase === 'registered');
    },
    nextRing: () => until('a ring', () => rang[rings]).then((heard) => (rings++, heard)),
    [Symbol.asyncDispose]: async () => {
      await line.close();
      line[Symbol.dispose]();
      voice[Symbol.dispose]();
      await stub.stop();
    },
  };
}

export function heardBy(leg: Leg): LegEvent[] {
  const events: LegEvent[] = [];
  leg.listen((event) => events.push(event));
  return events;
}
