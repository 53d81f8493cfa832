/** Customers into the base, many at a time: new ones are inserted, known ones changed where the file says otherwise. */
import { sql } from 'drizzle-orm';
import { sameJson } from '#shared/model/condition.ts';
import type { CustomerFields } from '#shared/model/customer.ts';
import type { Json } from '#shared/model/json.ts';
import { recordChanges } from '../store/changes.ts';
import { insertRows, rowsOf, updateRows, type Transaction } from '../store/database.ts';
import { customers, timeline } from '../store/schema.ts';
import type { LoadedCustomer } from './centre.ts';

const atOnce = 5_000;
type Row = typeof customers.$inferSelect;

const empty: Omit<CustomerFields, 'name' | 'numbers'> = {
  address: null,
  email: null,
  since: null,
  language: null,
  note: '',
  data: {},
};

/** The result is how many customers were read, changed or not. */
export async function loadCustomers(
  transaction: Transaction,
  source: Iterable<LoadedCustomer> | AsyncIterable<LoadedCustomer>,
  progress?: (loaded: number) => void,
): Promise<number> {
  let loaded = 0;
  let chunk: LoadedCustomer[] = [];
  const flush = async (): Promise<void> => {
    await loadChunk(transaction, chunk);
    loaded += chunk.length;
    chunk = [];
    progress?.(loaded);
  };
  for await (const customer of source) {
    chunk.push(customer);
    if (chunk.length >= atOnce) await flush();
  }
  if (chunk.length > 0) await flush();
  return loaded;
}

async function loadChunk(
  transaction: Transaction,
  chunk: readonly LoadedCustomer[],
): Promise<void> {
  const ids = JSON.stringify(chunk.map((one) => one.customerId));
  const there = new Map(
    (
      await transaction
        .select()
        .from(customers)
        .where(
          sql`${customers.customerId} in (select json_array_elements_text(${ids}::json)::uuid)`,
        )
    ).map((row) => [row.customerId, row]),
  );
  const fresh = chunk.filter((one) => !there.has(one.customerId)).map(newRow);
  const changed = chunk.flatMap((one) => {
    const row = there.get(one.customerId);
    return (row && changedRow(row, one)) ?? [];
  });
  await insertRows(transaction, customers, fresh);
  await updateRows(transaction, customers, 'customerId', changed);
  await recordChanges(
    transaction,
    [...fresh, ...changed].map((row) => ({ entity: 'customer', id: row.customerId })),
  );
  await loadHistory(transaction, chunk);
}

function newRow({ customerId, fields }: LoadedCustomer): Row {
  return { ...empty, ...fields, customerId, version: 1, madeBy: null, stamps: {} };
}

function changedRow(row: Row, { fields }: LoadedCustomer): Row | null {
  const now: Readonly<Record<string, unknown>> = row;
  const names = Object.entries(fields)
    .filter(([name, value]) => !sameJson(value as Json, now[name] as Json))
    .map(([name]) => name);
  if (names.length === 0) return null;
  const version = row.version + 1;
  const stamps = Object.fromEntries(names.map((name) => [name, { version, desk: null }]));
  return { ...row, ...fields, version, stamps: { ...row.stamps, ...stamps } };
}

async function loadHistory(
  transaction: Transaction,
  chunk: readonly LoadedCustomer[],
): Promise<void> {
  const entries = chunk.flatMap((one) => one.history);
  if (entries.length === 0) return;
  const ids = JSON.stringify(entries.map((entry) => entry.entryId));
  const known = await rowsOf<{ id: string }>(
    transaction,
    sql`
      select entry_id as id from timeline
      where entry_id in (select json_array_elements_text(${ids}::json)::uuid)`,
  );
  const there = new Set(known.map((row) => row.id));
  const fresh = entries.filter((entry) => !there.has(entry.entryId));
  await insertRows(
    transaction,
    timeline,
    fresh.map((entry) => ({ ...entry, at: new Date(entry.at) })),
  );
  await recordChanges(
    transaction,
    fresh.map((entry) => ({ entity: 'timeline', id: entry.entryId })),
  );
}
