/** The base as a call sees it: a base that fails costs neither the pop nor the call. */
import type { CallCard } from '#shared/contract/desk.ts';
import type { CallParty } from '#shared/model/call.ts';
import type { Log } from '../log.ts';
import { callRecord } from './call-record.ts';
import type { CardSource, HandOver, Ring } from './card-source.ts';
import { bareCard, type LiveCall } from './live-call.ts';

export interface CardKeeper {
  /** A bare card where it cannot be looked up: the pop must come. */
  lookUp(ring: Ring): CallCard;
  /** Errors: StoreError. */
  refresh(ring: Ring, card: CallCard): CallCard;
  /** Ring and card of the call with somebody else at its other end; whom the operator chose stays. */
  withParty(live: LiveCall, party: CallParty): Pick<LiveCall, 'ring' | 'card'>;
  /** The colleague at an extension gets the card; a base that fails leaves it here. */
  handOver(live: LiveCall, extension: string, how: HandOver): CallCard;
  /** What was handed over of the call is taken back; the call itself may be off the desk. */
  withdraw(callId: string, card: CallCard): CallCard;
  /** The call has gone to the colleague. */
  wentOn(callId: string): void;
  /** The card outlives this process from here on, if the base can be written. */
  keepDraft(live: LiveCall): void;
  /** Records a call nobody has to finish; false: it could not be, and must stay on the screen. */
  record(live: LiveCall): boolean;
}

export function createCardKeeper(cards: CardSource, log: Log): CardKeeper {
  const attempt = (callId: string, what: string, run: () => void): boolean => {
    try {
      run();
      return true;
    } catch (error) {
      log.error({ callId, error: error instanceof Error ? error.name : 'unknown' }, what);
      return false;
    }
  };
  return {
    lookUp: (ring) => {
      let card = bareCard;
      attempt(ring.callId, 'card not looked up', () => (card = cards.cardFor(ring)));
      return card;
    },
    refresh: (ring, card) => cards.refresh(ring, card),
    withParty: ({ ring, card }, { number, written }) => {
      if (ring.customerId !== null) return { ring, card };
      const asked = { ...ring, number, written };
      let found = card;
      attempt(ring.callId, 'card not looked up', () => (found = cards.refresh(asked, card)));
      return { ring: asked, card: found };
    },
    handOver: ({ ring, card }, extension, how) => {
      let handed = card;
      attempt(ring.callId, 'card not handed over', () => {
        handed = cards.handOver(ring, card, extension, how);
      });
      return handed;
    },
    withdraw: (callId, card) => {
      let back = card;
      attempt(callId, 'card not taken back', () => (back = cards.withdraw(callId, card)));
      return back;
    },
    wentOn: (callId) => void attempt(callId, 'card not marked as gone', () => cards.wentOn(callId)),
    keepDraft: ({ ring, card, call }) => {
      const { customer, project, draft } = card;
      attempt(call.callId, 'draft not kept', () =>
        cards.saveDraft(ring, draft, customer?.customerId ?? null, project?.projectId ?? null),
      );
    },
    record: ({ call, card }) =>
      attempt(call.callId, 'call not recorded', () =>
        cards.recordCall(callRecord(call, card, { outcome: null, reason: null, note: '' })),
      ),
  };
}
