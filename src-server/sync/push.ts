/**
 * Push: mutations of one desk, in the order they were made. Each is answered once and for ever: what was answered is
 * kept in the transaction that did it, and a repeat is answered from there. A batch is one transaction with a handful of
 * statements; when the base refuses it, the mutations are tried one by one, so that a bad one stops no other.
 */
import { sql } from 'drizzle-orm';
import { MutationResult, type Mutation } from '#shared/model/mutation.ts';
import type { Person } from '../auth/auth.ts';
import type { Log } from '../log.ts';
import { recordChanges, type ChangedThing } from '../store/changes.ts';
import {
  insertRows,
  rowsOf,
  updateRows,
  type Database,
  type Transaction,
} from '../store/database.ts';
import * as tables from '../store/schema.ts';
import { decide } from './decide.ts';
import { closeHandOvers } from '../hand-overs/old-hand-overs.ts';
import { gatherWorld, type Revisions } from './gather.ts';
import {
  malformed,
  readMutation,
  storable,
  type ReadMutation,
  type SentMutation,
} from './read-mutation.ts';
import { noWrites, type World, type Writes } from './world.ts';

export interface Push {
  push(person: Person, deskId: string, sent: readonly SentMutation[]): Promise<MutationResult[]>;
}

export function createPush(database: Database, log: Log): Push {
  const revisions: Revisions = { forms: new Map(), scripts: new Map() };

  const answer = (person: Person, deskId: string, batch: readonly ReadMutation[]) =>
    withRetries(() =>
      database.transaction((transaction) =>
        answerBatch(transaction, person, deskId, batch, revisions),
      ),
    );

  async function oneByOne(
    person: Person,
    deskId: string,
    batch: readonly ReadMutation[],
  ): Promise<Map<string, MutationResult>> {
    const results = new Map<string, MutationResult>();
    for (const one of batch) {
      const mutationId = idOf(one);
      try {
        const [result] = (await answer(person, deskId, [one])).values();
        if (result) results.set(mutationId, result);
      } catch (error) {
        if (!isDataFault(error)) throw error;
        log.warn({ desk: deskId, mutation: mutationId, error }, 'the base refused a mutation');
        const result = malformed(mutationId, [{ at: '', problem: 'cannot be stored' }]);
        await database.transaction((transaction) =>
          keepAnswers(transaction, person, deskId, [{ name: nameOf(one), result }]),
        );
        results.set(mutationId, result);
      }
    }
    return results;
  }

  return {
    async push(person, sentBy, sent) {
      const deskId = sentBy.toLowerCase();
      const read = sent.map(readMutation);
      // Without an id that can be stored there is nothing to remember it by: it is refused each time anew.
      const known = uniqueById(read.filter((one) => storable(JSON.stringify(idOf(one)))));
      let results: Map<string, MutationResult>;
      try {
        results = await answer(person, deskId, known);
      } catch (error) {
        if (!isDataFault(error)) throw error;
        results = await oneByOne(person, deskId, known);
      }
      return read.map(
        (one) => results.get(idOf(one)) ?? malformed(idOf(one), [{ at: '', problem: 'no id' }]),
      );
    },
  };
}

async function answerBatch(
  transaction: Transaction,
  person: Person,
  deskId: string,
  batch: readonly ReadMutation[],
  revisions: Revisions,
): Promise<Map<string, MutationResult>> {
  // The desk's row is held until the end: a repeat sent while the first is still at work waits for its answer.
  await transaction
    .insert(tables.desks)
    .values({ deskId, userId: person.userId, seenAt: new Date() })
    .onConflictDoUpdate({
      target: tables.desks.deskId,
      set: { userId: person.userId, seenAt: new Date() },
    });
  const results = await answersKept(transaction, deskId, batch.map(idOf));
  const open = batch.filter((one) => !results.has(idOf(one)));
  const mutations = open.flatMap((one) => (one.readable ? [one.mutation] : []));
  const world = await gatherWorld(transaction, person, deskId, mutations, revisions);
  const writes = noWrites();
  const fresh = open.map((one) => ({
    name: nameOf(one),
    result: one.readable ? decide(one.mutation, world, writes) : one.result,
  }));
  await write(transaction, world, writes);
  await keepAnswers(transaction, person, deskId, fresh);
  for (const { result } of fresh) results.set(result.mutationId, result);
  return results;
}

async function write(transaction: Transaction, world: World, writes: Writes): Promise<void> {
  const rowsBy = (ids: ReadonlySet<string>) =>
    [...ids].flatMap((id) => world.customers.get(id) ?? []);
  await insertRows(transaction, tables.customers, rowsBy(writes.newCustomers));
  await updateRows(transaction, tables.customers, 'customerId', rowsBy(writes.changedCustomers));
  await insertRows(transaction, tables.calls, writes.calls);
  await insertRows(transaction, tables.orders, writes.orders);
  await insertRows(transaction, tables.timeline, writes.timeline);
  await insertRows(transaction, tables.attendanceStamps, writes.stamps);
  await insertRows(transaction, tables.handOvers, writes.handOvers);
  await closeHandOvers(transaction, writes.closedHandOvers);
  const changed: ChangedThing[] = [
    ...[...writes.newCustomers, ...writes.changedCustomers]
      .sort()
      .map((id) => ({ entity: 'customer' as const, id })),
    ...writes.timeline.map((row) => ({ entity: 'timeline' as const, id: row.entryId })),
    ...writes.handOvers.map((row) => ({ entity: 'handed-card' as const, id: row.handOverId })),
    ...[...writes.closedHandOvers].sort().map((id) => ({
      entity: 'handed-card' as const,
      id,
      gone: true,
    })),
  ];
  await recordChanges(transaction, changed);
}

async function answersKept(
  transaction: Transaction,
  deskId: string,
  ids: readonly string[],
): Promise<Map<string, MutationResult>> {
  const rows = await rowsOf<{ id: string; result: unknown }>(
    transaction,
    sql`
      select mutation_id as id, result from mutations where desk_id = ${deskId}
      and mutation_id in (select json_array_elements_text(${JSON.stringify(ids)}::json))`,
  );
  return new Map(rows.map((row) => [row.id, MutationResult.parse(row.result)]));
}

async function keepAnswers(
  transaction: Transaction,
  person: Person,
  deskId: string,
  answers: readonly { readonly name: string; readonly result: MutationResult }[],
): Promise<void> {
  await insertRows(
    transaction,
    tables.mutations,
    answers.map(({ name, result }) => ({
      deskId,
      mutationId: result.mutationId,
      name,
      userId: person.userId,
      result,
      answeredAt: new Date(),
    })),
  );
}

/** Two batches that met (deadlock, serialisation) are tried again; PostgreSQL names this SQLSTATE class 40. */
async function withRetries<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      if (attempt >= 3 || !sqlState(error).startsWith('40')) throw error;
    }
  }
}

/** The values are at fault, not the base: SQLSTATE classes 22 (data), 23 (constraints) and 54 (limits). */
function isDataFault(error: unknown): boolean {
  return ['22', '23', '54'].includes(sqlState(error).slice(0, 2));
}

function sqlState(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return sqlState(error.cause);
}

function uniqueById(batch: readonly ReadMutation[]): readonly ReadMutation[] {
  const first = new Map<string, ReadMutation>();
  for (const one of batch) if (!first.has(idOf(one))) first.set(idOf(one), one);
  return [...first.values()];
}

function idOf(one: ReadMutation): Mutation['mutationId'] {
  return one.readable ? one.mutation.mutationId : one.sent.mutationId;
}

function nameOf(one: ReadMutation): string {
  const name = one.readable ? one.mutation.name : one.sent.name;
  return storable(JSON.stringify(name)) ? name : '';
}
