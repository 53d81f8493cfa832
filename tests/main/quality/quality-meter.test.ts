import { describe, expect, test } from 'vitest';
import type { PeerStats } from '#shared/contract/voice.ts';
import type { Call, CallQuality } from '#shared/model/call.ts';
import { newCall } from '../../../src-main/calls/live-call.ts';
import { createQualityMeter } from '../../../src-main/quality/quality-meter.ts';
import { VoiceError } from '../../../src-main/voice/voice-error.ts';
import type { LevelEvent } from '../../../src-main/voice/voice-link.ts';
import { capturingLog, manualClock } from '../../support/memory-host.ts';

const callId = '019aafe6-5a80-7000-8000-000000000001';
const ringing: Call = newCall(
  {
    callId,
    direction: 'in',
    party: { number: null, written: null, displayName: null, withheld: true },
    dialled: null,
    queue: null,
    waitedSeconds: null,
    divertedFrom: null,
  },
  '2026-11-23T09:00:00.000Z',
);
const talking: Call = { ...ringing, phase: 'talking', answeredAt: '2026-11-23T09:00:05.000Z' };
const ended: Call = { ...talking, phase: 'ended', end: 'hung-up-there' };

const silence: PeerStats = {
  packetsSent: 0,
  packetsReceived: 0,
  packetsLost: 0,
  jitter: 0.004,
  roundTrip: 0.04,
  codec: 'opus',
  levelIn: 0.1,
  levelOut: 0.1,
  concealed: 0,
  jitterBuffer: 0.03,
  sums: { played: 0, madeUp: 0, emitted: 0, waited: 0 },
  lossThere: 0,
};

/** A conversation of 50 packets a second each way, of which the test loses some. */
function bench() {
  const clock = manualClock();
  const told: CallQuality[] = [];
  let stats: PeerStats = silence;
  let broken = false;
  let asked = 0;
  let levels: ((level: LevelEvent) => void) | null = null;
  const meter = createQualityMeter({
    clock,
    log: capturingLog(),
    voice: {
      stats: async () => {
        asked += 1;
        if (broken) throw new VoiceError('NO_VOICE', 'there is no voice page');
        return stats;
      },
      onLevel: (heard) => {
        levels = heard;
        return { [Symbol.dispose]: () => void (levels = null) };
      },
    },
    measured: (_callId, quality) => void told.push(quality),
  });
  const settled = async (): Promise<void> => {
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  };
  return {
    meter,
    clock,
    told,
    get asked() {
      return asked;
    },
    set broken(now: boolean) {
      broken = now;
    },
    change: (changes: Partial<PeerStats>) => void (stats = { ...stats, ...changes }),
    /** So many milliseconds of these levels, told ten times a second. */
    async sounds(ms: number, level: { out: number; spoken: number; silent?: boolean }) {
      for (let passed = 0; passed < ms; passed += 100) {
        levels?.({ type: 'level', callId, in: 0, silent: false, ...level });
        stats = {
          ...stats,
          packetsReceived: stats.packetsReceived + 5,
          packetsSent: stats.packetsSent + 5,
        };
        clock.advance(100);
        await settled();
      }
    },
    settled,
    /** Two seconds of conversation. */
    async goesOn(per: { lost?: number; received?: number; sent?: number } = {}) {
      const { lost = 0, received = 100 - lost, sent = 100 } = per;
      stats = {
        ...stats,
        packetsReceived: stats.packetsReceived + received,
        packetsLost: stats.packetsLost + lost,
        packetsSent: stats.packetsSent + sent,
      };
      clock.advance(2000);
      await settled();
    },
    [Symbol.dispose]: () => meter[Symbol.dispose](),
  };
}

describe('the quality meter', () => {
  test('measures a conversation, not a ring, and says how it sounds', async () => {
    using call = bench();
    call.meter.follow(ringing);
    await call.goesOn();
    expect(call.asked).toBe(0);
    call.meter.follow(talking);
    await call.settled();
    await call.goesOn();
    expect(call.told).toHaveLength(1);
    expect(call.told[0]).toMatchObject({ loss: 0, roundTrip: 0.04, jitter: 0.004, warning: null });
    expect(call.told[0]?.mos).toBeGreaterThan(4.3);
  });

  test('does not tell what nobody would notice', async () => {
    using call = bench();
    call.meter.follow(talking);
    await call.settled();
    for (let at = 0; at < 10; at++) await call.goesOn();
    expect(call.told).toHaveLength(1);
  });

  test('warns of loss within ten seconds, and takes it back when it is over', async () => {
    using call = bench();
    call.meter.follow(talking);
    await call.settled();
    await call.goesOn();
    for (let at = 0; at < 4; at++) await call.goesOn({ lost: 10 });
    expect(call.told.at(-1)).toMatchObject({ warning: 'network-loss' });
    expect(call.told.at(-1)?.mos).toBeLessThan(4);
    for (let at = 0; at < 5; at++) await call.goesOn();
    expect(call.told.at(-1)).toMatchObject({ warning: null, loss: 0 });
  });

  test('says when nothing comes, and when nothing of the operator arrives', async () => {
    using call = bench();
    call.meter.follow(talking);
    await call.settled();
    await call.goesOn();
    await call.goesOn({ received: 0 });
    expect(call.told.at(-1)?.warning).toBeNull();
    await call.goesOn({ received: 0 });
    expect(call.told.at(-1)).toMatchObject({ warning: 'not-heard', mos: 1 });
    await call.goesOn();
    call.change({ lossThere: 0.3 });
    await call.goesOn();
    expect(call.told.at(-1)?.warning).toBe('you-are-not-heard');
  });

  test('says when the operator speaks and silence goes out, but not while muted', async () => {
    using call = bench();
    call.meter.follow({ ...talking, muted: true });
    await call.settled();
    await call.sounds(4000, { out: 0, spoken: 0.3 });
    expect(call.told.at(-1)?.warning).toBeNull();
    call.meter.follow(talking);
    // Words and pauses.
    for (let word = 0; word < 4; word++) {
      await call.sounds(600, { out: 0, spoken: 0.3 });
      await call.sounds(600, { out: 0, spoken: 0.01 });
    }
    expect(call.told.at(-1)?.warning).toBe('you-are-not-heard');
    await call.sounds(2000, { out: 0.2, spoken: 0.3 });
    expect(call.told.at(-1)?.warning).toBeNull();
  });

  test('says nothing of noises that the suppressor takes out while the operator listens', async () => {
    using call = bench();
    call.meter.follow(talking);
    await call.settled();
    for (let noise = 0; noise < 8; noise++) {
      await call.sounds(300, { out: 0, spoken: 0.3 });
      await call.sounds(4000, { out: 0, spoken: 0.002 });
    }
    expect(call.told.every(({ warning }) => warning === null)).toBe(true);
  });

  test('says when the microphone gives nothing at all, until its first sound; not while muted', async () => {
    using call = bench();
    const nothing = { out: 0, spoken: 0, silent: true };
    call.meter.follow({ ...talking, muted: true });
    await call.settled();
    await call.sounds(8000, nothing);
    expect(call.told.at(-1)?.warning).toBeNull();
    call.meter.follow(talking);
    await call.sounds(5000, nothing);
    expect(call.told.at(-1)?.warning).toBe('you-are-not-heard');
    await call.sounds(2000, { out: 0, spoken: 0.01 });
    expect(call.told.at(-1)?.warning).toBeNull();
  });

  test('warns of packets that come too late, while they do, however long the call was good before', async () => {
    using call = bench();
    call.meter.follow(talking);
    await call.settled();
    const good = { played: 0, madeUp: 0, emitted: 0, waited: 0 };
    const goes = async (madeUp: number, waited: number): Promise<void> => {
      good.played += 96_000;
      good.madeUp += 96_000 * madeUp;
      good.emitted += 96_000;
      good.waited += 96_000 * waited;
      call.change({ sums: { ...good } });
      await call.goesOn();
    };
    for (let at = 0; at < 100; at++) await goes(0, 0.03);
    expect(call.told.at(-1)).toMatchObject({ warning: null });
    const before = call.told.at(-1)?.mos ?? 0;
    for (let at = 0; at < 4; at++) await goes(0.2, 0.03);
    expect(call.told.at(-1)).toMatchObject({ warning: 'network-loss', loss: 0 });
    expect(call.told.at(-1)?.mos).toBeLessThan(before - 1);
    for (let at = 0; at < 6; at++) await goes(0, 0.45);
    expect(call.told.at(-1)?.warning).toBe('network-delay');
    for (let at = 0; at < 6; at++) await goes(0, 0.03);
    expect(call.told.at(-1)?.warning).toBeNull();
  });

  test('measures nothing on hold, on either side', async () => {
    using call = bench();
    call.meter.follow(talking);
    await call.settled();
    await call.goesOn();
    const quiet: readonly Call[] = [
      { ...talking, phase: 'held' },
      { ...talking, heldThere: true },
    ];
    for (const one of quiet) {
      call.meter.follow(one);
      for (let at = 0; at < 3; at++) await call.goesOn({ received: 0, sent: 0 });
    }
    call.meter.follow(talking);
    await call.goesOn();
    expect(call.told.map(({ warning }) => warning)).toEqual([null]);
  });

  test('goes on with another voice page, whose counters begin at nothing', async () => {
    using call = bench();
    call.meter.follow(talking);
    await call.settled();
    for (let at = 0; at < 3; at++) await call.goesOn();
    call.broken = true;
    await call.goesOn();
    call.broken = false;
    call.change({ packetsReceived: 0, packetsSent: 0, packetsLost: 0 });
    await call.goesOn();
    await call.goesOn();
    expect(call.told).toHaveLength(1);
    expect(call.meter.follow(ended)).toMatchObject({ loss: 0 });
  });

  test('tells of the whole call when it has ended, once, and stops asking', async () => {
    using call = bench();
    call.meter.follow(talking);
    await call.settled();
    await call.goesOn();
    await call.goesOn({ lost: 50 });
    await call.goesOn();
    const whole = call.meter.follow(ended);
    expect(whole).toMatchObject({ codec: 'opus', roundTrip: 0.04, jitter: 0.004 });
    expect(whole?.loss).toBeCloseTo(50 / 300, 3);
    expect(whole?.mosWorst).toBeLessThan(whole?.mosMean ?? 0);
    expect(call.meter.follow(ended)).toBeNull();
    const { asked } = call;
    await call.goesOn();
    expect(call.asked).toBe(asked);
    expect(call.clock.waiting).toBe(0);
  });

  test('has nothing to say of a call in which nothing was ever to be heard', async () => {
    using call = bench();
    call.meter.follow(talking);
    await call.settled();
    expect(call.meter.follow(ended)).toBeNull();
  });

  test('shows the media of live calls each second, until the page looks away', async () => {
    using call = bench();
    call.meter.follow(talking);
    await call.settled();
    const looking = new AbortController();
    const stream = call.meter.media(looking.signal);
    expect(await stream.next()).toMatchObject({
      value: { calls: [{ callId, stats: { codec: 'opus' } }] },
    });
    const next = stream.next();
    call.broken = true;
    call.clock.advance(1000);
    expect(await next).toMatchObject({ value: { calls: [{ callId, stats: null }] } });
    const last = stream.next();
    looking.abort();
    expect(await last).toMatchObject({ done: true });
  });
});
