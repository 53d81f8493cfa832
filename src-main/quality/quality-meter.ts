/** The quality meter: asks the voice page every two seconds how each conversation sounds, and says when it sounds bad. */
import type { MediaReport } from '#shared/contract/desk.ts';
import type { PeerStats } from '#shared/contract/voice.ts';
import { isConnected } from '#shared/model/call-machine.ts';
import type { Call, CallQuality } from '#shared/model/call.ts';
import type { Clock } from '../host.ts';
import type { Log } from '../log.ts';
import type { VoiceLink } from '../voice/voice-link.ts';
import { CallMeter, type WholeQuality } from './call-meter.ts';

const everyMs = 2000;
const reportEveryMs = 1000;

export interface QualityMeter extends Disposable {
  /** A call as it is now. For one that has ended: how it sounded as a whole, told once; else null. */
  follow(call: Call): WholeQuality | null;
  /** The media of every live call now, and then once a second until the signal aborts. */
  media(signal: AbortSignal | undefined): AsyncGenerator<{ calls: MediaReport[] }, void>;
  /** The media of every live call. */
  mediaNow(): Promise<MediaReport[]>;
}

export function createQualityMeter(deps: {
  readonly voice: Pick<VoiceLink, 'stats' | 'onLevel'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Told when what a person sees of it has changed. */
  readonly measured: (callId: string, quality: CallQuality) => void;
}): QualityMeter {
  const { voice, clock, log } = deps;
  const meters = new Map<string, CallMeter>();
  const told = new Map<string, CallQuality>();
  let timer: Disposable | null = null;

  const statsOf = (callId: string): Promise<PeerStats | null> =>
    voice.stats(callId).catch(() => null);

  async function measure(callId: string, meter: CallMeter): Promise<void> {
    const stats = await statsOf(callId);
    // Without an answer there is nothing to say; the call's own `audio` tells that the page has gone.
    if (!stats || meters.get(callId) !== meter) return;
    const quality = meter.take(stats, clock.now());
    const before = told.get(callId);
    if (!quality || (before && looksTheSame(before, quality))) return;
    told.set(callId, quality);
    if (quality.warning !== (before?.warning ?? null))
      log.info({ callId, ...quality }, 'the sound of a call has changed');
    deps.measured(callId, quality);
  }

  function wait(): void {
    timer ??= clock.after(everyMs, () => {
      timer = null;
      for (const [callId, meter] of meters) void measure(callId, meter);
      if (meters.size > 0) wait();
    });
  }

  const levels = voice.onLevel((level) => meters.get(level.callId)?.level(level, clock.now()));

  async function mediaNow(): Promise<MediaReport[]> {
    return Promise.all(
      [...meters].map(async ([callId, meter]) => ({
        callId,
        stats: await statsOf(callId),
        quality: meter.quality,
      })),
    );
  }

  return {
    follow(call) {
      const { callId } = call;
      const meter = meters.get(callId);
      if (call.phase === 'ended') {
        meters.delete(callId);
        told.delete(callId);
        return meter?.whole() ?? null;
      }
      if (meter) meter.changed(call);
      else if (isConnected(call.phase)) {
        const fresh = new CallMeter(call);
        meters.set(callId, fresh);
        void measure(callId, fresh);
        wait();
      }
      return null;
    },
    mediaNow,
    async *media(signal) {
      while (!signal?.aborted) {
        yield { calls: await mediaNow() };
        await pause(clock, reportEveryMs, signal);
      }
    },
    [Symbol.dispose]() {
      levels[Symbol.dispose]();
      timer?.[Symbol.dispose]();
      timer = null;
      meters.clear();
    },
  };
}

/** Every snapshot carries the whole card: a hundredth of a point is not worth one. */
function looksTheSame(one: CallQuality, other: CallQuality): boolean {
  return (
    one.warning === other.warning &&
    Math.abs(one.mos - other.mos) < 0.1 &&
    Math.abs(one.loss - other.loss) < 0.01 &&
    Math.abs((one.roundTrip ?? 0) - (other.roundTrip ?? 0)) < 0.05
  );
}

/** Settles after `ms`, or as soon as the signal aborts. */
function pause(clock: Clock, ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      timer[Symbol.dispose]();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = clock.after(ms, done);
    if (signal?.aborted) done();
    else signal?.addEventListener('abort', done);
  });
}
