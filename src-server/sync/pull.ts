/** Pull: the changes after a desk's place in the log, that its person may see. */
import { sql } from 'drizzle-orm';
import type { Change, EntityName } from '#shared/model/change.ts';
import type { Person } from '../auth/auth.ts';
import { rowsOf, type Database, type Transaction } from '../store/database.ts';
import { audienceOf } from './audience.ts';
import { bodiesOf } from './bodies.ts';
import {
  movedTo,
  mustBeginAgain,
  readCursor,
  startOf,
  writeCursor,
  type Cursor,
  type LogFacts,
} from './cursor.ts';

export interface Pulled {
  readonly changes: Change[];
  readonly cursor: string;
  readonly more: boolean;
  readonly reset: boolean;
  /** There are changes behind a transaction that is still open: they will be there to be pulled soon. */
  readonly heldBack: boolean;
}

interface LogRow {
  readonly xid: string;
  readonly seq: string;
  readonly entity: EntityName;
  readonly id: string;
  readonly gone: boolean;
}

/** A cursor that cannot be read, or that is too old, is answered with `reset` and the log's start. */
export async function pull(
  database: Database,
  person: Person,
  cursorText: string | null,
  limit: number,
): Promise<Pulled> {
  // One snapshot for the log and the things it names.
  return database.transaction(
    async (transaction) => {
      const log = await readLog(transaction);
      const given = cursorText === null ? startOf(log) : readCursor(cursorText);
      if (given === null || mustBeginAgain(given, log)) {
        const cursor = writeCursor(startOf(log));
        return { changes: [], cursor, more: true, reset: true, heldBack: false };
      }
      return page(transaction, person, given, log, limit);
    },
    { isolationLevel: 'repeatable read', accessMode: 'read only' },
  );
}

async function page(
  transaction: Transaction,
  person: Person,
  cursor: Cursor,
  log: LogFacts & { readonly heldBack: boolean },
  limit: number,
): Promise<Pulled> {
  const audience = await audienceOf(transaction, person);
  const found = await rowsOf<LogRow>(
    transaction,
    sql`
      select changes.xid::text as xid, changes.seq::text as seq, entity, id, gone from changes
      where (xid, seq) > (${String(cursor.xid)}::text::xid8, ${String(cursor.seq)}::text::bigint)
      and xid < pg_snapshot_xmin(pg_current_snapshot()) and ${audience.condition}
      order by changes.xid, changes.seq limit ${limit + 1}`,
  );
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  const place = last && { xid: BigInt(last.xid), seq: BigInt(last.seq) };
  return {
    changes: await changesOf(
      transaction,
      rows,
      (row) => !row.gone && audience.sees(row.entity, row.id),
    ),
    cursor: writeCursor(place ? movedTo(cursor, log, place) : cursor),
    more: found.length > limit,
    reset: false,
    heldBack: log.heldBack,
  };
}

async function changesOf(
  transaction: Transaction,
  rows: readonly LogRow[],
  given: (row: LogRow) => boolean,
): Promise<Change[]> {
  const entities = [...new Set(rows.map((row) => row.entity))];
  const bodies = new Map<EntityName, Awaited<ReturnType<typeof bodiesOf>>>();
  for (const entity of entities) {
    const ids = rows.filter((row) => row.entity === entity && given(row)).map((row) => row.id);
    bodies.set(entity, await bodiesOf(transaction, entity, ids));
  }
  return rows.map(
    (row) =>
      ({
        entity: row.entity,
        id: row.id,
        body: bodies.get(row.entity)?.get(row.id) ?? null,
      }) as Change,
  );
}

async function readLog(transaction: Transaction): Promise<LogFacts & { heldBack: boolean }> {
  const [row] = await rowsOf<{
    epoch: string;
    generation: number;
    xid: string;
    seq: string;
    next: string;
    heldBack: boolean;
  }>(
    transaction,
    sql`
      select epoch, generation, horizon_xid::text as xid, horizon_seq::text as seq,
        pg_snapshot_xmax(pg_current_snapshot())::text as next,
        exists(select 1 from changes where xid >= pg_snapshot_xmin(pg_current_snapshot())) as "heldBack"
      from log_state where id = 1`,
  );
  if (!row) throw new Error('the base has no log');
  return {
    epoch: row.epoch,
    generation: row.generation,
    horizon: { xid: BigInt(row.xid), seq: BigInt(row.seq) },
    nextXid: BigInt(row.next),
    heldBack: row.heldBack,
  };
}
