/** Customers on this desk: found by number before the phone is heard, searched as one types, edited here and merged there. */
import { v7 as uuidv7 } from 'uuid';
import type { Customer, CustomerFields } from '#shared/model/customer.ts';
import type { TimelineEntry } from '#shared/model/timeline.ts';
import type { Store } from '../store/open-store.ts';
import type { Outbox } from '../sync/outbox.ts';
import type { PulledRoom } from '../sync/pulled-room.ts';
import { createCustomerTable } from './customer-table.ts';
import { createNumberSearch, soughtDigits } from './number-search.ts';
import { createTimeline, type Timeline } from './timeline.ts';
import { createWordSearch } from './word-search.ts';

export interface CustomerBase {
  byId(customerId: string): Customer | null;
  /** Whoever has this E.164 number, at most `limit` (20). Synchronous and indexed: this is the pop. */
  byNumber(number: string, limit?: number): readonly Customer[];
  /** Best first. A name, a number or part of it, a street; č š ž may be written c s z, one slip is forgiven. */
  search(text: string, limit: number): readonly Customer[];
  /** Customer and outbox in one transaction. Errors: StoreError. */
  create(fields: CustomerFields): Customer;
  /** Null: there is no such customer. `baseVersion` is the version the person looked at. Errors: StoreError. */
  edit(customerId: string, baseVersion: number, changes: Partial<CustomerFields>): Customer | null;
  timeline(customerId: string, limit?: number): readonly TimelineEntry[];
  readonly entries: Timeline;
  count(): number;
  /** One small step (some milliseconds) of putting the search index in order; false when there is nothing left to do. */
  tidy(): boolean;
  /** Builds the search index anew; takes seconds for a million. */
  reindex(): void;
  readonly pulled: PulledRoom<'customer'>;
}

export function createCustomerBase(deps: {
  readonly store: Store;
  readonly outbox: Outbox;
}): CustomerBase {
  const { store, outbox } = deps;
  const table = createCustomerTable(store);
  const entries = createTimeline(store);
  const byDigits = createNumberSearch(store, table);
  const byWords = createWordSearch(store, table);
  const merge = store.prepare(
    `INSERT INTO customer_search (customer_search, rank) VALUES ('merge', ?)`,
  );
  const changes = store.prepare<{ changes: number }>('SELECT total_changes() AS changes');
  let merging = false;
  let waiting: ReadonlySet<string> | null = null;
  outbox.onChange(() => (waiting = null));

  /** What the person changed here and the server does not know yet stays visible over what was pulled. */
  function withWaitingEdits(customer: Customer): Customer {
    waiting ??= outbox.waitingCustomers();
    if (!waiting.has(customer.customerId)) return customer;
    return outbox
      .waitingEdits(customer.customerId)
      .reduce<Customer>((known, changes) => ({ ...known, ...changes }), customer);
  }

  return {
    byId: (customerId) => table.byId(customerId),
    byNumber: (number, limit = 20) => table.byNumber(number, limit),
    search: (text, limit) =>
      soughtDigits(text) === null ? byWords(text, limit) : byDigits(text, limit),
    create: (fields) =>
      store.transaction((tx) => {
        const customer: Customer = { ...fields, customerId: uuidv7(), version: 0 };
        table.put(tx, customer, null);
        outbox.enqueue(tx, {
          name: 'customer.create',
          subject: customer.customerId,
          args: { ...fields, customerId: customer.customerId },
        });
        return customer;
      }),
    edit: (customerId, baseVersion, changes) =>
      store.transaction((tx) => {
        const known = table.byId(customerId);
        if (!known) return null;
        const customer = { ...known, ...changes };
        table.put(tx, customer, null);
        outbox.enqueue(tx, {
          name: 'customer.edit',
          subject: customerId,
          args: { customerId, baseVersion, changes },
        });
        return customer;
      }),
    timeline: (customerId, limit) => entries.of(customerId, limit),
    entries,
    count: () => table.count(),
    tidy() {
      const before = changes.get()?.changes ?? 0;
      // FTS5: a negative number begins a merge of everything, a positive one goes on with it.
      merge.run(merging ? 8 : -8);
      merging = (changes.get()?.changes ?? 0) - before >= 2;
      return merging;
    },
    reindex: () => table.reindex(),
    pulled: {
      apply(tx, { id, body }, generation) {
        if (body) table.put(tx, withWaitingEdits(body), generation);
        else table.remove(tx, id);
      },
      sweep: (tx, generation) => table.sweep(tx, generation),
      wipe: (tx) => table.wipe(tx),
      settle: (tx) => table.settle(tx),
    },
  };
}
