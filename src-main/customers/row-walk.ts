import type { Store, Transaction } from '../store/open-store.ts';

/** Looking at so many rows of a large base, or removing so many, takes a few milliseconds. */
const rowsAtOnce = 2_000;
const removedAtOnce = 50;

export interface RowWalk {
  /**
   * One small step over the rows, in their order; false when the last one was passed.
   * @param remove removes at most `atMost` stale rows after `from` and up to `to`, and tells how many.
   */
  step(
    tx: Transaction,
    generation: number,
    remove: (from: number, to: number, atMost: number) => number,
  ): boolean;
}

/** A walk that looks for rows of another generation without ever looking at all of a million at once. */
export function createRowWalk(store: Store, table: 'customers' | 'timeline'): RowWalk {
  const lastRow = store.prepare<{ last: number | null }>(`SELECT max(rowid) AS last FROM ${table}`);
  const start = { generation: 0, to: 0 };
  let walked = start;
  return {
    step(tx, generation, remove) {
      tx.afterRollback(() => {
        walked = start;
      });
      const from = walked.generation === generation ? walked.to : 0;
      const removed = remove(from, from + rowsAtOnce, removedAtOnce);
      const to = removed < removedAtOnce ? from + rowsAtOnce : from;
      const more = to < (lastRow.get()?.last ?? 0);
      walked = more ? { generation, to } : start;
      return more;
    },
  };
}
