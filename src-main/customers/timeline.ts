import type { TimelineEntry } from '#shared/model/timeline.ts';
import type { Store, Transaction } from '../store/open-store.ts';
import type { PulledRoom } from '../sync/pulled-room.ts';
import { uuidBytes } from './customer-row.ts';
import { createRowWalk } from './row-walk.ts';

export interface Timeline {
  /** The last `limit` entries of a customer, newest first. */
  of(customerId: string, limit?: number): readonly TimelineEntry[];
  /** An entry of this desk; the server's own with the same id takes its place when it is pulled. */
  add(tx: Transaction, entry: TimelineEntry): void;
  readonly pulled: PulledRoom<'timeline'>;
}

/** What happened between a customer and us. An order's entry carries the order's id, a call's entry the call's. */
export function createTimeline(store: Store): Timeline {
  const select = store.prepare<{ body: string }>(
    'SELECT body FROM timeline WHERE customer_id = ? ORDER BY at DESC, entry_id DESC LIMIT ?',
  );
  const put = store.prepare(
    `INSERT INTO timeline (entry_id, customer_id, at, generation, body) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (entry_id) DO UPDATE SET customer_id = excluded.customer_id, at = excluded.at,
       generation = coalesce(excluded.generation, generation), body = excluded.body`,
  );
  const erase = store.prepare('DELETE FROM timeline WHERE entry_id = ?');
  const sweep = store.prepare(
    `DELETE FROM timeline WHERE rowid IN
       (SELECT rowid FROM timeline WHERE rowid > ? AND rowid <= ? AND generation <> ? LIMIT ?)`,
  );
  const walk = createRowWalk(store, 'timeline');
  const wipe = store.prepare('DELETE FROM timeline WHERE generation IS NOT NULL');

  const write = (entry: TimelineEntry, generation: number | null): void =>
    void put.run(
      uuidBytes(entry.entryId),
      uuidBytes(entry.customerId),
      Date.parse(entry.at),
      generation,
      JSON.stringify(entry),
    );

  return {
    of: (customerId, limit = 50) =>
      select.all(uuidBytes(customerId), limit).map(({ body }) => JSON.parse(body) as TimelineEntry),
    add: (_tx, entry) => write(entry, null),
    pulled: {
      apply(_tx, { id, body }, generation) {
        if (body) write(body, generation);
        else erase.run(uuidBytes(id));
      },
      sweep: (tx, generation) =>
        walk.step(
          tx,
          generation,
          (from, to, atMost) => sweep.run(from, to, generation, atMost).changes,
        ),
      wipe: () => void wipe.run(),
      settle: () => undefined,
    },
  };
}
