/** Cards that colleagues handed to this desk with the calls they transfer. */
import { handedCardMinutes, type HandedCard } from '#shared/model/handed-card.ts';
import type { Ring } from '../calls/card-source.ts';
import { startOf } from '../drafts/draft-base.ts';
import type { Clock } from '../host.ts';
import type { Store, Transaction } from '../store/open-store.ts';
import type { Outbox } from '../sync/outbox.ts';
import type { PulledRoom } from '../sync/pulled-room.ts';
import { knownCard, namelessCard, type CardlessCall, type WaitingCard } from './card-match.ts';
import type { GivenCards } from './given-cards.ts';

const longestMs = handedCardMinutes * 60_000;
/** So long the card of a finished call is still known after a restart. */
const keptMs = 24 * 60 * 60_000;

export interface HandedCardBase {
  /**
   * The newest card that belongs to an incoming call (see card-match.ts): handed over less than ten minutes ago, not withdrawn,
   * and on no other call. The call keeps it until it is taken or the call has ended.
   */
  match(ring: Ring, fits?: (card: HandedCard) => boolean): HandedCard | null;
  /** The card that `match` found for a call and that is not taken yet: its hand-over's id. */
  shownOn(callId: string): string | null;
  /** The newest card that was put on the call. */
  ofCall(callId: string): HandedCard | null;
  /** The card is on the call: nobody else gets it, and the server is told once. */
  take(tx: Transaction, handOverId: string, callId: string): void;
  /** The call has ended: what arrives from now on is for another call of the same number. */
  callEnded(callId: string): void;
  /** The call is off the desk: nobody asks for it any more. */
  callGone(callId: string): void;
  readonly pulled: PulledRoom<'handed-card'>;
}

interface Row {
  readonly handOverId: string;
  readonly seenAt: number;
  readonly callId: string | null;
  readonly card: string;
}

export function createHandedCardBase(deps: {
  readonly store: Store;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly userId: () => string | null;
  readonly given: Pick<GivenCards, 'settle'>;
}): HandedCardBase {
  const { store, outbox, clock } = deps;
  /** Ended calls whose card is still on the screen. */
  const ended = new Set<string>();
  /** Cards shown on calls that nobody has answered yet: hand-over id by call id. */
  const held = new Map<string, string>();
  /** Calls without a number that have no card yet, by call id. */
  const nameless = new Map<string, Ring>();
  /** The exchange has told of a call who had sent it: it always does. */
  let tellsSender = false;
  const columns = 'hand_over_id AS handOverId, seen_at AS seenAt, call_id AS callId, card';
  const waiting = store.prepare<Row>(
    `SELECT ${columns} FROM handed_cards 
     WHERE user_id IS ? AND seen_at > ? AND call_id IS NULL
     ORDER BY seen_at DESC, hand_over_id DESC`,
  );
  const takenBy = store.prepare<Row>(
    `SELECT ${columns} FROM handed_cards WHERE call_id = ? ORDER BY hand_over_id DESC LIMIT 1`,
  );
  const put = store.prepare(
    `INSERT INTO handed_cards (hand_over_id, user_id, seen_at, generation, card) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (hand_over_id) DO UPDATE SET generation = excluded.generation`,
  );
  // A card that is on a call stays: its tombstone is only the server's word that it was taken.
  const erase = store.prepare(
    'DELETE FROM handed_cards WHERE hand_over_id = ? AND call_id IS NULL',
  );
  const sweep = store.prepare('DELETE FROM handed_cards WHERE generation <> ? AND call_id IS NULL');
  const wipe = store.prepare('DELETE FROM handed_cards WHERE call_id IS NULL');
  const setTaken = store.prepare(
    'UPDATE handed_cards SET call_id = ? WHERE hand_over_id = ? AND call_id IS NULL',
  );
  const forgetOld = store.prepare(
    'DELETE FROM handed_cards WHERE seen_at <= ? AND call_id IS NULL',
  );
  const forgetTaken = store.prepare('DELETE FROM handed_cards WHERE seen_at <= ?');

  function ofCall(callId: string): HandedCard | null {
    const row = takenBy.get(callId);
    return row ? cardOf(row) : null;
  }

  const cardless = (ring: Ring): CardlessCall => ({
    ring,
    began: startOf(ring.callId) ?? clock.now(),
    shows: held.get(ring.callId) ?? null,
  });

  function find(ring: Ring, cards: readonly WaitingCard[]): HandedCard | null {
    const before = ofCall(ring.callId);
    const known = knownCard(cardless(ring), cards, before);
    if (known) return known;
    if (ring.number !== null || before) {
      nameless.delete(ring.callId);
      return null;
    }
    nameless.set(ring.callId, ring);
    const others = [...nameless.values()].filter(({ callId }) => callId !== ring.callId);
    return namelessCard(cardless(ring), others.map(cardless), cards, tellsSender);
  }

  function forget(callId: string): void {
    held.delete(callId);
    nameless.delete(callId);
  }

  return {
    match(ring, fits = () => true) {
      if (ring.direction === 'out' || ended.has(ring.callId)) return null;
      const others = new Set(held.values());
      others.delete(held.get(ring.callId) ?? '');
      const cards = waiting
        .all(deps.userId(), clock.now() - longestMs)
        .filter(({ handOverId }) => !others.has(handOverId))
        .map((row) => ({ card: cardOf(row), seenAt: row.seenAt }))
        .filter(({ card }) => fits(card));
      tellsSender ||= (ring.sentBy ?? null) !== null;
      const found = find(ring, cards);
      if (found) held.set(ring.callId, found.handOverId);
      else held.delete(ring.callId);
      return found;
    },
    shownOn: (callId) => held.get(callId) ?? null,
    ofCall,
    take(tx, handOverId, callId) {
      forget(callId);
      const all = waiting.all(deps.userId(), 0).map(cardOf);
      const card = all.find((one) => one.handOverId === handOverId);
      if (!card) return;
      // What was handed over of the same call before is old: no later call may get it.
      for (const { handOverId: id } of all.filter((one) => one.callId === card.callId)) {
        setTaken.run(callId, id);
        outbox.enqueue(tx, { name: 'card.taken', subject: id, args: { handOverId: id } });
      }
    },
    callEnded(callId) {
      ended.add(callId);
      forget(callId);
    },
    callGone(callId) {
      ended.delete(callId);
      forget(callId);
    },
    pulled: {
      apply(_tx, { id, body }, generation) {
        if (!body) erase.run(id);
        else put.run(id, deps.userId(), clock.now(), generation, JSON.stringify(body));
      },
      sweep(_tx, generation) {
        sweep.run(generation);
        return false;
      },
      wipe: () => void wipe.run(),
      settle(tx) {
        const now = clock.now();
        deps.given.settle(tx);
        forgetOld.run(now - longestMs);
        forgetTaken.run(now - keptMs);
      },
    },
  };
}

function cardOf(row: Row): HandedCard {
  return JSON.parse(row.card) as HandedCard;
}
