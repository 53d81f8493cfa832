/** The things behind changes, as they are now. */
import { sql, type SQL } from 'drizzle-orm';
import { assertNever } from '#shared/assert-never.ts';
import type { Change, EntityName } from '#shared/model/change.ts';
import type { Customer } from '#shared/model/customer.ts';
import type { TimelineEntry } from '#shared/model/timeline.ts';
import { rowsOf, type Database } from '../store/database.ts';
import { stillWaits } from '../hand-overs/old-hand-overs.ts';
import { customers, handOvers, projects, timeline } from '../store/schema.ts';

type Bodies = ReadonlyMap<string, NonNullable<Change['body']>>;

/** By id; what is not there any more is absent. Of scripts and forms the latest revision. */
export async function bodiesOf(
  database: Database,
  entity: EntityName,
  ids: readonly string[],
): Promise<Bodies> {
  if (ids.length === 0) return new Map();
  switch (entity) {
    case 'customer': {
      const rows = await database
        .select()
        .from(customers)
        .where(sql`${customers.customerId} in ${idList(ids)}`);
      return new Map(rows.map((row) => [row.customerId, customerOf(row)]));
    }
    case 'timeline': {
      const rows = await database
        .select()
        .from(timeline)
        .where(sql`${timeline.entryId} in ${idList(ids)}`);
      return new Map(rows.map((row) => [row.entryId, entryOf(row)]));
    }
    case 'project': {
      const rows = await database
        .select()
        .from(projects)
        .where(sql`${projects.projectId} in ${nameList(ids)}`);
      return new Map(rows.map((row) => [row.projectId, row.body]));
    }
    case 'script':
      return latest(database, 'scripts', 'script_id', ids);
    case 'form':
      return latest(database, 'forms', 'form_id', ids);
    case 'handed-card': {
      const rows = await database
        .select()
        .from(handOvers)
        .where(sql`${handOvers.handOverId} in ${idList(ids)} and ${stillWaits}`);
      return new Map(rows.flatMap((row) => (row.card ? [[row.handOverId, row.card]] : [])));
    }
    default:
      return assertNever(entity);
  }
}

async function latest(
  database: Database,
  table: 'scripts' | 'forms',
  key: 'script_id' | 'form_id',
  ids: readonly string[],
): Promise<Bodies> {
  const column = sql.identifier(key);
  const rows = await rowsOf<{ id: string; body: NonNullable<Change['body']> }>(
    database,
    sql`
      select distinct on (${column}) ${column} as id, body from ${sql.identifier(table)}
      where ${column} in ${nameList(ids)}
      order by ${column}, revision desc`,
  );
  return new Map(rows.map((row) => [row.id, row.body]));
}

/** One parameter for any number of ids. */
function nameList(ids: readonly string[]): SQL {
  return sql`(select json_array_elements_text(${JSON.stringify(ids)}::json))`;
}

function idList(ids: readonly string[]): SQL {
  return sql`(select json_array_elements_text(${JSON.stringify(ids)}::json)::uuid)`;
}

function customerOf(row: Readonly<typeof customers.$inferSelect>): Customer {
  const { customerId, version, name, numbers, address, email, since, language, note, data } = row;
  return { customerId, version, name, numbers, address, email, since, language, note, data };
}

function entryOf(row: Readonly<typeof timeline.$inferSelect>): TimelineEntry {
  return { ...row, at: row.at.toISOString() };
}
