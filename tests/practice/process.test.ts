/** The exchange as the process that `npm start` starts. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Desk } from './support/desk.ts';
import { field } from './support/wire.ts';

const root = join(import.meta.dirname, '..', '..');
let folder = '';

const centre = `
centre: 1
organisation: { name: Demo, region: SI, zone: Europe/Ljubljana, currency: EUR, language: sl }
exchange: { address: 'ws://127.0.0.1:8071/ws', domain: practice.test }
people:
  - { username: ana, name: Ana Kovač, role: operator, projects: [internet], line: { extension: '201', sipUser: ana, secret: ana-secret-1 } }
  - { username: vid, name: Vid Lead, role: lead }
projects:
  - { projectId: internet, queues: [internet], numbers: ['01 555 10 00'], anything: else }
customers: { csv: people.csv, separator: ';' }
`;
const people = 'key;name;number\n1;"Žagar; Marija";041 123 456\n2;Zupan;031 555 666\n3;Nobody;\n';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'practice-'));
  writeFileSync(join(folder, 'centre.yaml'), centre);
  writeFileSync(join(folder, 'people.csv'), people);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Started {
  readonly child: ChildProcess;
  readonly out: () => string;
  readonly err: () => string;
  readonly exited: Promise<number | null>;
}

function start(environment: Record<string, string>, script = ['src-practice/main.ts']): Started {
  const child = spawn(process.execPath, script, {
    cwd: root,
    env: {
      PATH: process.env['PATH'],
      CENTRALA_CENTRE: join(folder, 'centre.yaml'),
      CENTRALA_PRACTICE_PORT: '0',
      ...environment,
    },
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const exited = once(child, 'exit').then(([code]: (number | null)[]) => code ?? null);
  return { child, out: () => out, err: () => err, exited };
}

async function ready(started: Started): Promise<string> {
  while (!started.out().includes('\n')) await once(started.child.stdout!, 'data');
  const line: unknown = JSON.parse(started.out());
  expect(line).toMatchObject({ ready: true });
  return String((line as { address: unknown }).address);
}

test('it says where it listens, lets a customer of the centre file call, and ends on SIGTERM with a BYE', async () => {
  const started = start({ CENTRALA_PRACTICE_FIRST_CALL: '0.2' });
  const address = await ready(started);
  expect(address).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/ws$/);
  const desk = await Desk.registered(address, { user: 'ana', secret: 'ana-secret-1' });
  const call = await desk.rung();
  expect(field(call.invite!, 'x-queue')).toBe('internet');
  expect(field(call.invite!, 'diversion')).toContain('+38615551000');
  await call.answer();
  const told = Date.now();
  started.child.kill('SIGTERM');
  await call.hungUp();
  expect(await started.exited).toBe(0);
  expect(Date.now() - told).toBeLessThan(2000);
  await desk.close();
});

test('it ends when its parent closes standard input', async () => {
  const started = start({ CENTRALA_PARENT: 'stdin' });
  await ready(started);
  started.child.stdin!.end();
  expect(await started.exited).toBe(0);
});

test.each<[string, Record<string, string>, RegExp]>([
  ['a host that is not loopback', { CENTRALA_PRACTICE_HOST: '0.0.0.0' }, /loopback only/],
  ['a port that is none', { CENTRALA_PRACTICE_PORT: 'high' }, /must be a number/],
  ['no centre file', { CENTRALA_CENTRE: '' }, /CENTRALA_CENTRE is not set/],
  [
    'a centre file that is not there',
    { CENTRALA_CENTRE: '/nowhere/centre.yaml' },
    /cannot be read/,
  ],
])('it refuses %s in a sentence', async (_what, environment, sentence) => {
  const started = start(environment);
  expect(await started.exited).toBe(1);
  expect(started.err()).toMatch(sentence);
  expect(started.err()).not.toMatch(/\n\s+at /);
  expect(started.out()).toBe('');
});

test('it names a busy port and the way out', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const started = start({ CENTRALA_PRACTICE_PORT: String(port) });
  expect(await started.exited).toBe(1);
  expect(started.err()).toContain(`Port ${port} is in use`);
  other.close();
});

test('closing leaves nothing behind that keeps a process alive', async () => {
  const script = `
    import { openPractice, openDesk, ana } from './tests/practice/support/practice.ts';
    const practice = await openPractice();
    const desk = await openDesk(practice.exchange, ana);
    practice.exchange.ring({ queue: 'internet' });
    const call = await desk.rung();
    await call.answer();
    await desk.dial('604');
    practice.exchange.ring({ queue: 'internet' });
    const closed = practice.exchange.close();
    await call.hungUp();
    await closed;
    console.log('closed');
  `;
  const started = start({}, ['--input-type=module', '-e', script]);
  expect(await started.exited).toBe(0);
  expect(started.out()).toBe('closed\n');
});
