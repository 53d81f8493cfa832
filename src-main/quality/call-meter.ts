/** One call's sound: what was counted in the last ten seconds, and in the whole call. Plain values in, plain values out. */
import type { PeerStats } from '#shared/contract/voice.ts';
import type { Call, CallQuality } from '#shared/model/call.ts';
import type { CallRecord } from '#shared/model/mutation.ts';
import {
  burstRatioOf,
  codecImpairment,
  meanOpinion,
  rating,
  warningAfter,
} from '#shared/model/quality.ts';
import type { LevelEvent } from '../voice/voice-link.ts';

export type WholeQuality = NonNullable<CallRecord['quality']>;

/** Ten seconds of intervals of two. */
const remembered = 5;
/** Intervals without a packet after which nothing comes. */
const silentIntervals = 2;
/** The microphone hears somebody speak; and nothing at all goes out. */
const speechLevel = 0.05;
const sentLevel = 0.001;
/**
 * So much speech that was not sent is a fault; less is the beginning of a word, or one noise that the suppressor took out
 * while the operator listens. A pause between words is shorter than the other.
 */
const unsentMs = 1500;
const pauseMs = 2000;
/** Levels are told ten times a second; after a gap none counts for more. */
const levelMs = 200;
/** Longer than the operator lets a customer wait for the first word, or for the boom to come down. */
const silentMs = 3000;
/** Milliseconds of speech in one packet (RFC 3551, RFC 7587: 20 by default), which must be whole before it is sent. */
const packetMs = 20;

interface Interval {
  readonly received: number;
  readonly sent: number;
  readonly lost: number;
  readonly expected: number;
  /** What comes too late is not lost to the network, and is to the ear. */
  readonly sums: PeerStats['sums'];
}

const nothing = {
  packetsReceived: 0,
  packetsSent: 0,
  packetsLost: 0,
  sums: { played: 0, madeUp: 0, emitted: 0, waited: 0 },
};

export class CallMeter {
  #call: Call;
  #before: PeerStats | null = null;
  #intervals: readonly Interval[] = [];
  #quality: CallQuality | null = null;
  /** Milliseconds of speech since anything was sent, and when the last of it was heard. */
  #unsentMs = 0;
  #unsentAt = 0;
  #levelAt = 0;
  #silentSince: number | null = null;
  #codec: string | null = null;
  readonly #scores: number[] = [];
  readonly #jitters: number[] = [];
  readonly #roundTrips: number[] = [];
  #lost = 0;
  #expected = 0;

  constructor(call: Call) {
    this.#call = call;
  }

  get call(): Call {
    return this.#call;
  }

  get quality(): CallQuality | null {
    return this.#quality;
  }

  /** The call as it is now. On hold nothing is measured: nothing is to be heard. */
  changed(call: Call): void {
    this.#call = call;
    if (this.#isQuiet()) this.#intervals = [];
    if (!call.muted && !this.#isQuiet()) return;
    this.#unsentMs = 0;
    this.#silentSince = null;
  }

  /** @param at milliseconds since 1970. */
  level({ out, spoken, silent }: Pick<LevelEvent, 'out' | 'spoken' | 'silent'>, at: number): void {
    if (this.#call.muted || this.#isQuiet()) return;
    this.#silentSince = silent ? (this.#silentSince ?? at) : null;
    const lasted = Math.min(levelMs, at - this.#levelAt);
    this.#levelAt = at;
    if (out > sentLevel) this.#unsentMs = 0;
    else if (spoken >= speechLevel) {
      const goesOn = this.#unsentMs >= unsentMs || at - this.#unsentAt < pauseMs;
      this.#unsentMs = (goesOn ? this.#unsentMs : 0) + lasted;
      this.#unsentAt = at;
    }
  }

  /** Takes a reading; the quality of the last ten seconds, or null while there is nothing to judge by. */
  take(stats: PeerStats, at: number): CallQuality | null {
    const before = this.#before;
    this.#before = stats;
    this.#codec = stats.codec ?? this.#codec;
    if (!before || this.#isQuiet()) return null;
    const interval = between(before, stats);
    this.#intervals = [...this.#intervals, interval].slice(-remembered);
    this.#lost += interval.lost;
    this.#expected += interval.expected;
    this.#quality = this.#judge(stats, at);
    this.#scores.push(this.#quality.mos);
    this.#jitters.push(stats.jitter);
    if (stats.roundTrip !== null) this.#roundTrips.push(stats.roundTrip);
    return this.#quality;
  }

  /** null: nothing was ever to be heard. */
  whole(): WholeQuality | null {
    if (this.#expected === 0) return null;
    return {
      mosMean: rounded(mean(this.#scores) ?? 1, 2),
      mosWorst: rounded(Math.min(...this.#scores), 2),
      loss: rounded(this.#lost / this.#expected, 4),
      jitter: rounded(mean(this.#jitters) ?? 0, 4),
      roundTrip: nullOr(mean(this.#roundTrips), (value) => rounded(value, 4)),
      codec: this.#codec,
    };
  }

  #isQuiet(): boolean {
    return this.#call.phase !== 'talking' || this.#call.heldThere;
  }

  #judge(stats: PeerStats, at: number): CallQuality {
    const expected = sum(this.#intervals.map((one) => one.expected));
    const loss = shareOf(sum(this.#intervals.map((one) => one.lost)), expected);
    const latest = this.#intervals.slice(-silentIntervals);
    const enough = latest.length === silentIntervals;
    const nothingComes = enough && latest.every(({ received }) => received === 0);
    const nothingGoes = enough && !this.#call.muted && latest.every(({ sent }) => sent === 0);
    const unsent = this.#unsentMs >= unsentMs;
    const silent = this.#silentSince !== null && at - this.#silentSince >= silentMs;
    const all = (of: keyof PeerStats['sums']): number =>
      sum(this.#intervals.map(({ sums }) => sums[of]));
    const unplayed = Math.max(loss, shareOf(all('madeUp'), all('played')));
    const buffered = all('emitted') > 0 ? all('waited') / all('emitted') : stats.jitterBuffer;
    const delayMs = ((stats.roundTrip ?? 0) / 2 + buffered) * 1000 + packetMs;
    const mos = nothingComes
      ? 1
      : meanOpinion(
          rating({
            codec: codecImpairment(stats.codec),
            delayMs,
            loss: unplayed,
            burstRatio: burstRatioOf(this.#intervals),
          }),
        );
    return {
      mos: rounded(mos, 2),
      loss: rounded(loss, 4),
      jitter: rounded(stats.jitter, 4),
      roundTrip: nullOr(stats.roundTrip, (value) => rounded(value, 4)),
      warning: warningAfter(this.#quality?.warning ?? null, {
        loss: unplayed,
        delayMs: stats.roundTrip === null ? null : delayMs,
        nothingComes,
        lossThere: stats.lossThere,
        spokenUnsent: unsent || silent || nothingGoes,
      }),
    };
  }
}

/** Counters that went back are a new peer connection's (another voice page): it began at zero. */
function between(before: PeerStats, now: PeerStats): Interval {
  const anew = now.packetsReceived < before.packetsReceived || now.packetsSent < before.packetsSent;
  const since = anew ? nothing : before;
  const received = now.packetsReceived - since.packetsReceived;
  // Packets that came late after all are counted back (RFC 3550 §6.4.1).
  const lost = Math.max(0, now.packetsLost - since.packetsLost);
  const more = (of: keyof PeerStats['sums']): number => Math.max(0, now.sums[of] - since.sums[of]);
  return {
    received,
    lost,
    sent: now.packetsSent - since.packetsSent,
    expected: received + lost,
    sums: {
      played: more('played'),
      madeUp: more('madeUp'),
      emitted: more('emitted'),
      waited: more('waited'),
    },
  };
}

function shareOf(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}

function mean(numbers: readonly number[]): number | null {
  return numbers.length === 0 ? null : sum(numbers) / numbers.length;
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

function nullOr<T, R>(value: T | null, made: (value: T) => R): R | null {
  return value === null ? null : made(value);
}
