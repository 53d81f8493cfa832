/**
 * The desk's call to itself: an INVITE to its own extension that comes back through the exchange, rings nobody, carries sound for
 * two seconds and ends. No header survives every exchange, and from this line's own address nobody else can call: what arrives
 * from there while it is awaited is it.
 */
import type { CallParty } from '#shared/model/call.ts';
import { LineError, type LegEvent, type SelfCall } from '../calls/line.ts';
import type { Clock } from '../host.ts';
import type { VoiceLink } from '../voice/voice-link.ts';
import type { SipLeg } from './sip-leg.ts';

interface SelfCallDeps {
  readonly voice: VoiceLink;
  readonly clock: Clock;
  dial(): SipLeg;
}

const setupMs = 10_000;
const soundMs = 2000;
/** So long an INVITE may be on its way back after its call was called off. */
const onItsWayMs = 2000;

/** One at a time. */
export class SelfCalls {
  #arrived: ((leg: SipLeg) => void) | null = null;
  /** While one is being made, and a little longer. */
  #mayCome = false;
  #lastOnItsWay: Disposable | null = null;

  /** True where the call that rings is the desk's own: the one awaited is answered here, one that comes too late is refused. */
  take(leg: SipLeg, party: CallParty, ownUsers: readonly string[]): boolean {
    if (!this.#mayCome || party.written === null || !ownUsers.includes(party.written)) return false;
    const arrived = this.#arrived;
    this.#arrived = null;
    if (arrived) arrived(leg);
    else void leg.reject('busy').catch(() => undefined);
    return true;
  }

  get isAwaited(): boolean {
    return this.#arrived !== null;
  }

  /** Errors: LineError; `signal` calls it off. */
  async make(deps: SelfCallDeps, signal: AbortSignal): Promise<SelfCall> {
    if (this.#arrived) throw new LineError('WRONG_STATE', 'the desk is calling itself already');
    const { clock } = deps;
    const calledOff = failure(signal);
    let back: SipLeg | null = null;
    this.#lastOnItsWay?.[Symbol.dispose]();
    this.#mayCome = true;
    const arrival = new Promise<SipLeg>((resolve) => (this.#arrived = resolve));
    const startedAt = clock.now();
    const out = deps.dial();
    const limit = timer(clock, setupMs);
    try {
      const outUp = followed(out);
      const stopped = [
        calledOff.promise,
        outUp.ended,
        limit.promise.then(() => refused('no call came')),
      ];
      back = await Promise.race([arrival, ...stopped]);
      const ringMs = clock.now() - startedAt;
      const backUp = followed(back);
      await back.answer();
      await Promise.race([Promise.all([outUp.answered, backUp.answered]), ...stopped]);
      const sound = timer(clock, soundMs);
      try {
        await Promise.race([sound.promise, calledOff.promise, outUp.ended, backUp.ended]);
      } finally {
        sound[Symbol.dispose]();
      }
      return { ringMs, ...(await measured(deps.voice, out.callId, back.callId)) };
    } finally {
      this.#arrived = null;
      this.#lastOnItsWay = clock.after(onItsWayMs, () => (this.#mayCome = false));
      limit[Symbol.dispose]();
      calledOff[Symbol.dispose]();
      await Promise.all([out.hangUp(), back?.hangUp()]);
    }
  }
}

async function measured(
  voice: VoiceLink,
  one: string,
  other: string,
): Promise<Pick<SelfCall, 'roundTripMs' | 'loss'>> {
  const sides = await Promise.all([one, other].map((callId) => voice.stats(callId))).catch(
    (error: unknown) => {
      throw new LineError('NO_VOICE', 'the voice page failed', { cause: error });
    },
  );
  const sum = (of: (side: (typeof sides)[number]) => number): number =>
    sides.reduce((total, side) => total + of(side), 0);
  const lost = sum(({ packetsLost }) => packetsLost);
  const expected = lost + sum(({ packetsReceived }) => packetsReceived);
  const trips = sides.flatMap(({ roundTrip }) => (roundTrip === null ? [] : [roundTrip * 1000]));
  return {
    roundTripMs: trips.length > 0 ? Math.max(...trips) : null,
    loss: expected > 0 ? Math.max(0, lost) / expected : null,
  };
}

function followed(leg: SipLeg): { answered: Promise<void>; ended: Promise<never> } {
  let answer: () => void = () => undefined;
  let end: (error: LineError) => void = () => undefined;
  const answered = new Promise<void>((resolve) => (answer = resolve));
  const ended = new Promise<never>((_resolve, reject) => (end = reject));
  ended.catch(() => undefined);
  leg.listen((event: LegEvent) => {
    if (event.type === 'answered') answer();
    if (event.type === 'ended') end(new LineError('REFUSED', event.detail));
  });
  return { answered, ended };
}

function refused(detail: string): never {
  throw new LineError('REFUSED', detail);
}

function timer(clock: Clock, ms: number): Disposable & { readonly promise: Promise<void> } {
  let pending: Disposable | null = null;
  const promise = new Promise<void>((resolve) => (pending = clock.after(ms, resolve)));
  return { promise, [Symbol.dispose]: () => pending?.[Symbol.dispose]() };
}

function failure(signal: AbortSignal): Disposable & { readonly promise: Promise<never> } {
  let stop: () => void = () => undefined;
  const promise = new Promise<never>((_resolve, reject) => {
    stop = () => reject(new LineError('WRONG_STATE', 'called off'));
  });
  promise.catch(() => undefined);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop);
  return { promise, [Symbol.dispose]: () => signal.removeEventListener('abort', stop) };
}
