/** Gathers from the base what the rules look at for a batch: a handful of statements, however long the batch. */
import { sql, type SQL } from 'drizzle-orm';
import type { FormDefinition } from '#shared/model/form.ts';
import type { Mutation } from '#shared/model/mutation.ts';
import type { Script } from '#shared/model/script.ts';
import type { Person } from '../auth/auth.ts';
import { projectsOf } from '../people/open-session.ts';
import { rowsOf, type Database, type Transaction } from '../store/database.ts';
import { customers, projects } from '../store/schema.ts';
import { revisionKey, type HandOver, type World } from './world.ts';

/** Revisions never change, so what was read once is kept. */
export interface Revisions {
  readonly forms: Map<string, FormDefinition>;
  readonly scripts: Map<string, Script>;
}

export async function gatherWorld(
  transaction: Transaction,
  person: Person,
  deskId: string,
  mutations: readonly Mutation[],
  revisions: Revisions,
): Promise<World> {
  const wanted = namesIn(mutations);
  await readRevisions(transaction, 'forms', 'form_id', wanted.forms, revisions.forms);
  await readRevisions(transaction, 'scripts', 'script_id', wanted.scripts, revisions.scripts);
  return {
    person,
    deskId,
    projects: new Map(
      (await transaction.select().from(projects)).map((row) => [row.projectId, row.body]),
    ),
    ownProjects: new Set(await projectsOf(transaction, person.userId)),
    forms: revisions.forms,
    scripts: revisions.scripts,
    customers: await readCustomers(transaction, wanted.customers, wanted.edited),
    calls: await readOwners(transaction, 'calls', 'call_id', wanted.calls),
    orders: await readOwners(transaction, 'orders', 'order_id', wanted.orders),
    stamps: await readOwners(transaction, 'attendance_stamps', 'stamp_id', wanted.stamps),
    handOvers: await readHandOvers(transaction, wanted.handOvers),
    extensions: await readExtensions(transaction, wanted.extensions),
  };
}

interface Names {
  readonly customers: Set<string>;
  readonly edited: Set<string>;
  readonly calls: Set<string>;
  readonly orders: Set<string>;
  readonly forms: Set<string>;
  readonly scripts: Set<string>;
  readonly stamps: Set<string>;
  readonly handOvers: Set<string>;
  readonly extensions: Set<string>;
}

function namesIn(mutations: readonly Mutation[]): Names {
  const names: Names = {
    customers: new Set(),
    edited: new Set(),
    calls: new Set(),
    orders: new Set(),
    forms: new Set(),
    scripts: new Set(),
    stamps: new Set(),
    handOvers: new Set(),
    extensions: new Set(),
  };
  for (const { name, args } of mutations) {
    if ('customerId' in args && args.customerId !== null) names.customers.add(args.customerId);
    if (name === 'customer.edit') names.edited.add(args.customerId);
    if (name === 'call.record') names.calls.add(args.callId);
    if (name === 'order.place') {
      names.orders.add(args.orderId);
      names.forms.add(revisionKey(args.formId, args.formRevision));
      if (args.scriptId !== null && args.scriptRevision !== null)
        names.scripts.add(revisionKey(args.scriptId, args.scriptRevision));
    }
    if (name === 'card.hand-over') names.extensions.add(args.toExtension);
    if (name === 'card.hand-over' || name === 'card.taken' || name === 'card.withdraw')
      names.handOvers.add(args.handOverId);
    if (name === 'attendance.stamp') names.stamps.add(args.stampId);
  }
  return names;
}

async function readCustomers(
  transaction: Transaction,
  ids: ReadonlySet<string>,
  edited: ReadonlySet<string>,
): Promise<World['customers']> {
  if (ids.size === 0) return new Map();
  // Locked in the order of their ids, so that two batches never wait for each other in a circle.
  if (edited.size > 0)
    await transaction.execute(sql`
      select 1 from customers where customer_id in ${idList(edited)}
      order by customer_id for no key update`);
  const rows = await transaction
    .select()
    .from(customers)
    .where(sql`${customers.customerId} in ${idList(ids)}`);
  return new Map(rows.map((row) => [row.customerId, row]));
}

async function readOwners(
  transaction: Transaction,
  table: 'calls' | 'orders' | 'attendance_stamps',
  key: 'call_id' | 'order_id' | 'stamp_id',
  ids: ReadonlySet<string>,
): Promise<Map<string, string>> {
  if (ids.size === 0) return new Map();
  const rows = await rowsOf<{ id: string; owner: string }>(
    transaction,
    sql`
      select ${sql.identifier(key)} as id, user_id as owner from ${sql.identifier(table)}
      where ${sql.identifier(key)} in ${idList(ids)}`,
  );
  return new Map(rows.map((row) => [row.id, row.owner]));
}

async function readHandOvers(
  transaction: Transaction,
  ids: ReadonlySet<string>,
): Promise<World['handOvers']> {
  if (ids.size === 0) return new Map();
  const rows = await rowsOf<HandOver & { readonly id: string }>(
    transaction,
    sql`
      select hand_over_id as id, from_user_id as "fromUserId", to_user_id as "toUserId",
        taken_at is not null as closed
      from hand_overs where hand_over_id in ${idList(ids)}`,
  );
  return new Map(rows.map(({ id, ...handOver }) => [id, handOver]));
}

async function readExtensions(
  transaction: Transaction,
  extensions: ReadonlySet<string>,
): Promise<World['extensions']> {
  if (extensions.size === 0) return new Map();
  const rows = await rowsOf<{ readonly extension: string; readonly owner: string }>(
    transaction,
    sql`
      select extension, user_id as owner from lines where extension in
        (select json_array_elements_text(${JSON.stringify([...extensions])}::json))`,
  );
  return new Map(rows.map((row) => [row.extension, row.owner]));
}

async function readRevisions<Body>(
  database: Database,
  table: 'forms' | 'scripts',
  key: 'form_id' | 'script_id',
  wanted: ReadonlySet<string>,
  known: Map<string, Body>,
): Promise<void> {
  const missing = [...wanted].filter((name) => !known.has(name));
  if (missing.length === 0) return;
  const rows = await rowsOf<{ id: string; revision: number; body: Body }>(
    database,
    sql`
      select ${sql.identifier(key)} as id, revision, body from ${sql.identifier(table)}
      where ${sql.identifier(key)} || '@' || revision in
        (select json_array_elements_text(${JSON.stringify(missing)}::json))`,
  );
  for (const row of rows) known.set(revisionKey(row.id, row.revision), row.body);
}

/** One parameter for any number of ids. */
function idList(ids: ReadonlySet<string>): SQL {
  return sql`(select json_array_elements_text(${JSON.stringify([...ids])}::json)::uuid)`;
}
