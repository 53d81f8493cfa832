/** A call on this desk with everything that belongs to it, and how one begins. */
import type { CallCard } from '#shared/contract/desk.ts';
import type { Call } from '#shared/model/call.ts';
import { emptyDraft } from '#shared/model/draft.ts';
import type { JournalledCall } from './call-journal.ts';
import type { CardSource, Ring } from './card-source.ts';
import type { JournalledDialog, Leg } from './line.ts';

export interface LiveCall {
  ring: Ring;
  call: Call;
  card: CallCard;
  /** null: a call of an earlier run, of which only the card is left or which the exchange has not given back yet. */
  leg: Leg | null;
  /** Its wrap-up has used its time, or it never had any. */
  wrapUpOver: boolean;
  /** What a later run needs to ask for the call; null until the dialog is up. */
  dialog: JournalledDialog | null;
  /** The tone before it answers itself sounds instead of the ring. */
  announcing: boolean;
  /** Where the call is being sent, and what was done for it. */
  wish: TransferWish | null;
  /** The call that waits because this one was made about it. */
  heldFor: string | null;
  /** It was on hold when an earlier run was interrupted, and waits again when it is back. */
  comesBackHeld: boolean;
}

export interface TransferWish {
  /** As it will be shown: E.164, an extension, or as written. */
  readonly to: string;
  /** We held the party for it: a transfer that fails brings it back. */
  readonly held: boolean;
  /** The call whose other end the party is joined with; null for a blind transfer. */
  readonly consultId: string | null;
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

/** A call at its first moment. */
export function newCall(
  facts: Pick<
    Call,
    'callId' | 'direction' | 'party' | 'dialled' | 'queue' | 'waitedSeconds' | 'divertedFrom'
  > & { readonly consultFor?: string | null },
  at: string,
): Call {
  return {
    ...facts,
    phase: facts.direction === 'in' ? 'ringing' : 'dialling',
    muted: false,
    heldThere: false,
    audio: 'none',
    autoAnswered: false,
    transfer: null,
    consultFor: facts.consultFor ?? null,
    inConference: false,
    quality: null,
    interrupted: false,
    startedAt: at,
    answeredAt: null,
    endedAt: null,
    end: null,
  };
}

/** The call of `ring` and its leg on this desk. */
export function liveCall(ring: Ring, call: Call, card: CallCard, leg: Leg | null = null): LiveCall {
  return {
    ring,
    call,
    card,
    leg,
    wrapUpOver: false,
    dialog: null,
    announcing: false,
    wish: null,
    heldFor: null,
    comesBackHeld: false,
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
    { callId, direction, party, dialled, queue, waitedSeconds: null, divertedFrom: null },
    startedAt,
  );
  const call: Call = { ...begun, phase: 'ended', endedAt: startedAt, end: 'failed' };
  return { ...liveCall(ring, call, { ...card, draft }), wrapUpOver: true };
}

/** A call that was up when an earlier run was interrupted; the exchange is asked to give it back. */
export function returning({ call, ring, dialog }: JournalledCall, card: CallCard): LiveCall {
  const back: Call = {
    ...call,
    phase: 'returning',
    interrupted: true,
    heldThere: false,
    audio: 'none',
    transfer: null,
    inConference: false,
    quality: null,
  };
  return { ...liveCall(ring, back, card), dialog, comesBackHeld: call.phase === 'held' };
}
