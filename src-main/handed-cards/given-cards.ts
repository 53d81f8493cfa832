/** Cards that this desk hands on with its calls, and takes back when a call does not follow its card. */
import { isDeepStrictEqual } from 'node:util';
import { v7 as uuidv7 } from 'uuid';
import type { CallCard } from '#shared/contract/desk.ts';
import { handedCardMinutes, type HandedCard } from '#shared/model/handed-card.ts';
import type { HandOver, Ring } from '../calls/card-source.ts';
import type { Clock } from '../host.ts';
import type { Store, Transaction } from '../store/open-store.ts';
import type { Outbox } from '../sync/outbox.ts';

const longestMs = handedCardMinutes * 60_000;
/** So long a finished call's hand-over is still known after a restart. */
const keptMs = 24 * 60 * 60_000;

export interface GivenCards {
  /**
   * Hands a call's card to the colleague at an extension: mutation and mark in one transaction, sent at once; from whoever had it
   * before it is taken back. Errors: StoreError.
   */
  handOver(ring: Ring, card: CallCard, toExtension: string, how: HandOver): void;
  /** The extension to which the card of a call of this desk went. */
  handedTo(callId: string): string | null;
  /** The call stays here: what was handed over of it is taken back from wherever it is on no call yet. Errors: StoreError. */
  withdraw(callId: string): void;
  /** The call has gone to the colleague, and its card with it. Errors: StoreError. */
  wentOn(callId: string): void;
  /** The customer of a call that had gone on talks to this desk again: the exchange has sent him back, or he has called again. */
  cameBack(tx: Transaction, ring: Ring): void;
  /** Forgets what is of no use any more. */
  settle(tx: Transaction): void;
}

/** The line of the person signed in. */
interface OwnLine {
  readonly extension: string;
  readonly sipUser: string;
}

interface Row {
  readonly handOverId: string;
  readonly card: string;
}

export function createGivenCards(deps: {
  readonly store: Store;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly userId: () => string | null;
  readonly line: () => OwnLine | null;
  readonly operatorName: () => string | null;
}): GivenCards {
  const { store, outbox, clock } = deps;
  const columns = 'hand_over_id AS handOverId, card';
  const put = store.prepare(
    'INSERT INTO given_cards (hand_over_id, user_id, call_id, at, card) VALUES (?, ?, ?, ?, ?)',
  );
  const open = store.prepare<Row>(
    `SELECT ${columns} FROM given_cards WHERE call_id = ? AND user_id IS ? AND went_on = 0 ORDER BY hand_over_id`,
  );
  // Ids of calls begin with the time at which the call began (RFC 9562 section 5.7): only a later one is a return.
  const goneOn = store.prepare<Row>(
    `SELECT ${columns} FROM given_cards
     WHERE went_on = 1 AND user_id IS ? AND call_id < ? AND card ->> 'number' = ?`,
  );
  const setGoneOn = store.prepare('UPDATE given_cards SET went_on = 1 WHERE call_id = ?');
  const drop = store.prepare('DELETE FROM given_cards WHERE hand_over_id = ?');
  const forgetOld = store.prepare('DELETE FROM given_cards WHERE at <= ?');
  const mark = store.prepare(
    `INSERT INTO cards_handed_on (call_id, to_extension, at) VALUES (?, ?, ?)
     ON CONFLICT (call_id) DO UPDATE SET to_extension = excluded.to_extension, at = excluded.at`,
  );
  const marked = store.prepare<{ to: string }>(
    'SELECT to_extension AS "to" FROM cards_handed_on WHERE call_id = ?',
  );
  const unmark = store.prepare('DELETE FROM cards_handed_on WHERE call_id = ?');
  const forgetMarks = store.prepare('DELETE FROM cards_handed_on WHERE at <= ?');

  const openOf = (callId: string): readonly HandedCard[] =>
    open.all(callId, deps.userId()).map(cardOf);

  function takeBack(tx: Transaction, cards: readonly HandedCard[]): void {
    if (cards.length === 0) return;
    // One that was refused must not be sent again after it was taken back.
    outbox.forgetRefused(tx, 'card.hand-over', new Date(clock.now() + 1).toISOString());
    for (const { handOverId } of cards) {
      drop.run(handOverId);
      outbox.enqueue(tx, { name: 'card.withdraw', subject: handOverId, args: { handOverId } });
    }
  }

  function settle(tx: Transaction): void {
    const now = clock.now();
    // What could not be handed over in time: the first operator has the card still.
    outbox.forgetRefused(tx, 'card.hand-over', new Date(now - longestMs).toISOString());
    forgetOld.run(now - longestMs);
    forgetMarks.run(now - keptMs);
  }

  return {
    handOver(ring, card, toExtension, how) {
      const { callId } = ring;
      const handed = handedCard(ring, card, toExtension, {
        at: new Date(clock.now()).toISOString(),
        line: deps.line(),
        name: deps.operatorName() ?? '',
      });
      const before = openOf(callId);
      if (how === 'update' && saysTheSame(before.at(-1), handed)) return;
      store.transaction((tx) => {
        settle(tx);
        takeBack(
          tx,
          before.filter((one) => one.toExtension !== toExtension),
        );
        mark.run(callId, toExtension, clock.now());
        const { handOverId } = handed;
        put.run(handOverId, deps.userId(), callId, clock.now(), JSON.stringify(handed));
        outbox.enqueue(tx, { name: 'card.hand-over', subject: handOverId, args: handed });
      });
    },
    handedTo: (callId) => marked.get(callId)?.to ?? null,
    withdraw(callId) {
      const cards = openOf(callId);
      if (cards.length === 0) return;
      store.transaction((tx) => {
        takeBack(tx, cards);
        unmark.run(callId);
      });
    },
    wentOn: (callId) => store.transaction(() => void setGoneOn.run(callId)),
    cameBack(tx, { callId, number }) {
      if (number !== null) takeBack(tx, goneOn.all(deps.userId(), callId, number).map(cardOf));
    },
    settle,
  };
}

/** The colleague has it on a call already: only what was written since needs to follow, and before the first grows too old. */
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
  from: { readonly at: string; readonly line: OwnLine | null; readonly name: string },
): HandedCard {
  return {
    handOverId: uuidv7(),
    callId: ring.callId,
    toExtension,
    fromExtension: from.line?.extension ?? null,
    fromSipUser: from.line?.sipUser ?? null,
    fromName: from.name,
    number: ring.number,
    customerId: card.customer?.customerId ?? null,
    projectId: card.project?.projectId ?? null,
    draft: card.draft,
    at: from.at,
  };
}
