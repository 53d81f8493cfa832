/** The log of changes: what was changed is moved to its end, in the transaction that changed it. */
import { sql } from 'drizzle-orm';
import type { EntityName } from '#shared/model/change.ts';
import { changeChannel, type Transaction } from './database.ts';

export interface ChangedThing {
  readonly entity: EntityName;
  readonly id: string;
  readonly gone?: boolean;
}

/** Records the changes in this order, and tells everybody when the transaction commits. */
export async function recordChanges(
  transaction: Transaction,
  things: readonly ChangedThing[],
): Promise<void> {
  if (things.length === 0) return;
  const once = new Map(things.map((thing) => [`${thing.entity} ${thing.id}`, thing]));
  const rows = [...once.values()].map(({ entity, id, gone }) => ({
    entity,
    id,
    gone: gone ?? false,
  }));
  await transaction.execute(sql`
    insert into changes (entity, id, gone)
    select entity, id, gone
    from json_to_recordset(${JSON.stringify(rows)}::json) as fresh(entity text, id text, gone boolean)
    on conflict (entity, id) do update
    set xid = excluded.xid, seq = excluded.seq, gone = excluded.gone, at = now()`);
  await tellOfChanges(transaction);
}

async function tellOfChanges(transaction: Transaction): Promise<void> {
  await transaction.execute(sql`select pg_notify(${changeChannel}, '')`);
}
