/** A call on this desk with everything that belongs to it, and how one begins. */
import type { CallCard } from '#shared/contract/desk.ts';
import type { Call } from '#shared/model/call.ts';
import { emptyDraft } from '#shared/model/draft.ts';
import type { CardSource, Ring } from './card-source.ts';
import type { Leg } from './line.ts';

export interface LiveCall {
  ring: Ring;
  call: Call;
  card: CallCard;
  /** null: a call of an earlier run, of which only the card is left. */
  readonly leg: Leg | null;
  /** Its wrap-up has used its time, or it never had any. */
  wrapUpOver: boolean;
}

/** The card of a call that cannot be looked up. */
export const bareCard: CallCard = {
  match: 'none',
  customer: null,
  candidates: [],
  timeline: [],
  project: null,
  script: null,
  form: null,
  draft: emptyDraft,
  orders: [],
  handedBy: null,
  handedTo: null,
};

export function newCall(
  facts: Pick<Call, 'callId' | 'direction' | 'party' | 'dialled' | 'queue' | 'waitedSeconds'>,
  at: string,
): Call {
  return {
    ...facts,
    phase: facts.direction === 'in' ? 'ringing' : 'dialling',
    muted: false,
    heldThere: false,
    audio: 'none',
    autoAnswered: false,
    divertedFrom: null,
    transfer: null,
    consultFor: null,
    inConference: false,
    quality: null,
    interrupted: false,
    startedAt: at,
    answeredAt: null,
    endedAt: null,
    end: null,
  };
}

/** A call of an earlier run: it has ended, its card has not. */
export function leftOver(
  unfinished: ReturnType<CardSource['unfinished']>[number],
  card: CallCard,
): LiveCall {
  const { ring, startedAt, draft } = unfinished;
  const { callId, direction, number, dialled, queue } = ring;
  const party = { number, written: number, displayName: null, withheld: false };
  const begun = newCall(
    { callId, direction, party, dialled, queue, waitedSeconds: null },
    startedAt,
  );
  const call: Call = { ...begun, phase: 'ended', endedAt: startedAt, end: 'failed' };
  return { ring, call, card: { ...card, draft }, leg: null, wrapUpOver: true };
}
