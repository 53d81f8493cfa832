/**
 * A day of calls in minutes: 1,000 calls, answered, heard in both directions and finished, and what main and the pages keep of
 * them. Nothing is measured against a peer: the target is what a whole day may cost.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { print } from './figures.ts';
import { SoakCaller } from './soak-caller.ts';
import { soakDay } from './soak-calls.ts';
import { startSoakDesk } from './soak-desk.ts';

/** Code is compiled, and lists of the last calls are filled. */
const warmUp = 50;
/** Growth in 1,000 calls, MiB. */
const target = 10;

/** `--electron`: in Electron, else in the browser host. `--short`: 20 calls after 5. A day that was not whole, or in which somebody heard nothing, exits with 1. */
export async function benchSoak(): Promise<void> {
  const short = process.argv.includes('--short');
  const wanted = short ? 20 : 1_000;
  const folder = mkdtempSync(join(tmpdir(), 'bench-soak-'));
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  const host = process.argv.includes('--electron') ? 'electron' : 'browser';
  const desk = await startSoakDesk(host, folder, stack);
  const callers = [
    stack.use(await SoakCaller.open(desk.asterisk.sipPort)),
    stack.use(await SoakCaller.open(desk.asterisk.sipPort)),
  ] as const;
  const day = soakDay(desk, ...callers);
  let turn = 0;
  const calls = async (count: number): Promise<number> => {
    let made = 0;
    while (made < count) {
      made += await day.turn(turn++);
      if (turn % 100 === 0) await told();
    }
    return made;
  };
  /** How it goes, for whoever waits. */
  const told = async (): Promise<void> => {
    const { main, page } = await desk.memory();
    process.stderr.write(`${turn} turns: ${JSON.stringify({ main, page })}\n`);
  };

  await calls(short ? 5 : warmUp);
  const before = await desk.memory();
  const began = performance.now();
  const n = await calls(wanted);
  const seconds = (performance.now() - began) / 1_000;
  const after = await desk.memory();
  if (n < wanted || day.silent > 0) process.exitCode = 1;
  const common = {
    bench: 'soak',
    host,
    n,
    silent: day.silent,
    unit: 'MiB',
    target,
    seconds,
  } as const;
  print({
    ...common,
    case: 'main',
    growthMiB: after.main.heapMiB - before.main.heapMiB,
    heapMiB: after.main.heapMiB,
    externalGrowthMiB: after.main.externalMiB - before.main.externalMiB,
    rssGrowthMiB: after.main.rssMiB - before.main.rssMiB,
    anonymousGrowthMiB: after.main.anonymousMiB - before.main.anonymousMiB,
  });
  const { page } = after;
  print({
    ...common,
    case: 'voice',
    // In the browser host the desk page's share is in it: both are one process, and one heap.
    growthMiB: page.heapMiB - before.page.heapMiB,
    heapMiB: page.heapMiB,
    anonymousGrowthMiB: page.anonymousMiB - before.page.anonymousMiB,
    listenersGrowth: page.listeners - before.page.listeners,
    nodesGrowth: page.nodes - before.page.nodes,
    openPeers: page.openPeers,
    keptPeers: page.keptPeers,
    openContexts: page.openContexts,
    keptContexts: page.keptContexts,
    keptWorklets: page.keptWorklets,
  });
}
