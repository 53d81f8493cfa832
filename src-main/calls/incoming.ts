/** Calls that come in: which ring here, and how they are answered. */
import type { OperatorState } from '#shared/model/operator-state.ts';
import { toE164 } from '#shared/model/phone-number.ts';
import type { Log } from '../log.ts';
import type { AutoAnswer } from './auto-answer.ts';
import type { CallBook } from './call-book.ts';
import type { Ring } from './card-source.ts';
import type { Conversation } from './conversation.ts';
import type { IncomingLeg, Leg } from './line.ts';
import { newCall, type LiveCall } from './live-call.ts';
import type { Call } from '#shared/model/call.ts';

export interface Incoming {
  rang(incoming: IncomingLeg): void;
  /** @param auto nobody pressed anything. Errors: CallDeskError, LineError. */
  answer(callId: string, auto: boolean): Promise<void>;
}

/** A queue offers its calls to those who are Ready; during a call it may, and the person sees the call waiting. */
function takesQueueCalls(phase: OperatorState['phase']): boolean {
  return phase === 'ready' || phase === 'busy';
}

export function createIncoming(deps: {
  readonly book: CallBook;
  readonly conversation: Conversation;
  readonly log: Log;
  region(): string;
  isSignedIn(): boolean;
  operator(): OperatorState;
  /** ISO 8601, UTC. */
  now(): string;
  /** The call is on the desk from here on. */
  begin(ring: Ring, call: Call, leg: Leg): LiveCall;
  autoAnswer: AutoAnswer['consider'];
  updateRing(): void;
}): Incoming {
  const { book, conversation, log } = deps;
  return {
    rang({ leg, ...asked }) {
      const { callId } = leg;
      const { party, queue, waitedSeconds, divertedFrom, referredBy } = asked;
      const { phase } = deps.operator();
      if (!deps.isSignedIn() || (queue !== null && !takesQueueCalls(phase))) {
        log.info({ callId, phase }, 'queue call sent back');
        leg.reject('to-queue').catch(() => undefined);
        return;
      }
      const free = phase === 'ready' && book.going().length === 0;
      const direction = 'in';
      const { number, written } = party;
      const dialled =
        asked.dialled === null ? null : (toE164(asked.dialled, deps.region()) ?? asked.dialled);
      const facts = { callId, direction, dialled, queue } as const;
      const sentBy = referredBy ?? divertedFrom;
      const live = deps.begin(
        { ...facts, number, written, sentBy, projectId: null, customerId: null },
        newCall({ ...facts, party, waitedSeconds, divertedFrom }, deps.now()),
        leg,
      );
      if (free) deps.autoAnswer(live, asked.autoAnswerAfter);
      deps.updateRing();
    },
    async answer(callId, auto) {
      const { live, leg } = book.withLeg(callId, ({ phase }) => phase === 'ringing');
      const before = conversation.aim(callId);
      book.apply(live, { type: 'answer-began', auto });
      deps.updateRing();
      try {
        await leg.answer();
      } catch (error) {
        // It may have been answered, or have ended, before it failed.
        if (book.apply(live, { type: 'answer-failed' })) conversation.restore(before, callId);
        deps.updateRing();
        throw error;
      }
    },
  };
}
