/** Which of the cards that wait here belongs to a call; pure rules. A card of another customer is worse than none. */
import type { HandedCard } from '#shared/model/handed-card.ts';
import type { Ring } from '../calls/card-source.ts';

export interface WaitingCard {
  readonly card: HandedCard;
  /** When it arrived here, milliseconds since 1970: clocks of two desks may differ. */
  readonly seenAt: number;
}

/** A call that has no card of its own yet. */
export interface CardlessCall {
  readonly ring: Ring;
  /** Milliseconds since 1970. */
  readonly began: number;
  /** The card it shows, if any: its hand-over's id. */
  readonly shows: string | null;
}

/** The call rings a moment after its card was handed over; the card may take as long to come. */
const earliestMs = -10_000;
const latestMs = 60_000;

/** @param cards newest first. @param ofCall what was put on the call before. */
export function knownCard(
  call: CardlessCall,
  cards: readonly WaitingCard[],
  ofCall: HandedCard | null,
): HandedCard | null {
  const { ring } = call;
  const found =
    cards.find(({ card }) => ring.number !== null && card.number === ring.number) ??
    // What was written since the colleague was asked.
    cards.find(({ card }) => ofCall?.callId === card.callId) ??
    // The colleague who handed it over calls: the consultation before the transfer.
    cards.find((one) => ring.number === null && isFrom(one, call, ring.written));
  return found?.card ?? null;
}

/**
 * For a call without a number: a card without one, from whoever the exchange says has sent the call; where this exchange never says
 * that (`tellsSender`), the one that was handed over when the call began. None where there is more than one such card or call.
 */
export function namelessCard(
  call: CardlessCall,
  others: readonly CardlessCall[],
  cards: readonly WaitingCard[],
  tellsSender: boolean,
): HandedCard | null {
  const mine = cards.filter((one) => mayBe(one, call, tellsSender));
  const [newest] = mine;
  if (!newest || mine.some(({ card }) => card.callId !== newest.card.callId)) return null;
  return others.some((other) => mayBe(newest, other, tellsSender)) ? null : newest.card;
}

function mayBe({ card, seenAt }: WaitingCard, call: CardlessCall, tellsSender: boolean): boolean {
  const { ring, began, shows } = call;
  if (card.number !== null) return false;
  if (shows === card.handOverId) return true;
  const sender = ring.sentBy ?? null;
  if (sender !== null) return isFrom({ card, seenAt }, call, sender);
  const isBare = ring.written === null && ring.queue === null && ring.dialled === null;
  return !tellsSender && isBare && isSoon(began, seenAt);
}

function isSoon(began: number, handedOver: number): boolean {
  return began - handedOver >= earliestMs && began - handedOver <= latestMs;
}

/** Of the line of this name, and for this call: an earlier one from there had a card of its own. */
function isFrom(
  { card, seenAt }: WaitingCard,
  { began }: CardlessCall,
  name: string | null | undefined,
): boolean {
  if (typeof name !== 'string') return false;
  return (
    (card.fromExtension === name || card.fromSipUser === name) &&
    (isSoon(began, seenAt) || isSoon(began, Date.parse(card.at)))
  );
}
