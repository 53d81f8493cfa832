import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'centrala-start-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Start {
  readonly process: ChildProcess;
  readonly ended: Promise<number | null>;
  said(): string;
  /** Settles when it has said this. */
  says(text: string): Promise<void>;
}

function start(environment: Record<string, string>): Start {
  const child = spawn(process.execPath, [join(root, 'tools', 'start.ts')], {
    env: { ...process.env, CI: 'true', CENTRALA_HOST: 'browser', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => {
      said += data.toString();
      for (const look of waiting) look();
    });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    process: child,
    ended,
    said: () => said,
    says: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (said.includes(text)) resolve();
        };
        waiting.add(look);
        look();
        void ended.then(() => reject(new Error(`it ended, having said: ${said}`)));
      }),
  };
}

/** The process id of a started program (Linux). */
function childOf(start: Start, program: string): number {
  const { pid } = start.process;
  const ids = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  const id = ids.find((one) => readFileSync(`/proc/${one}/cmdline`, 'utf8').includes(program));
  if (id === undefined) throw new Error(`${program} does not run`);
  return Number(id);
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds().catch(() => false)))
    await new Promise((resolve) => setTimeout(resolve, 50));
}

const lineOf = (text: string, word: string): string =>
  text.split('\n').find((line) => line.trim().startsWith(word)) ?? '';
const addressIn = (line: string): string => /(?:http|ws):\/\/\S+/.exec(line)?.[0] ?? '';

describe('npm start', () => {
  const data = join(folder, 'first');
  let first: Start;
  beforeAll(async () => {
    first = start({ CENTRALA_DATA: data });
    await first.says('Ctrl+C stops everything');
  });
  afterAll(() => first.process.kill('SIGKILL'));

  it('says what runs where, and the sign-in to use', async () => {
    const server = addressIn(lineOf(first.said(), 'central server'));
    const desk = addressIn(lineOf(first.said(), 'desk'));
    expect((await fetch(`${server}/health`)).status).toBe(200);
    expect(await (await fetch(desk)).text()).toContain('<title>Centrala</title>');
    expect(lineOf(first.said(), 'practice exchange')).toMatch(/ws:\/\/127\.0\.0\.1:\d+/);
    expect(lineOf(first.said(), 'sign in')).toMatch(/ana +password: centrala-demo/);
  });

  it('finds the first when it is started a second time', async () => {
    const second = start({ CENTRALA_DATA: data });
    expect(await second.ended).toBe(0);
    expect(second.said()).toContain('already running');
    expect(second.said()).toContain(addressIn(lineOf(first.said(), 'desk')));
  });

  it('starts the server again when it ends by itself, and the desk goes on', async () => {
    const address = (word: string): string => addressIn(lineOf(first.said(), word));
    process.kill(childOf(first, 'src-server/main.ts'), 'SIGKILL');
    await first.says('starting it again');
    await until(async () => (await fetch(`${address('central server')}/health`)).ok);
    expect((await fetch(address('desk'))).status).toBe(200);
    expect(first.process.exitCode).toBeNull();
  });

  it('stops everything when it is told to', async () => {
    const addresses = ['central server', 'desk'].map((word) =>
      addressIn(lineOf(first.said(), word)),
    );
    first.process.kill('SIGINT');
    expect(await first.ended).toBe(0);
    for (const address of addresses) await expect(fetch(address)).rejects.toThrow('fetch failed');
    expect(existsSync(join(data, 'running.json'))).toBe(false);
  });

  it('starts again where a crash left its record', async () => {
    writeFileSync(
      join(data, 'running.json'),
      JSON.stringify({
        pid: 2 ** 22 + 1,
        desk: 'x',
        server: null,
        exchange: null,
        host: 'browser',
      }),
    );
    const again = start({ CENTRALA_DATA: data });
    await again.says('Ctrl+C stops everything');
    again.process.kill('SIGTERM');
    expect(await again.ended).toBe(0);
  });
});

describe('npm start that cannot', () => {
  it('says so when a port that was chosen is taken, and leaves nothing running', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const address = taken.address();
    const port = typeof address === 'object' && address ? String(address.port) : '';
    const failed = start({ CENTRALA_DATA: join(folder, 'busy'), CENTRALA_PRACTICE_PORT: port });
    expect(await failed.ended).toBe(1);
    expect(failed.said()).toMatch(/port/i);
    expect(failed.said()).toContain(port);
    expect(failed.said()).not.toContain('    at ');
    taken.close();
  });

  it('says so when the data folder cannot be written', async () => {
    const file = join(folder, 'a-file');
    writeFileSync(file, '');
    const failed = start({ CENTRALA_DATA: join(file, 'data') });
    expect(await failed.ended).toBe(1);
    expect(failed.said()).toMatch(/may not write to .*CENTRALA_DATA/s);
  });

  it('says so when the host is none it knows', async () => {
    const failed = start({ CENTRALA_DATA: join(folder, 'host'), CENTRALA_HOST: 'teletype' });
    expect(await failed.ended).toBe(1);
    expect(failed.said()).toContain('CENTRALA_HOST should be');
  });

  it('runs the desk alone when a server is named, and asks nobody else', async () => {
    const alone = start({
      CENTRALA_DATA: join(folder, 'alone'),
      CENTRALA_SERVER: 'http://127.0.0.1:9',
    });
    await alone.says('Ctrl+C stops the desk');
    expect(alone.said()).not.toContain('practice exchange');
    expect(readFileSync(join(folder, 'alone', 'running.json'), 'utf8')).toContain('127.0.0.1:9');
    alone.process.kill('SIGINT');
    expect(await alone.ended).toBe(0);
  });
});
