/** Opens the central base: a real PostgreSQL by its address, or the embedded one in a folder or in memory. */
import { randomBytes } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Log } from '../log.ts';
import { rowsOf, type Database, type Store } from './database.ts';
import { openEmbedded } from './open-embedded.ts';
import { openPostgres } from './open-postgres.ts';
import { logState } from './schema.ts';

export type StorePlace =
  | { readonly kind: 'postgres'; readonly url: string }
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'memory' };

/** Errors: StartProblem. Whoever opens it closes it. */
export async function openStore(place: StorePlace, log: Log): Promise<Store> {
  const store =
    place.kind === 'postgres'
      ? await openPostgres(place.url, log)
      : await openEmbedded(place.kind === 'folder' ? place.folder : null);
  try {
    await prepareLog(store.database, log);
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

/**
 * Gives a new base its log's name. A base put back from a copy into another PostgreSQL holds transaction ids of the
 * future, which no reader would ever reach: they are counted again, and every desk begins from the start.
 */
async function prepareLog(database: Database, log: Log): Promise<void> {
  const epoch = randomBytes(4).toString('hex');
  await database.transaction(async (transaction) => {
    await transaction
      .insert(logState)
      .values({ id: 1, epoch, generation: 0, horizonXid: '0', horizonSeq: 0 })
      .onConflictDoNothing();
    const [ahead] = await rowsOf<{ ahead: boolean }>(
      transaction,
      sql`select exists(
        select 1 from changes where xid >= pg_snapshot_xmax(pg_current_snapshot())
        and xid > pg_current_xact_id()
      ) as ahead`,
    );
    if (!ahead?.ahead) return;
    await transaction.execute(sql`update changes set xid = '1'`);
    await transaction
      .update(logState)
      .set({ epoch, generation: 0, horizonXid: '0', horizonSeq: 0 });
    log.warn({ epoch }, 'the base was put back from a copy: every desk will pull it again');
  });
}
