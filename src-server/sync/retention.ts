/** Tombstones are forgotten after a time; a desk that was away for longer pulls everything again. */
import { sql } from 'drizzle-orm';
import { rowsOf, type Database } from '../store/database.ts';

/** Forgets the tombstones older than `days`; the result is how many. */
export async function forgetTombstones(database: Database, days: number): Promise<number> {
  return database.transaction(async (transaction) => {
    const forgotten = await rowsOf<{ xid: string; seq: string }>(
      transaction,
      sql`
        delete from changes where gone and at <= now() - make_interval(days => ${days})
        and xid < pg_snapshot_xmin(pg_current_snapshot())
        returning xid::text as xid, seq::text as seq`,
    );
    if (forgotten.length === 0) return 0;
    await transaction.execute(sql`
      update log_state set generation = generation + 1,
        (horizon_xid, horizon_seq) = (
          select xid::text::xid8, seq::text::bigint
          from json_to_recordset(${JSON.stringify(forgotten)}::json) as t(xid text, seq text)
          union all select horizon_xid, horizon_seq from log_state
          order by 1 desc, 2 desc limit 1
        )`);
    return forgotten.length;
  });
}
