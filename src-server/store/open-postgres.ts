/** Opens a real PostgreSQL by its address: a pool for work, one connection of its own for being told of changes. */
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import { Client, Pool } from 'pg';
import type { Log } from '../log.ts';
import { StartProblem } from '../start-problem.ts';
import { changeChannel, type Database, type Store } from './database.ts';
import { migrationsFolder } from './migrations-folder.ts';
import * as schema from './schema.ts';

/** Any number that no other program on the same PostgreSQL is likely to lock. */
const migrationLock = 724_513_001;
const longestWaitMs = 10_000;

/** @param connections the most the pool may open. Errors: StartProblem. */
export async function openPostgres(url: string, log: Log, connections = 10): Promise<Store> {
  const pool = new Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: 5_000,
    application_name: 'centrala',
  });
  pool.on('error', (error) => log.warn({ error }, 'a database connection was lost'));
  const database = drizzle(pool, { schema });
  try {
    await migrateAlone(pool);
  } catch (error) {
    await pool.end();
    throw new StartProblem(
      `The database at DATABASE_URL cannot be used (${codeOf(error)}). ` +
        'Check that PostgreSQL runs, that the database exists and that the user may create tables in it.',
      { cause: error },
    );
  }
  const listeners = new Set<AsyncDisposable>();
  return {
    kind: 'postgres',
    database: database as unknown as Database,
    async onChange(changed) {
      const listener = await listen(url, log, changed);
      listeners.add(listener);
      return listener;
    },
    async close() {
      await Promise.all([...listeners].map((listener) => listener[Symbol.asyncDispose]()));
      await pool.end();
    },
  };
}

/** A SQLSTATE or the system's error name; never the message, which may quote the address with its password. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no answer';
  return 'code' in error && typeof error.code === 'string' ? error.code : codeOf(error.cause);
}

/** Several servers may start at once on one PostgreSQL: one migrates, the others wait. */
async function migrateAlone(pool: Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [migrationLock]);
    await migrate(drizzle(client, { schema }), { migrationsFolder });
  } finally {
    await client.query('select pg_advisory_unlock($1)', [migrationLock]).catch(() => undefined);
    client.release();
  }
}

/** LISTEN on its own connection, again and again; after each new connection something may have been missed. */
async function listen(url: string, log: Log, changed: () => void): Promise<AsyncDisposable> {
  let client: Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let wait = 250;
  let stopped = false;
  const connect = async (): Promise<void> => {
    const next = new Client({
      connectionString: url,
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
      application_name: 'centrala-listen',
    });
    client = next;
    let lost = false;
    const again = (): void => {
      if (lost || stopped) return;
      lost = true;
      log.warn({ waitMs: wait }, 'changes are not told of until the database answers again');
      timer = setTimeout(() => void connect(), wait);
      wait = Math.min(wait * 2, longestWaitMs);
      next.end().catch(() => undefined);
    };
    next.on('error', again);
    next.on('end', again);
    next.on('notification', changed);
    try {
      await next.connect();
      await next.query(`listen ${changeChannel}`);
      wait = 250;
      changed();
    } catch {
      again();
    }
  };
  await connect();
  return {
    async [Symbol.asyncDispose]() {
      stopped = true;
      clearTimeout(timer);
      await client?.end().catch(() => undefined);
    },
  };
}
