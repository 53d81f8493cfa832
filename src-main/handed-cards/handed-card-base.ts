/** Cards that travel with transferred calls: those handed to this desk, and those it handed on. */
import { isDeepStrictEqual } from 'node:util';
import { v7 as uuidv7 } from 'uuid';
import type { CallCard } from '#shared/contract/desk.ts';
import { handedCardMinutes, type HandedCard } from '#shared/model/handed-card.ts';
import type { Ring } from '../calls/card-source.ts';
import type { Clock } from '../host.ts';
import type { Store, Transaction } from '../store/open-store.ts';
import type { Outbox } from '../sync/outbox.ts';
import type { PulledRoom } from '../sync/pulled-room.ts';

const longestMs = handedCardMinutes * 60_000;
/** So long a finished call's hand-over is still known after a restart. */
const keptMs = 24 * 60 * 60_000;

export interface HandedCardBase {
  /**
   * Hands a call's card to the colleague at an extension: mutation and mark in one transaction, sent at once. What that
   * colleague has been given a moment ago already is not sent again. Errors: StoreError.
   */
  handOver(ring: Ring, card: CallCard, toExtension: string): void;
  /** The extension to which the card of a call of this desk went. */
  handedTo(callId: string): string | null;
  /**
   * The newest card that belongs to an incoming call: handed over less than ten minutes ago, of the same number or from the
   * extension that calls, and on no other call. The call keeps it until it is taken or the call has ended.
   */
  match(ring: Ring): HandedCard | null;
  /** The card that `match` found for a call and that is not taken yet: its hand-over's id. */
  shownOn(callId: string): string | null;
  /** The newest card that was put on the call. */
  ofCall(callId: string): HandedCard | null;
  /** The card is on the call: nobody else gets it, and the server is told once. */
  take(tx: Transaction, handOverId: string, callId: string): void;
  /** The call has ended: what arrives from now on is for another call of the same number. */
  callEnded(callId: string): void;
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
  readonly extension: () => string | null;
  readonly operatorName: () => string | null;
}): HandedCardBase {
  const { store, outbox, clock } = deps;
  const ended = new Set<string>();
  /** Cards shown on calls that nobody has answered yet: hand-over id by call id. */
  const held = new Map<string, string>();
  /** What was handed over last, by call id. */
  const given = new Map<string, HandedCard>();
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
  const mark = store.prepare(
    `INSERT INTO cards_handed_on (call_id, to_extension, at) VALUES (?, ?, ?)
     ON CONFLICT (call_id) DO UPDATE SET to_extension = excluded.to_extension, at = excluded.at`,
  );
  const marked = store.prepare<{ to: string }>(
    'SELECT to_extension AS "to" FROM cards_handed_on WHERE call_id = ?',
  );
  const forgetMarks = store.prepare('DELETE FROM cards_handed_on WHERE at <= ?');

  return {
    handOver(ring, card, toExtension) {
      const handed = handedCard(ring, card, toExtension, {
        at: new Date(clock.now()).toISOString(),
        extension: deps.extension(),
        name: deps.operatorName() ?? '',
      });
      if (saysTheSame(given.get(ring.callId), handed)) return;
      store.transaction((tx) => {
        const old = new Date(clock.now() - longestMs).toISOString();
        outbox.forgetRefused(tx, 'card.hand-over', old);
        mark.run(ring.callId, toExtension, clock.now());
        const { handOverId } = handed;
        outbox.enqueue(tx, { name: 'card.hand-over', subject: handOverId, args: handed });
      });
      given.set(ring.callId, handed);
    },
    handedTo: (callId) => marked.get(callId)?.to ?? null,
    match(ring) {
      if (ring.direction === 'out' || ended.has(ring.callId)) return null;
      const others = new Set(held.values());
      others.delete(held.get(ring.callId) ?? '');
      const cards = waiting
        .all(deps.userId(), clock.now() - longestMs)
        .map(cardOf)
        .filter(({ handOverId }) => !others.has(handOverId));
      const found =
        cards.find((card) => ring.number !== null && card.number === ring.number) ??
        cards.find((card) => isFrom(card, ring));
      if (found) held.set(ring.callId, found.handOverId);
      return found ?? null;
    },
    shownOn: (callId) => held.get(callId) ?? null,
    ofCall(callId) {
      const row = takenBy.get(callId);
      return row ? cardOf(row) : null;
    },
    take(tx, handOverId, callId) {
      held.delete(callId);
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
      held.delete(callId);
      given.delete(callId);
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
        // Whom nobody could find in time has the call without the card; the first operator has the card still.
        outbox.forgetRefused(tx, 'card.hand-over', new Date(now - longestMs).toISOString());
        forgetOld.run(now - longestMs);
        forgetTaken.run(now - keptMs);
        forgetMarks.run(now - keptMs);
      },
    },
  };
}

/** The caller is the colleague who handed it over: the consultation before the transfer. */
function isFrom(card: HandedCard, ring: Ring): boolean {
  return card.fromExtension !== null && ring.number === null && card.fromExtension === ring.written;
}

function saysTheSame(before: HandedCard | undefined, now: HandedCard): boolean {
  if (!before || Date.parse(now.at) - Date.parse(before.at) >= longestMs / 2) return false;
  const { handOverId, at } = before;
  return isDeepStrictEqual(before, { ...now, handOverId, at });
}

function cardOf(row: Row): HandedCard {
  return JSON.parse(row.card) as HandedCard;
}

/** What goes with the call; a pure rule. */
function handedCard(
  ring: Ring,
  card: CallCard,
  toExtension: string,
  from: { readonly at: string; readonly extension: string | null; readonly name: string },
): HandedCard {
  return {
    handOverId: uuidv7(),
    callId: ring.callId,
    toExtension,
    fromExtension: from.extension,
    fromName: from.name,
    number: ring.number,
    customerId: card.customer?.customerId ?? null,
    projectId: card.project?.projectId ?? null,
    draft: card.draft,
    at: from.at,
  };
}
