/** The base as the rooms see it: the same on PGlite and on a real PostgreSQL. */
import { getTableColumns, getTableName, sql, type SQL } from 'drizzle-orm';
import type { PgDatabase, PgQueryResultHKT, PgTable } from 'drizzle-orm/pg-core';
import type * as schema from './schema.ts';

export type Database = PgDatabase<PgQueryResultHKT, typeof schema>;
/** A transaction offers what the database does. */
export type Transaction = Database;

export interface Store {
  readonly kind: 'embedded' | 'postgres';
  readonly database: Database;
  /** Calls back after each committed change, whoever made it, and when changes may have been missed. */
  onChange(changed: () => void): Promise<AsyncDisposable>;
  close(): Promise<void>;
}

/** The channel on which a commit with changes is told. */
export const changeChannel = 'centrala_changes';

/** The rows of a statement, as the driver gives them. */
export async function rowsOf<Row>(database: Database, query: SQL): Promise<readonly Row[]> {
  const result: unknown = await database.execute(query);
  return (result as { rows: Row[] }).rows;
}

/**
 * Inserts many rows with one statement and one parameter. All rows have the same keys as the first one.
 * @param meeting what happens to a row whose key is there already.
 */
export async function insertRows<Table extends PgTable>(
  database: Database,
  table: Table,
  rows: readonly Table['$inferInsert'][],
  meeting: 'fail' | 'keep' = 'fail',
): Promise<void> {
  const first = rows[0];
  if (first === undefined) return;
  const columns = columnNames(table, Object.keys(first));
  const list = columnList(columns.values());
  await database.execute(sql`
    insert into ${table} (${list})
    select ${list} from json_populate_recordset(null::${table}, ${asJson(rows, columns)}::json)
    ${meeting === 'keep' ? sql`on conflict do nothing` : sql``}`);
}

/** Sets columns of many rows, found by their key column, with one statement. */
export async function updateRows<Table extends PgTable>(
  database: Database,
  table: Table,
  key: string,
  rows: readonly Table['$inferInsert'][],
): Promise<void> {
  const first = rows[0];
  if (first === undefined) return;
  const columns = columnNames(table, Object.keys(first));
  const keyColumn = sql.identifier(columns.get(key) ?? key);
  const assignments = [...columns.values()].map(
    (name) => sql`${sql.identifier(name)} = fresh.${sql.identifier(name)}`,
  );
  const old = sql.identifier(getTableName(table));
  await database.execute(sql`
    update ${table} set ${sql.join(assignments, sql`, `)}
    from json_populate_recordset(null::${table}, ${asJson(rows, columns)}::json) as fresh
    where ${old}.${keyColumn} = fresh.${keyColumn}`);
}

function columnNames(table: PgTable, keys: readonly string[]): ReadonlyMap<string, string> {
  const columns = getTableColumns(table);
  return new Map(
    keys.map((key) => {
      const column = columns[key];
      if (!column) throw new Error(`${getTableName(table)} has no column ${key}`);
      return [key, column.name];
    }),
  );
}

function columnList(names: Iterable<string>): SQL {
  return sql.join(
    [...names].map((name) => sql.identifier(name)),
    sql`, `,
  );
}

function asJson(
  rows: readonly Readonly<Record<string, unknown>>[],
  columns: ReadonlyMap<string, string>,
): string {
  const pairs = [...columns];
  const named = rows.map((row) => {
    const result: Record<string, unknown> = {};
    for (const [key, name] of pairs) result[name] = row[key] ?? null;
    return result;
  });
  return JSON.stringify(named);
}
