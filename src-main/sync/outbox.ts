/**
 * The outbox: what this desk owes the server, in the order it was done. A mutation is written in the transaction of
 * its fact, leaves only when the server has it, and is parked, never deleted, when the server refuses it.
 */
import { and, asc, count, eq, gt, inArray, sql } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import type { ParkedMutation, PlacedOrder } from '#shared/contract/desk.ts';
import type { CustomerFields } from '#shared/model/customer.ts';
import type { Json } from '#shared/model/json.ts';
import type { Mutation, MutationResult } from '#shared/model/mutation.ts';
import type { Clock } from '../host.ts';
import { Listeners } from '../listeners.ts';
import { outbox } from '../store/schema.ts';
import type { Store, Transaction } from '../store/open-store.ts';

/** What a room hands over; id and time are given here. */
type Intention = {
  [Name in Mutation['name']]: {
    readonly name: Name;
    readonly args: Extract<Mutation, { name: Name }>['args'];
    /** The order, customer or call it tells of. */
    readonly subject: string;
  };
}[Mutation['name']];

export interface QueuedMutation {
  readonly seq: number;
  readonly mutationId: string;
  readonly userId: string | null;
  readonly name: string;
  readonly subject: string;
  readonly args: Json;
  readonly madeAt: string;
  readonly attempts: number;
}

export interface Outbox {
  /** Part of the fact's own transaction. The new mutation's id (uuidv7). */
  enqueue(tx: Transaction, intention: Intention): string;
  counts(): { readonly waiting: number; readonly refused: number };
  parked(): readonly ParkedMutation[];
  /** Sends a refused one again, as it is (null) or mended, as a new mutation at the end. False: there is none such. */
  mend(mutationId: string, args: Json | null): boolean;
  /**
   * Forgets refused ones of a kind that says nothing any more: `made` is ISO 8601, older ones go. For what holds nobody's work
   * and has a time of its own; all else stays until a person mends it.
   */
  forgetRefused(tx: Transaction, name: 'card.hand-over', made: string): void;
  /** What became of a subject's last mutation. */
  fate(subject: string): Pick<PlacedOrder, 'state' | 'refusal'>;
  /** Edits of a customer not yet with the server, oldest first. */
  waitingEdits(customerId: string): readonly Partial<CustomerFields>[];
  /** Customers with waiting edits or not yet known to the server. */
  waitingCustomers(): ReadonlySet<string>;
  /** The next mutations of one person after `after`, at most `limit`, oldest first. */
  next(userIds: readonly string[], limit: number): readonly QueuedMutation[];
  /** Takes the server's answers: applied ones leave, refused ones are parked; an answer to nothing is ignored. */
  settle(sent: readonly QueuedMutation[], results: readonly MutationResult[]): void;
  /** The sending failed on the way: it counts as an attempt. */
  missed(sent: readonly QueuedMutation[]): void;
  /** Told after each commit that changed the outbox, with the subjects it changed for. */
  onChange(changed: (subjects: readonly string[]) => void): Disposable;
}

export function createOutbox(deps: {
  readonly store: Store;
  readonly clock: Clock;
  /** Whose work it is: sent with that person's token, also after somebody else signed in. */
  readonly userId: () => string | null;
}): Outbox {
  const { store } = deps;
  const listeners = new Listeners<readonly string[]>();
  const insert = store.prepare(
    'INSERT INTO outbox (mutation_id, user_id, name, subject, args, made_at) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const lastOf = store.prepare<{ state: string; refusal: string | null }>(
    'SELECT state, refusal FROM outbox WHERE subject = ? ORDER BY seq DESC LIMIT 1',
  );
  const editsOf = store.prepare<{ args: string }>(
    `SELECT args FROM outbox WHERE subject = ? AND name = 'customer.edit' AND state = 'waiting' ORDER BY seq`,
  );

  const outdated = store.prepare(
    `DELETE FROM outbox WHERE state = 'refused' AND name = ? AND made_at < ?`,
  );

  function changed(tx: Transaction, subjects: readonly string[]): void {
    tx.afterCommit(() => listeners.tell(subjects));
  }

  function add(
    tx: Transaction,
    given: { name: string; subject: string; args: Json; userId: string | null },
  ): string {
    const mutationId = uuidv7();
    const madeAt = new Date(deps.clock.now()).toISOString();
    insert.run(
      mutationId,
      given.userId,
      given.name,
      given.subject,
      JSON.stringify(given.args),
      madeAt,
    );
    changed(tx, [given.subject]);
    return mutationId;
  }

  return {
    enqueue: (tx, { name, subject, args }) =>
      add(tx, { name, subject, args, userId: deps.userId() }),

    counts() {
      const rows = store.db
        .select({ state: outbox.state, mutations: count() })
        .from(outbox)
        .groupBy(outbox.state)
        .all();
      const of = (state: string) => rows.find((row) => row.state === state)?.mutations ?? 0;
      return { waiting: of('waiting'), refused: of('refused') };
    },

    parked: () =>
      store.db
        .select()
        .from(outbox)
        .where(eq(outbox.state, 'refused'))
        .orderBy(asc(outbox.seq))
        .all()
        .flatMap(({ refusal, ...row }) => (refusal ? [{ ...pick(row), refusal }] : [])),

    mend: (mutationId, args) =>
      store.transaction((tx) => {
        const isParked = and(eq(outbox.mutationId, mutationId), eq(outbox.state, 'refused'));
        const parked = store.db.select().from(outbox).where(isParked).get();
        if (!parked) return false;
        store.db.delete(outbox).where(isParked).run();
        // The server answers a known id as before: what is mended is a new mutation.
        add(tx, { ...parked, args: args ?? parked.args });
        return true;
      }),

    forgetRefused(tx, name, made) {
      if (outdated.run(name, made).changes > 0) changed(tx, []);
    },

    fate(subject) {
      const row = lastOf.get(subject);
      if (!row) return { state: 'with-server', refusal: null };
      if (row.state === 'waiting' || row.refusal === null) return { state: 'saved', refusal: null };
      return { state: 'refused', refusal: JSON.parse(row.refusal) as PlacedOrder['refusal'] };
    },

    waitingEdits: (customerId) =>
      editsOf
        .all(customerId)
        .map(({ args }) => (JSON.parse(args) as { changes: Partial<CustomerFields> }).changes),

    waitingCustomers: () =>
      new Set(
        store.db
          .selectDistinct({ subject: outbox.subject })
          .from(outbox)
          .where(inArray(outbox.name, ['customer.edit', 'customer.create']))
          .all()
          .map((row) => row.subject),
      ),

    next(userIds, limit) {
      const mine = and(eq(outbox.state, 'waiting'), inArray(outbox.userId, [...userIds]));
      const rows = store.db
        .select()
        .from(outbox)
        .where(and(mine, gt(outbox.seq, 0)))
        .orderBy(asc(outbox.seq))
        .limit(limit)
        .all();
      const stranger = rows.findIndex((row) => row.userId !== rows[0]?.userId);
      return stranger === -1 ? rows : rows.slice(0, stranger);
    },

    settle(sent, results) {
      const answers = new Map(results.map((result) => [result.mutationId, result]));
      const applied: number[] = [];
      const told: string[] = [];
      store.transaction((tx) => {
        for (const mutation of sent) {
          const answer = answers.get(mutation.mutationId);
          if (!answer) continue;
          told.push(mutation.subject);
          if (answer.status === 'applied') applied.push(mutation.seq);
          else
            store.db
              .update(outbox)
              .set({
                state: 'refused',
                refusal: { code: answer.code, details: answer.details },
                attempts: mutation.attempts + 1,
              })
              .where(eq(outbox.seq, mutation.seq))
              .run();
        }
        if (applied.length > 0) store.db.delete(outbox).where(inArray(outbox.seq, applied)).run();
        if (told.length > 0) changed(tx, told);
      });
    },

    missed(sent) {
      const seqs = sent.map((mutation) => mutation.seq);
      store.transaction(() => {
        store.db
          .update(outbox)
          .set({ attempts: sql`${outbox.attempts} + 1` })
          .where(inArray(outbox.seq, seqs))
          .run();
      });
    },

    onChange: (changed) => listeners.add(changed),
  };
}

function pick(row: Omit<typeof outbox.$inferSelect, 'refusal'>): Omit<ParkedMutation, 'refusal'> {
  const { mutationId, name, madeAt, attempts, args } = row;
  return { mutationId, name, madeAt, attempts, args };
}
