/** The customers' rows with everything that must change together with them: numbers, search index, vocabulary. */
import type { Customer } from '#shared/model/customer.ts';
import type { Store, Transaction } from '../store/open-store.ts';
import {
  columnsOf,
  customerColumns,
  customerOf,
  uuidBytes,
  type CustomerRow,
} from './customer-row.ts';
import { createRowWalk } from './row-walk.ts';
import { searchWords } from './search-words.ts';
import { createVocabulary, type Vocabulary } from './vocabulary.ts';

export interface CustomerTable {
  readonly vocabulary: Vocabulary;
  byId(customerId: string): Customer | null;
  byRow(row: number): Customer | null;
  /** Whoever has this number, in the order they came to us; at most `limit`. */
  byNumber(number: string, limit: number): readonly Customer[];
  /** @param generation The pull it came with; null for one made or changed here. */
  put(tx: Transaction, customer: Customer, generation: number | null): void;
  remove(tx: Transaction, customerId: string): void;
  /** A small step of removing those last seen in another generation; false when there is nothing left. */
  sweep(tx: Transaction, generation: number): boolean;
  /** Everything but those nobody else knows yet. */
  wipe(tx: Transaction): void;
  count(): number;
  settle(tx: Transaction): void;
  /** Builds the search index anew from the rows. */
  reindex(): void;
}

export function createCustomerTable(store: Store): CustomerTable {
  const vocabulary = createVocabulary(store);
  const select = (where: string) =>
    store.prepare<CustomerRow>(`SELECT ${customerColumns} FROM customers ${where}`);
  const selectById = select('WHERE customer_id = ?');
  const selectByRow = select('WHERE row = ?');
  const selectByNumber = select(
    'WHERE row IN (SELECT customer_row FROM customer_numbers WHERE number = ?) ORDER BY row LIMIT ?',
  );
  const insert = store.prepare<{ row: number }>(
    `INSERT INTO customers (generation, customer_id, version, name, numbers, street, post_code, town, country, email,
       since, language, note, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING row`,
  );
  const update = store.prepare(
    `UPDATE customers SET generation = coalesce(?, generation), version = ?, name = ?, numbers = ?, street = ?,
       post_code = ?, town = ?, country = ?, email = ?, since = ?, language = ?, note = ?, data = ? WHERE row = ?`,
  );
  const erase = store.prepare('DELETE FROM customers WHERE row = ?');
  const insertNumber = store.prepare(
    'INSERT OR IGNORE INTO customer_numbers (number, customer_row) VALUES (?, ?)',
  );
  const eraseNumber = store.prepare(
    'DELETE FROM customer_numbers WHERE number = ? AND customer_row = ?',
  );
  const index = store.prepare('INSERT INTO customer_search (rowid, words) VALUES (?, ?)');
  const unindex = store.prepare('DELETE FROM customer_search WHERE rowid = ?');
  const selectStale = select('WHERE row > ? AND row <= ? AND generation <> ? LIMIT ?');
  const walk = createRowWalk(store, 'customers');
  const selectOwn = select('WHERE version = 0');
  const countRows = store.prepare<{ customers: number }>(
    'SELECT count(*) AS customers FROM customers',
  );
  let counted: number | null = null;

  const count = (): number => (counted ??= countRows.get()?.customers ?? 0);

  function admit(tx: Transaction, row: number, customer: Customer): void {
    for (const { number } of customer.numbers) insertNumber.run(number.slice(1), row);
    const words = searchWords(customer);
    index.run(row, words.join(' '));
    vocabulary.add(tx, words);
  }

  function dismiss(row: number, customer: Customer): void {
    for (const { number } of customer.numbers) eraseNumber.run(number.slice(1), row);
    unindex.run(row);
    vocabulary.remove(searchWords(customer));
  }

  function begin(tx: Transaction): void {
    tx.afterRollback(() => {
      vocabulary.forget();
      counted = null;
    });
  }

  function removeRow(row: CustomerRow): void {
    count();
    dismiss(row.row, customerOf(row));
    erase.run(row.row);
    counted = count() - 1;
  }

  return {
    vocabulary,
    byId(customerId) {
      const row = selectById.get(uuidBytes(customerId));
      return row ? customerOf(row) : null;
    },
    byRow(rowId) {
      const row = selectByRow.get(rowId);
      return row ? customerOf(row) : null;
    },
    byNumber: (number, limit) => selectByNumber.all(number.slice(1), limit).map(customerOf),
    put(tx, customer, generation) {
      begin(tx);
      const id = uuidBytes(customer.customerId);
      const old = selectById.get(id);
      if (!old) {
        count();
        const row = insert.get(generation, id, ...columnsOf(customer))?.row;
        if (row === undefined) throw new Error('an inserted customer has a row');
        admit(tx, row, customer);
        counted = count() + 1;
        return;
      }
      const before = customerOf(old);
      const found = isFoundBy(before) !== isFoundBy(customer);
      if (found) dismiss(old.row, before);
      update.run(generation, ...columnsOf(customer), old.row);
      if (found) admit(tx, old.row, customer);
    },
    remove(tx, customerId) {
      begin(tx);
      const row = selectById.get(uuidBytes(customerId));
      if (row) removeRow(row);
    },
    sweep(tx, generation) {
      begin(tx);
      return walk.step(tx, generation, (from, to, atMost) => {
        const stale = selectStale.all(from, to, generation, atMost);
        for (const row of stale) removeRow(row);
        return stale.length;
      });
    },
    wipe(tx) {
      begin(tx);
      const own = selectOwn.all().map(customerOf);
      for (const table of ['customers', 'customer_numbers', 'vocabulary'])
        store.prepare(`DELETE FROM ${table}`).run();
      store.prepare(`INSERT INTO customer_search (customer_search) VALUES ('delete-all')`).run();
      vocabulary.forget();
      counted = 0;
      for (const customer of own) this.put(tx, customer, null);
    },
    count,
    settle: (tx) => vocabulary.settle(tx),
    reindex: () => reindex(store, vocabulary),
  };
}

/** One text for everything a customer is found by. */
function isFoundBy(customer: Customer): string {
  return JSON.stringify([customer.name, customer.numbers, customer.address]);
}

function reindex(store: Store, vocabulary: Vocabulary): void {
  const index = store.prepare('INSERT INTO customer_search (rowid, words) VALUES (?, ?)');
  const page = store.prepare<CustomerRow>(
    `SELECT ${customerColumns} FROM customers WHERE row > ? ORDER BY row LIMIT 10000`,
  );
  // FTS5 writes a segment each time its memory is full: fewer and larger ones save most of the merging.
  const setIndexMemory = (bytes: number): void =>
    void store
      // Written out: the driver binds numbers as REAL, and FTS5 wants an INTEGER here.
      .prepare(
        `INSERT INTO customer_search (customer_search, rank) VALUES ('hashsize', ${String(bytes)})`,
      )
      .run();
  store.transaction((tx) => {
    tx.afterRollback(() => vocabulary.forget());
    store.prepare(`INSERT INTO customer_search (customer_search) VALUES ('delete-all')`).run();
    store.prepare('DELETE FROM vocabulary').run();
    vocabulary.forget();
    setIndexMemory(32 * 1024 * 1024);
    let last = 0;
    for (let rows = page.all(last); rows.length > 0; rows = page.all(last))
      for (const row of rows) {
        const words = searchWords(customerOf(row));
        index.run(row.row, words.join(' '));
        vocabulary.add(tx, words);
        last = row.row;
      }
    vocabulary.settle(tx);
    setIndexMemory(1024 * 1024);
  });
}
