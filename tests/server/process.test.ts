import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { centreFile, deskOf, signIn } from './support/server-bench.ts';

const entry = new URL('../../src-server/main.ts', import.meta.url).pathname;
const seedEntry = new URL('../../src-server/seed.ts', import.meta.url).pathname;

interface Run {
  readonly child: ChildProcessWithoutNullStreams;
  /** The whole of what was printed so far. */
  readonly said: { out: string; err: string };
  /** Settles with the address, or with null when the process ended before it was ready. */
  readonly ready: Promise<string | null>;
  readonly ended: Promise<number | null>;
}

// Each start is a process of its own: seconds of work on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** A base with the test centre, made once: a new one takes seconds. */
let template: string;
let folder: string;
const running = new Set<Run>();

beforeAll(async () => {
  folder = template = await mkdtemp(join(tmpdir(), 'centrala-template-'));
  const first = start();
  await first.ready;
  first.child.kill('SIGTERM');
  await first.ended;
  running.clear();
});
afterAll(() => rm(template, { recursive: true, force: true }));
afterEach(async () => {
  for (const run of running) run.child.kill('SIGKILL');
  await Promise.all([...running].map((run) => run.ended));
  running.clear();
  folder = template;
});

function run(script: string, args: readonly string[], env: Readonly<Record<string, string>>): Run {
  const child = spawn(process.execPath, [script, ...args], {
    env: { PATH: process.env['PATH'] ?? '', CENTRALA_SERVER_DATA: folder, ...env },
  });
  const said = { out: '', err: '' };
  child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const ready = new Promise<string | null>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      said.out += chunk.toString();
      const line = /^(\{.*\})\n/.exec(said.out)?.[1];
      if (line !== undefined) resolve((JSON.parse(line) as { address: string }).address);
    });
    void ended.then(() => resolve(null));
  });
  const result = { child, said, ready, ended };
  running.add(result);
  return result;
}

const start = (env: Readonly<Record<string, string>> = {}): Run =>
  run(entry, [], { CENTRALA_SERVER_PORT: '0', CENTRALA_CENTRE: centreFile, ...env });

describe('the server as a process', () => {
  test('says in one line that it is ready, ends when asked, and knows everybody again', async () => {
    const first = start();
    const address = await first.ready;
    expect(first.said.out).toBe(`${JSON.stringify({ ready: true, address })}\n`);
    const desk = await deskOf(address ?? '', 'ana');
    await desk.pull();
    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(0);
    expect(first.said.err).not.toContain('Kovač');

    const second = start({ CENTRALA_CENTRE: '' });
    const again = (await second.ready) ?? '';
    // The key in the data folder is kept: the token of before is still good.
    const response = await fetch(`${again}/api/v1/sync/pull`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${desk.token}` },
      body: JSON.stringify({ cursor: desk.cursor, limit: 10 }),
    });
    expect(await response.json()).toMatchObject({ changes: [], reset: false });
    second.child.kill('SIGINT');
    expect(await second.ended).toBe(0);
  });

  test('ends with the parent that started it, also while desks are connected', async () => {
    const server = start({ CENTRALA_PARENT: 'stdin' });
    const address = (await server.ready) ?? '';
    expect((await signIn(address, 'ana')).status).toBe(200);
    server.child.stdin.end();
    expect(await server.ended).toBe(0);
  });

  test('a second one in the same folder is told of the first, and does not disturb it', async () => {
    const first = start();
    const address = (await first.ready) ?? '';
    const second = start();
    expect(await second.ready).toBeNull();
    expect(await second.ended).toBe(1);
    expect(second.said.err).toContain(`process ${first.child.pid}`);
    expect(second.said.err).toContain('CENTRALA_SERVER_DATA');
    expect((await signIn(address, 'ana')).status).toBe(200);
  });

  test('the lock of a server that was killed is taken over', async () => {
    const first = start();
    await first.ready;
    first.child.kill('SIGKILL');
    await first.ended;
    expect(JSON.parse(await readFile(join(folder, 'central.lock'), 'utf8'))).toMatchObject({
      pid: first.child.pid,
    });
    const second = start();
    expect(await second.ready).not.toBeNull();
  });

  test('a server killed while it made its base leaves nothing that stops the next one', async () => {
    const place = await mkdtemp(join(tmpdir(), 'centrala-half-'));
    await mkdir(join(place, 'base.new'), { recursive: true });
    await writeFile(join(place, 'base.new', 'PG_VERSION'), '18');
    const early = start({ CENTRALA_SERVER_DATA: place });
    while (!existsSync(join(place, 'central.lock')))
      await new Promise((resolve) => setTimeout(resolve, 20));
    early.child.kill('SIGTERM');
    expect(await early.ended).toBe(0);
    const next = start({ CENTRALA_SERVER_DATA: place });
    expect(await next.ready).not.toBeNull();
    next.child.kill('SIGTERM');
    await next.ended;
    await rm(place, { recursive: true });
  });

  test('a lock of this process id from another life of the machine is taken over; of another machine it is not', async () => {
    const path = join(folder, 'central.lock');
    await writeFile(path, JSON.stringify({ pid: process.pid, host: hostname(), born: '1' }));
    const server = start();
    expect(await server.ready).not.toBeNull();
    server.child.kill('SIGTERM');
    await server.ended;
    await writeFile(path, JSON.stringify({ pid: 1, host: 'elsewhere', born: '1' }));
    const refused = start();
    expect(await refused.ended).toBe(1);
    expect(refused.said.err).toContain('elsewhere');
    await rm(path);
  });

  test('a busy port is said in a sentence with a way out', async () => {
    const other: Server = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    const server = start({ CENTRALA_SERVER_PORT: String(port) });
    expect(await server.ended).toBe(1);
    expect(server.said.err).toMatch(/Port \d+ .* is taken .*CENTRALA_SERVER_PORT/s);
    expect(server.said.out).toBe('');
    other.close();
  });

  test('a folder that cannot be written is said in a sentence with a way out', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    const blocked = join(folder, 'closed');
    await mkdir(blocked);
    await chmod(blocked, 0o500);
    const places = process.getuid?.() === 0 ? [file] : [file, blocked];
    for (const place of places) {
      const server = start({ CENTRALA_SERVER_DATA: place });
      expect(await server.ended).toBe(1);
      expect(server.said.err).toMatch(/cannot be written .*CENTRALA_SERVER_DATA/s);
    }
  });

  test('a broken centre file, a database that is not there and odd settings are told', async () => {
    const broken = join(folder, 'centre.yaml');
    await writeFile(
      broken,
      (await readFile(centreFile, 'utf8')).replace('role: lead', 'role: boss'),
    );
    const faulty = start({
      CENTRALA_CENTRE: broken,
      CENTRALA_SERVER_DATA: join(folder, 'new'),
    });
    expect(await faulty.ended).toBe(1);
    expect(faulty.said.err).toMatch(/centre\.yaml:\d+: people\[2\]\.role/);
    const unreachable = start({ DATABASE_URL: 'postgres://nobody:tajno@127.0.0.1:1/none' });
    expect(await unreachable.ended).toBe(1);
    expect(unreachable.said.err).toContain('DATABASE_URL');
    expect(unreachable.said.err).not.toContain('tajno');
  });
});

describe('npm run seed', () => {
  let own: string;
  beforeEach(async () => {
    folder = own = await mkdtemp(join(tmpdir(), 'centrala-seed-'));
    await cp(template, own, { recursive: true });
  });
  afterEach(() => rm(own, { recursive: true, force: true }));

  test('loads a file and invented customers; twice is the same base', async () => {
    for (let round = 0; round < 2; round++) {
      const seed = run(seedEntry, ['--file', centreFile, '--customers', '300'], {});
      expect(await seed.ended).toBe(0);
      expect(seed.said.out).toContain('300 invented customers');
    }
    const server = start({ CENTRALA_CENTRE: '' });
    const desk = await deskOf((await server.ready) ?? '', 'ana');
    await desk.pull(10_000);
    expect([...desk.held.keys()].filter((key) => key.startsWith('customer'))).toHaveLength(303);
    expect([...desk.held.values()].every((body) => body !== null)).toBe(true);
  });

  test('refuses a broken file whole, with the line, and says how it is used', async () => {
    const broken = join(folder, 'centre.yaml');
    const csv = join(folder, 'customers.csv');
    const text = await readFile(centreFile, 'utf8');
    await writeFile(
      broken,
      `${text.slice(0, text.indexOf('customers:'))}customers: { csv: customers.csv }\n`,
    );
    await writeFile(csv, 'key,name,number\na,Ana,041123456\nb,Bine,041\n');
    const seed = run(seedEntry, ['--file', broken], {});
    expect(await seed.ended).toBe(1);
    expect(seed.said.err).toContain('customers.csv:3: numbers[0]');
    for (const args of [[], ['--customers', 'many'], ['--fiel', 'x']]) {
      const wrong = run(seedEntry, args, {});
      expect(await wrong.ended).toBe(1);
      expect(wrong.said.err).not.toBe('');
    }
    const server = start();
    const desk = await deskOf((await server.ready) ?? '', 'ana');
    await desk.pull();
    expect([...desk.held.keys()].filter((key) => key.startsWith('customer'))).toHaveLength(3);
  });
});
