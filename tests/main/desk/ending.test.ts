import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../../support/until.ts';
import { confidentialLines } from '../../support/logged.ts';
import { startCentre, wholeDesk, type TestCentre } from '../../support/whole-desk.ts';

let centre: TestCentre;
beforeAll(async () => {
  centre = await startCentre();
});
afterAll(async () => {
  await centre[Symbol.asyncDispose]();
  // Whatever happened in this file, no log line told who, whose number, or which secret.
  expect(centre.logged.length).toBeGreaterThan(10);
  expect(await confidentialLines(centre.logged)).toEqual([]);
});
afterEach(() => {
  centre.door.mode = 'open';
});

const entry = new URL('../../support/desk-process.ts', import.meta.url).pathname;

/** The hosts end the process by force after 2.5 s; the desk is to be gone before. */
const longestMs = 2_400;

/** Starts a desk, lets `meanwhile` happen, ends the desk, and waits until its process is gone. */
async function endedAfter(meanwhile: () => void) {
  const child = spawn(process.execPath, [entry, centre.door.address]);
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()));
  const exit = once(child, 'exit');
  const lines = (): readonly Record<string, unknown>[] =>
    said.out
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  try {
    await until(`a desk at work ${said.err}`, () => lines().length === 1, 15_000);
    meanwhile();
    child.stdin.write('end\n');
    await until(`the end of the desk ${said.err}`, () => lines().length === 2, 15_000);
    // Nothing holds the process any more: it ends without being told.
    await until(`the end of the process ${said.out}`, () => child.exitCode !== null, 5_000);
    const [code] = (await exit) as [number];
    return { code, err: said.err, ms: Number(lines()[1]?.['disposedAfterMs']) };
  } finally {
    child.kill('SIGKILL');
  }
}

describe('a desk that ends', () => {
  test('leaves nothing behind: the line is given back and the process ends by itself', async () => {
    const { code, err, ms } = await endedAfter(() => expect(centre.stub.bound('201')).toBe(true));
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(ms).toBeLessThan(longestMs);
    expect(centre.stub.bound('201')).toBe(false);
  });

  test('is gone in time, also when server and exchange have fallen silent', async () => {
    const { code, err, ms } = await endedAfter(() => {
      centre.door.mode = 'silent';
      centre.stub.freeze();
    });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(ms).toBeLessThan(longestMs);
  });

  test('does not wait for an order that is on its way', async () => {
    await using desk = await wholeDesk(centre);
    await desk.atWork('bor');
    centre.door.mode = 'silent';
    const { rpc } = desk.page;
    const fields = { name: 'Neža Zadnja', numbers: [], address: null, email: null };
    await rpc.customers.create({
      fields: { ...fields, since: null, language: null, note: '', data: {} },
      callId: null,
    });
    await desk.page.until('it waits', () => desk.page.sync.waiting === 1);
    const asked = performance.now();
    await desk.restart();
    centre.door.mode = 'open';
    expect(performance.now() - asked).toBeLessThan(2 * longestMs);
    await desk.page.until('sent', () => {
      desk.host.wake();
      return desk.page.sync.waiting === 0;
    });
    expect(await centre.rows(`select 1 from customers where name = 'Neža Zadnja'`)).toHaveLength(1);
  });

  test('a page that leaves is watched no longer', async () => {
    await using desk = await wholeDesk(centre);
    await desk.atWork('maja');
    const { page } = desk;
    await desk.reload();
    await page.watching;
    const told = page.events.length;
    await desk.page.rpc.operator.notReady({ reason: 'break' });
    await desk.page.until('at a break', () => desk.page.operator.phase === 'not-ready');
    expect(page.events).toHaveLength(told);
  });
});
