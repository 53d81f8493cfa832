/** The cards of the calls on this desk: what the operator chooses, writes and finishes. */
import type { CallCard } from '#shared/contract/desk.ts';
import type { Draft } from '#shared/model/draft.ts';
import type { Log } from '../log.ts';
import type { CallBook } from './call-book.ts';
import { CallDeskError } from './call-desk-error.ts';
import { callRecord } from './call-record.ts';
import type { CardKeeper } from './card-keeper.ts';
import type { CardSource, Ring } from './card-source.ts';
import type { LiveCall } from './live-call.ts';

/** Errors: CallDeskError, StoreError. */
export interface CardDesk {
  chooseCustomer(callId: string, customerId: string | null): void;
  chooseProject(callId: string, projectId: string): void;
  saveDraft(callId: string, draft: Draft): void;
  finish(callId: string, outcome: string | null, reason: string | null, note: string): void;
  /** The party of a call that broke off is called again: what was written goes on there, and the old card asks for nothing more. */
  goesOn(from: LiveCall, to: LiveCall): void;
  /** For the rooms that change a card (an order was placed); nothing for no such call. */
  replaceCard(callId: string, card: CallCard): void;
  /** The base has changed: every card is looked up again. */
  refreshCards(): void;
}

export function createCardDesk(deps: {
  readonly book: CallBook;
  readonly cards: CardSource;
  readonly keeper: CardKeeper;
  readonly log: Log;
  /** The card has been recorded and is gone. */
  finished(callId: string): void;
}): CardDesk {
  const { book, cards, keeper, log } = deps;

  function choose(live: LiveCall, ring: Ring, chosen: (card: CallCard) => boolean): void {
    const card = keeper.refresh(ring, live.card);
    if (!chosen(card)) throw new CallDeskError('NOT_FOUND', 'not known here');
    live.ring = ring;
    live.card = card;
    if (live.call.phase !== 'ringing') keeper.keepDraft(live);
    book.show(live);
  }

  return {
    chooseCustomer: (callId, customerId) => {
      const live = book.find(callId);
      const isHim = ({ customer }: CallCard): boolean =>
        customerId === null || customer?.customerId === customerId;
      choose(live, { ...live.ring, customerId }, isHim);
    },
    chooseProject: (callId, projectId) => {
      const live = book.find(callId);
      const isIt = ({ project }: CallCard): boolean => project?.projectId === projectId;
      choose(live, { ...live.ring, projectId }, isIt);
    },
    saveDraft: (callId, draft) => {
      const live = book.find(callId);
      const { customer, project } = live.card;
      cards.saveDraft(live.ring, draft, customer?.customerId ?? null, project?.projectId ?? null);
      live.card = { ...live.card, draft };
      book.show(live);
    },
    finish: (callId, outcome, reason, note) => {
      const { call, card } = book.find(callId);
      if (call.phase !== 'ended')
        throw new CallDeskError('WRONG_STATE', `the call is ${call.phase}`, call.phase);
      if (outcome !== null && !card.project?.outcomes.some(({ code }) => code === outcome))
        throw new CallDeskError('NOT_FOUND', 'the project has no such outcome');
      cards.recordCall(callRecord(call, card, { outcome, reason, note }));
      book.remove(callId);
      deps.finished(callId);
    },
    goesOn: (from, to) => {
      const { call, card } = from;
      // What was ordered in the old call has its outcome there, and must not be ordered again.
      if (card.orders.length > 0) return;
      to.card = { ...to.card, draft: card.draft };
      keeper.keepDraft(to);
      book.show(to);
      if (!keeper.record(from)) return;
      book.remove(call.callId);
      deps.finished(call.callId);
    },
    replaceCard: (callId, card) => {
      const live = book.get(callId);
      if (!live) return;
      live.card = card;
      book.show(live);
    },
    refreshCards: () => {
      for (const live of book.all()) {
        try {
          live.card = keeper.refresh(live.ring, live.card);
          book.show(live);
        } catch (error) {
          const name = error instanceof Error ? error.name : 'unknown';
          log.error({ callId: live.call.callId, error: name }, 'card not refreshed');
        }
      }
    },
  };
}
