/**
 * One connection to an encrypted SQLite file. All that differs between drivers is here: in tests inside an old
 * Electron the driver is libsql, which has no cipher pragma, so that the base says honestly that it is plain.
 */
import Database from 'better-sqlite3';
import { storeErrorOr } from './store-fault.ts';

/** What this desk uses of a driver; both better-sqlite3 and libsql have it. */
export type Driver = Pick<
  Database.Database,
  'prepare' | 'exec' | 'close' | 'inTransaction' | 'transaction'
>;
export type Bindable = string | number | null | Uint8Array;

export interface Statement<Row> {
  get(...values: readonly Bindable[]): Row | undefined;
  all(...values: readonly Bindable[]): readonly Row[];
  /** Each row as an array of its columns, in the order of the statement. */
  arrays(...values: readonly Bindable[]): readonly (readonly unknown[])[];
  run(...values: readonly Bindable[]): { readonly changes: number };
}

export interface Connection {
  readonly driver: Driver;
  /** False where the driver has no cipher. */
  readonly encrypted: boolean;
  /** Errors: StoreError. */
  prepare<Row>(sql: string): Statement<Row>;
  exec(sql: string): void;
  readonly inTransaction: boolean;
  close(): void;
}

/**
 * Opens the file with the key given before anything else is read (SQLite3 Multiple Ciphers, chacha20, raw key).
 * @param key 32 bytes.
 * Errors: StoreError, `wrong-key` when the file is not readable with this key.
 */
export function openConnection(
  path: string,
  key: Uint8Array,
  open: (path: string) => Driver = (file) => new Database(file),
): Connection {
  const driver = attempt(() => open(path));
  try {
    const encrypted = attempt(() => unlock(driver, key));
    attempt(() => setDurable(driver));
    return connectionOver(driver, encrypted);
  } catch (cause) {
    driver.close();
    throw cause;
  }
}

/** Whether every commit is on the disk when it returns: synchronous=FULL (2), asked of the connection itself. */
export function isDurable(connection: Pick<Connection, 'prepare'>): boolean {
  return connection.prepare<{ synchronous: number }>('PRAGMA synchronous').get()?.synchronous === 2;
}

function unlock(driver: Driver, key: Uint8Array): boolean {
  if (key.byteLength !== 32) throw new TypeError('The key of the base has 32 bytes');
  const encrypted = accepts(driver, `PRAGMA cipher = 'chacha20'`);
  if (encrypted) driver.exec(`PRAGMA key = 'raw:${Buffer.from(key).toString('hex')}'`);
  // A wrong key shows at the first read, not at the opening.
  driver.prepare('SELECT count(*) AS objects FROM sqlite_schema').get();
  return encrypted;
}

/** libsql answers that this cipher is unknown; anything else that goes wrong is told. */
function accepts(driver: Driver, statement: string): boolean {
  try {
    driver.exec(statement);
    return true;
  } catch (cause) {
    if (cause instanceof Error && cause.message.includes('unknown')) return false;
    throw cause;
  }
}

function setDurable(driver: Driver): void {
  driver.exec('PRAGMA busy_timeout = 1000');
  driver.prepare('PRAGMA journal_mode = WAL').get();
  // After WAL: this SQLite is compiled with synchronous=NORMAL for it.
  driver.exec('PRAGMA synchronous = FULL');
  // Sorting must not leave plain text in the system's temporary folder.
  driver.exec('PRAGMA temp_store = MEMORY');
  driver.exec('PRAGMA cache_size = -49152');
}

function connectionOver(driver: Driver, encrypted: boolean): Connection {
  return {
    driver,
    encrypted,
    prepare<Row>(sql: string): Statement<Row> {
      // Values are bound as one list: libsql takes a single Buffer for named values.
      const statement = attempt(() => driver.prepare<[readonly Bindable[]]>(sql));
      let raw: typeof statement | undefined;
      return {
        get: (...values) => attempt(() => statement.get(values) as Row | undefined),
        all: (...values) =>
          attempt(() => {
            const rows = statement.all(values) as readonly Row[];
            return encrypted ? rows : rows.map(withBytes);
          }),
        arrays: (...values) =>
          attempt(() => {
            raw ??= driver.prepare<[readonly Bindable[]]>(sql).raw();
            return raw.all(values) as readonly (readonly unknown[])[];
          }),
        run: (...values) => attempt(() => statement.run(values)),
      };
    },
    exec: (sql) => attempt(() => void driver.exec(sql)),
    get inTransaction() {
      return driver.inTransaction;
    },
    close: () => driver.close(),
  };
}

/** libsql gives the blobs of a list of rows as ArrayBuffer. */
function withBytes<Row>(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row as object).map(([name, value]) => [
      name,
      value instanceof ArrayBuffer ? new Uint8Array(value) : value,
    ]),
  ) as Row;
}

function attempt<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw storeErrorOr(cause);
  }
}
