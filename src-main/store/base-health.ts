/** Whether the local base is whole and can be written, as far as that can be seen without keeping a call waiting. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Store } from './open-store.ts';
import { StoreError } from './store-error.ts';

/** What is only here. What was pulled can be pulled again, and is too much to read through between two calls. */
const ownTables = [
  'kept',
  'people',
  'drafts',
  'orders',
  'outbox',
  'history',
  'handed_cards',
  'given_cards',
  'call_journal',
];

export interface BaseHealth {
  readonly problem: 'base-damaged' | 'base-not-writable' | null;
  /** Tables that were read through. */
  readonly tables: number;
}

/** Lets the event loop turn between two tables. */
export async function checkBase(store: Store): Promise<BaseHealth> {
  let tables = 0;
  try {
    for (const table of ownTables) {
      const rows = store.prepare<{ quick_check: string }>(`PRAGMA quick_check(${table})`).all();
      if (rows.some((row) => row.quick_check !== 'ok')) return { problem: 'base-damaged', tables };
      tables += 1;
      await nextTurn();
    }
    store.transaction((tx) => store.keep(tx, 'checked', tables));
    return { problem: null, tables };
  } catch (error) {
    const damaged = error instanceof StoreError && error.reason === 'damaged';
    return { problem: damaged ? 'base-damaged' : 'base-not-writable', tables };
  }
}
