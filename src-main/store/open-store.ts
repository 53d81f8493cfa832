/** The local base: one encrypted SQLite file in which everything this desk knows and owes is kept. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { drizzle, type BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import type Database from 'better-sqlite3';
import type * as z from 'zod';
import type { Clock } from '../host.ts';
import type { Log } from '../log.ts';
import { isDurable, openConnection, type Driver, type Statement } from './connection.ts';
import { migrate, migrationsFolder } from './migrate.ts';
import { StoreError } from './store-error.ts';
import { storeErrorOr } from './store-fault.ts';

/** Proof of standing inside a transaction; what must be stored together asks for it. */
export interface Transaction {
  /** Runs after the commit is on the disk; not at all when it fails. */
  afterCommit(run: () => void): void;
  /** Runs when nothing of it was stored: what memory keeps of the base must be read again. */
  afterRollback(run: () => void): void;
}

export interface Store {
  readonly db: BetterSQLite3Database;
  /** False only where the driver has no cipher (tests in an old Electron). */
  readonly encrypted: boolean;
  /** For the hot paths. Errors: StoreError. */
  prepare<Row>(sql: string): Statement<Row>;
  /** On the disk when it returns (synchronous=FULL). Inside another one it joins that. Errors: StoreError. */
  transaction<T>(work: (tx: Transaction) => T): T;
  /** A single value kept under a name, or undefined when there is none or it no longer fits. */
  kept<T>(name: string, shape: z.ZodType<T>): T | undefined;
  keep(tx: Transaction, name: string, value: unknown): void;
  close(): void;
}

/**
 * Opens (and makes, and migrates) the base in `folder`.
 * @param key 32 bytes, see `baseKey`.
 * Errors: StoreError; `wrong-key` when the file cannot be read with it.
 */
export function openStore(options: {
  readonly folder: string;
  readonly key: Uint8Array;
  readonly log: Log;
  readonly clock: Clock;
  /** Another driver (libsql) in its own test. */
  readonly driver?: (path: string) => Driver;
}): Store {
  makeFolder(options.folder);
  const began = options.clock.now();
  const connection = openConnection(join(options.folder, 'base.db'), options.key, options.driver);
  try {
    migrate(connection, migrationsFolder());
    // The first write may silently put synchronous back to NORMAL: assert after one.
    connection.exec('BEGIN IMMEDIATE');
    connection.exec(
      `INSERT INTO kept (name, value) VALUES ('opened', '1') ON CONFLICT (name) DO UPDATE SET value = value + 1`,
    );
    connection.exec('COMMIT');
    if (!isDurable(connection)) throw new StoreError('io', 'The local base is not durable');
  } catch (cause) {
    connection.close();
    throw cause;
  }
  const ms = options.clock.now() - began;
  if (connection.encrypted) options.log.info({ event: 'base-open', ms }, 'The local base is open');
  else options.log.error({ event: 'base-open', ms }, 'The local base is open and NOT encrypted');

  const readKept = connection.prepare<{ value: string }>('SELECT value FROM kept WHERE name = ?');
  const writeKept = connection.prepare(
    'INSERT INTO kept (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  );
  let open: Transaction | null = null;

  function transaction<T>(work: (tx: Transaction) => T): T {
    if (open) return work(open);
    const committed: (() => void)[] = [];
    const rolledBack: (() => void)[] = [];
    open = {
      afterCommit: (run) => void committed.push(run),
      afterRollback: (run) => void rolledBack.push(run),
    };
    let result: T;
    try {
      connection.exec('BEGIN IMMEDIATE');
      result = work(open);
      connection.exec('COMMIT');
    } catch (cause) {
      // After SQLITE_FULL and SQLITE_IOERR SQLite may have rolled back by itself.
      if (connection.inTransaction) connection.exec('ROLLBACK');
      for (const run of rolledBack) run();
      throw storeErrorOr(cause);
    } finally {
      open = null;
    }
    for (const run of committed) run();
    return result;
  }

  return {
    db: drizzle(connection.driver as Database.Database),
    encrypted: connection.encrypted,
    prepare: (sql) => connection.prepare(sql),
    transaction,
    kept(name, shape) {
      const row = readKept.get(name);
      if (!row) return undefined;
      const parsed = shape.safeParse(JSON.parse(row.value));
      return parsed.success ? parsed.data : undefined;
    },
    keep: (_tx, name, value) => void writeKept.run(name, JSON.stringify(value)),
    close: () => connection.close(),
  };
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new StoreError('read-only', 'The folder of the local base cannot be made', { cause });
  }
}
