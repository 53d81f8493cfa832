/**
 * Calls that answer themselves: only where the exchange (Call-Info answer-after, Alert-Info) or the project of the queue asks for
 * it, for an operator who is Ready and in no other call, with a microphone and sound, and after a tone. In all other cases it rings.
 */
import type { OperatorState } from '#shared/model/operator-state.ts';
import type { Clock } from '../host.ts';
import type { Log } from '../log.ts';
import type { CallBook, CallSnapshot } from './call-book.ts';
import type { IncomingLeg } from './line.ts';
import type { LiveCall } from './live-call.ts';
import type { Ringer } from './ring-tone.ts';

export interface AutoAnswer extends Disposable {
  /** A call has come to an operator who was Ready and in no call. */
  consider(live: LiveCall, asked: IncomingLeg['autoAnswerAfter']): void;
}

export function createAutoAnswer(deps: {
  readonly book: CallBook;
  readonly ringer: Ringer;
  readonly clock: Clock;
  readonly log: Log;
  operator(): OperatorState;
  answer(callId: string): Promise<void>;
  updateRing(): void;
}): AutoAnswer {
  const { book, ringer, clock, log } = deps;
  const timers = new Map<string, Disposable>();

  /** Everything may have changed while it waited and while the tone sounded. */
  function may(live: LiveCall): boolean {
    const { phase, then } = deps.operator();
    return (
      book.has(live) &&
      live.call.phase === 'ringing' &&
      phase === 'busy' &&
      then === 'ready' &&
      book.going().length === 1 &&
      ringer.ready
    );
  }

  async function announceAndAnswer(live: LiveCall): Promise<void> {
    const { callId } = live.call;
    timers.delete(callId);
    if (!may(live)) return;
    live.announcing = true;
    deps.updateRing();
    let heard = true;
    try {
      await ringer.announce(live.card.project?.ringTone ?? 'classic');
    } catch {
      heard = false;
    }
    live.announcing = false;
    if (!heard || !may(live)) {
      log.info({ callId, heard }, 'call rings, it does not answer itself');
      return deps.updateRing();
    }
    await deps
      .answer(callId)
      .catch(() => log.warn({ callId }, 'call could not answer itself, it rings'));
  }

  function cancel(snapshot: CallSnapshot): void {
    const callId = 'gone' in snapshot ? snapshot.gone : snapshot.call.callId;
    if ('call' in snapshot && snapshot.call.phase === 'ringing') return;
    timers.get(callId)?.[Symbol.dispose]();
    timers.delete(callId);
  }

  const subscription = book.onCall(cancel);

  return {
    consider(live, asked) {
      const { queue, callId } = live.call;
      const byProject = queue !== null && live.card.project?.autoAnswer === true;
      const seconds = asked ?? (byProject ? 0 : null);
      if (seconds === null) return;
      if (seconds <= 0) void announceAndAnswer(live);
      else
        timers.set(
          callId,
          clock.after(seconds * 1000, () => void announceAndAnswer(live)),
        );
    },
    [Symbol.dispose]() {
      subscription[Symbol.dispose]();
      for (const timer of timers.values()) timer[Symbol.dispose]();
      timers.clear();
    },
  };
}
