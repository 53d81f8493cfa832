import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Connection } from './connection.ts';
import { StoreError } from './store-error.ts';

/** Where the numbered SQL lies: the same for the sources and for a built desk, which may lie deeper. */
export function migrationsFolder(from: string = import.meta.dirname): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'migrations', 'desk');
    if (existsSync(candidate)) return candidate;
    if (folder === dirname(folder)) throw new Error(`No migrations/desk above ${from}`);
  }
}

/**
 * Brings the base up to the newest numbered file, each in one transaction; PRAGMA user_version says how far it is.
 * Errors: StoreError `damaged` when the base was written by a newer desk.
 */
export function migrate(connection: Connection, folder: string): void {
  const files = readdirSync(folder)
    .filter((name) => /^\d{4}_.*\.sql$/.test(name))
    .sort();
  const row = connection.prepare<{ user_version: number }>('PRAGMA user_version').get();
  const done = row?.user_version ?? 0;
  if (done > files.length)
    throw new StoreError('damaged', 'The local base was written by a newer version of the desk');
  for (const [index, name] of files.entries()) {
    if (index < done) continue;
    connection.exec('BEGIN IMMEDIATE');
    try {
      connection.exec(readFileSync(join(folder, name), 'utf8'));
      connection.exec(`PRAGMA user_version = ${index + 1}`);
      connection.exec('COMMIT');
    } catch (cause) {
      if (connection.inTransaction) connection.exec('ROLLBACK');
      throw cause;
    }
  }
}
