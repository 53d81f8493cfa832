/**
 * The pop: from the INVITE on the socket to the customer's card painted in the page, with a million customers in the desk's
 * base; against a page that polls each second.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Customer } from '#shared/model/customer.ts';
import { seededRandom } from '#shared/model/synthetic-customers.ts';
import { percentiles, print } from './figures.ts';
import { popBase } from './pop-base.ts';
import { startPopDesk, type Pop, type PopDesk } from './pop-desk.ts';
import { startPollingPeer } from './pop-poll.ts';

const seed = 20_261_123;
/** Calls that are made and not counted: code is compiled, caches are filled. */
const warmUp = 10;

/** `--short`: twenty calls and twenty thousand customers. */
export async function benchPop(): Promise<void> {
  const short = process.argv.includes('--short');
  const calls = short ? 20 : 200;
  const base = await popBase(short ? 20_000 : 1_000_000, seed, (text) =>
    process.stderr.write(`${text}\n`),
  );
  const random = seededRandom(seed + 2);
  const folder = mkdtempSync(join(tmpdir(), 'bench-pop-'));
  try {
    base.copyTo(folder);
    const callers = drawer(base.sample, random);
    await using desk = await startPopDesk(folder, random);
    await using peer = await startPollingPeer();
    for (let at = 0; at < warmUp; at++) await desk.pop(callers());

    const idle: Pop[] = [];
    const polled: number[] = [];
    for (let at = 0; at < calls; at++) {
      const customer = callers();
      idle.push(await desk.pop(customer));
      // A call comes at any moment between two polls.
      await new Promise((resolve) => setTimeout(resolve, 1_000 * random()));
      polled.push(await peer.pop(customer));
    }
    const poll = percentiles(polled);
    report('idle', idle, poll.p95);

    const loaded = await underLoad(desk, callers, base.sample, calls);
    report('loaded', loaded, poll.p95);
    print({
      bench: 'pop',
      case: 'poll',
      n: polled.length,
      ...poll,
      unit: 'ms',
      peer: 'itself',
      peerP95: poll.p95,
      ratio: 1,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A live call with sound in both directions, and a pull that never comes to its end. */
async function underLoad(
  desk: PopDesk,
  callers: () => Customer,
  customers: readonly Customer[],
  calls: number,
): Promise<readonly Pop[]> {
  await desk.talk(callers());
  // Names and numbers stay as they are, so that whoever calls is still known by both.
  desk.centre.changeAll(customers);
  for (let at = 0; at < warmUp; at++) await desk.pop(callers());
  const pops: Pop[] = [];
  for (let at = 0; at < calls; at++) pops.push(await desk.pop(callers()));
  desk.centre.rest();
  return pops;
}

function report(name: string, pops: readonly Pop[], peerP95: number): void {
  const painted = percentiles(pops.map((pop) => pop.painted));
  const inDocument = percentiles(pops.map((pop) => pop.inDocument));
  const whole = percentiles(pops.map((pop) => pop.wholePainted));
  print({
    bench: 'pop',
    case: name,
    n: pops.length,
    ...painted,
    unit: 'ms',
    peer: 'a page polling each second',
    peerP95,
    ratio: painted.p95 / peerP95,
    // Until the card stands in the document; the rest is the wait for the screen's next frame, and painting it.
    documentP50: inDocument.p50,
    documentP95: inDocument.p95,
    // With script, form and history.
    wholeP50: whole.p50,
    wholeP95: whole.p95,
  });
}

/** Customers in a random order, each once before anybody a second time. */
function drawer(sample: readonly Customer[], random: () => number): () => Customer {
  const left: Customer[] = [];
  return () => {
    if (left.length === 0) left.push(...sample);
    const [drawn] = left.splice(Math.floor(random() * left.length), 1);
    if (!drawn) throw new Error('the sample is empty');
    return drawn;
  };
}
