/** What a leg tells, made true on the desk. */
import { assertNever } from '#shared/assert-never.ts';
import { callAfter, isConnected } from '#shared/model/call-machine.ts';
import type { CallEnd } from '#shared/model/call.ts';
import type { Log } from '../log.ts';
import type { CallBook } from './call-book.ts';
import type { CardKeeper } from './card-keeper.ts';
import type { Conversation } from './conversation.ts';
import type { LegEvent } from './line.ts';
import type { LiveCall } from './live-call.ts';
import type { Transfers } from './transfers.ts';

export interface LegEventsDeps {
  readonly book: CallBook;
  readonly conversation: Conversation;
  readonly keeper: CardKeeper;
  readonly transfers: Pick<Transfers, 'heard' | 'endOf'>;
  readonly log: Log;
  /** ISO 8601, UTC. */
  now(): string;
  /** The call has just become an ended one. */
  ended(live: LiveCall): void;
  updateRing(): void;
  /** The dialog is up or has changed. */
  keepJournal(live: LiveCall): void;
}

export interface LegEvents {
  hear(live: LiveCall, event: LegEvent): void;
  /** Also for a call that has no leg. */
  end(live: LiveCall, end: CallEnd): void;
}

export function createLegEvents(deps: LegEventsDeps): LegEvents {
  const { book, conversation, keeper, log } = deps;

  function answered(live: LiveCall): void {
    const event = { type: 'answered', at: deps.now() } as const;
    if (!callAfter(live.call, event).taken)
      return log.debug({ callId: live.call.callId }, 'answer ignored');
    conversation.connected(live, event, !live.comesBackHeld);
    if (!book.has(live)) return;
    keeper.keepDraft(live);
    deps.updateRing();
  }

  function held(live: LiveCall, here: boolean): void {
    if (here || live.call.phase !== 'held') book.apply(live, { type: 'held', here });
    else conversation.connected(live, { type: 'held', here });
  }

  function end(live: LiveCall, how: CallEnd): void {
    const ended = { type: 'ended', end: deps.transfers.endOf(live, how), at: deps.now() } as const;
    if (!book.apply(live, ended) || !book.has(live)) return;
    log.info({ callId: live.call.callId, end: ended.end }, 'call ended');
    deps.ended(live);
    deps.updateRing();
  }

  return {
    end,
    hear(live, event) {
      // A call that was taken off the desk (somebody signed out) only has to end.
      if (!book.has(live)) return;
      switch (event.type) {
        case 'level':
          return;
        case 'answered':
          return answered(live);
        case 'held':
          return held(live, event.here);
        case 'ended':
          return end(live, event.end);
        case 'alerting':
        case 'audio':
        case 'held-there':
          book.apply(live, event);
          return;
        case 'party': {
          const { ring, card } = keeper.withParty(live, event.party);
          live.ring = ring;
          live.card = card;
          if (book.apply(live, event) && isConnected(live.call.phase)) keeper.keepDraft(live);
          return;
        }
        case 'dialog':
          live.dialog = event.dialog;
          return deps.keepJournal(live);
        case 'transfer':
          return deps.transfers.heard(live, event.state, event.why);
        default:
          assertNever(event);
      }
    },
  };
}
