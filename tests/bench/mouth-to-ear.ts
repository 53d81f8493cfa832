/**
 * Mouth to ear, both ways: a customer's telephone speaks over a real Asterisk, the other end says back what its ear
 * hears, and the customer's own recordings tell how long that took. Ours is the voice page in Chromium, all that lies
 * between line and ear and between mouth and line in its place; the peer is baresip on the same Asterisk, by turns.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { asteriskFolder } from '../../tools/floor/asterisk-folder.ts';
import { startAsterisk } from '../floor/support/asterisk.ts';
import { startCityCaller, type CityCaller } from '../floor/support/city-caller.ts';
import { freeUdpPort } from '../floor/support/ports.ts';
import type { Sound } from '../floor/support/wav.ts';
import { deskThatSaysBack, ourExtension } from './echoing-desk.ts';
import { percentiles, print } from './figures.ts';

const peerExtension = '220';
/** Seconds of a call: the first are not counted, buffers are still settling. */
const settling = 3;
const counted = 6;

/** `--short`: two calls of each. */
export async function benchMouthToEar(): Promise<void> {
  const rounds = process.argv.includes('--short') ? 2 : 10;
  const folder = mkdtempSync(join(tmpdir(), 'bench-ear-'));
  const peerPort = await freeUdpPort();
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  const asterisk = await startAsterisk({
    root: await asteriskFolder(),
    folder: join(folder, 'ast'),
    telephones: { [peerExtension]: peerPort },
  });
  stack.defer(() => asterisk.stop());
  const telephone = async (name: string, more: object) => {
    const started = await startCityCaller({
      folder: join(folder, name),
      exchangePort: asterisk.sipPort,
      number: '+38641123456',
      ...more,
    });
    stack.defer(() => started.stop());
    return started;
  };
  const customer = await telephone('customer', {});
  await telephone('peer', {
    number: peerExtension,
    port: peerPort,
    answers: 'at-once',
    echoes: true,
  });
  const desk = await deskThatSaysBack(asterisk, stack);

  const peers: number[] = [];
  for (const [name, jitter] of [
    ['clean', 0],
    ['jitter', 30],
  ] as const) {
    const ours: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      peers.push(...(await oneCall(customer, peerExtension, () => Promise.resolve())));
      desk.network.wishes = { loss: 0, jitter };
      ours.push(...(await oneCall(customer, ourExtension, () => desk.answer())));
    }
    const own = percentiles(ours);
    const other = percentiles(peers);
    print({
      bench: 'mouth-to-ear',
      case: name,
      n: ours.length,
      ...own,
      unit: 'ms',
      peer: 'baresip to baresip, without jitter',
      peerP50: other.p50,
      peerP95: other.p95,
      ratio: own.p95 / other.p95,
      added: own.p95 - other.p95,
    });
  }
}

/** Milliseconds each way (half of there and back) for each word of one call. */
async function oneCall(
  customer: CityCaller,
  extension: string,
  answer: () => Promise<unknown>,
): Promise<number[]> {
  const dialled = customer.call(`7${extension}`);
  await answer();
  await dialled;
  await customer.waitFor('established');
  await sleep((settling + counted) * 1_000);
  const [said, heard] = await Promise.all([customer.said(), customer.heard()]);
  await customer.hangUp();
  return onsets(said)
    .filter((at) => at > settling)
    .flatMap((at) => {
      const back = onsets(heard).find((one) => one > at);
      return back === undefined ? [] : [((back - at) * 1_000) / 2];
    });
}

/** Seconds at which sound begins after a silence: its first millisecond above a tenth of the loudest. */
function onsets({ rate, samples }: Sound): number[] {
  const step = Math.round(rate / 1_000);
  const loudest = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  const found: number[] = [];
  let silentFor = 0;
  for (let at = 0; at + step <= samples.length; at += step) {
    const level = samples
      .subarray(at, at + step)
      .reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    if (level < loudest / 10) silentFor += 1;
    else {
      if (silentFor >= 150) found.push(at / rate);
      silentFor = 0;
    }
  }
  return found;
}
