/**
 * Mouth to ear, both ways: a caller who is only a socket speaks over a real Asterisk, the other end says back what its ear
 * hears, and where a second of speech comes back tells how long that took: half of it is each way. Ours is the voice page
 * in Chromium with all that lies between line and ear and between mouth and line; the peer is baresip on the same Asterisk,
 * measured by the same caller, by turns. Neither end has a sound card. The caller has no jitter buffer: its own is no
 * part of the figures.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { asteriskFolder } from '../../tools/floor/asterisk-folder.ts';
import { startAsterisk } from '../floor/support/asterisk.ts';
import { startCityCaller } from '../floor/support/city-caller.ts';
import { freeUdpPort } from '../floor/support/ports.ts';
import { ourExtension } from './chromium-desk.ts';
import { customersSpeech } from './customers-speech.ts';
import { deskThatSaysBack } from './echoing-desk.ts';
import { percentiles, print } from './figures.ts';
import { rtpSpeaker, type TimedSound } from './rtp-speaker.ts';
import { findAgain } from './same-sound.ts';
import { UdpCaller } from './udp-caller.ts';

const peerExtension = '220';
/** Seconds of a call: the first are not counted, buffers are still settling. */
const settling = 3;
const counted = 8;
const rate = 8_000;
/** Samples of a piece that is looked for, and milliseconds within which it must come back. */
const pieceLength = 0.8 * rate;
const withinMs = 1_500;
/** How like its piece an echo must be. */
const alike = 0.5;

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
  const peer = await startCityCaller({
    folder: join(folder, 'peer'),
    exchangePort: asterisk.sipPort,
    number: peerExtension,
    port: peerPort,
    answers: 'at-once',
    echoes: true,
  });
  stack.defer(() => peer.stop());
  const caller = stack.use(await UdpCaller.open(asterisk.sipPort));

  for (const [name, jitter] of [
    ['clean', 0],
    ['jitter', 30],
  ] as const) {
    // A page for each case: it renews its audio contexts after ten calls, and its loop leads through the first of them.
    await using place = new AsyncDisposableStack();
    const desk = await deskThatSaysBack(asterisk, place);
    desk.network.wishes = { loss: 0, jitter };
    const ours: number[] = [];
    const peers: number[] = [];
    let said = 0;
    for (let round = 0; round < rounds; round += 1) {
      peers.push(...(await oneCall(caller, peerExtension, () => Promise.resolve())).ways);
      const own = await oneCall(caller, ourExtension, () => desk.answer());
      ours.push(...own.ways);
      said += own.said;
    }
    const own = percentiles(ours);
    const other = percentiles(peers);
    print({
      bench: 'mouth-to-ear',
      case: name,
      n: ours.length,
      said,
      ...own,
      unit: 'ms',
      peer: 'baresip, without jitter',
      peerN: peers.length,
      peerP50: other.p50,
      peerP95: other.p95,
      ratio: own.p95 / other.p95,
      added: own.p95 - other.p95,
    });
  }
}

/** Milliseconds each way (half of there and back) for each piece of one call that came back, and how many were said. */
async function oneCall(
  caller: UdpCaller,
  extension: string,
  answer: () => Promise<unknown>,
): Promise<{ readonly ways: readonly number[]; readonly said: number }> {
  const call = await caller.call(`7${extension}`);
  await answer();
  const speaker = rtpSpeaker(caller.rtp, await call.answered, customersSpeech(rate));
  try {
    await sleep((settling + counted + withinMs / 1_000) * 1_000);
  } finally {
    speaker[Symbol.dispose]();
    await call.hangUp();
  }
  const { said, heard } = speaker;
  const found = Array.from({ length: counted }, (_, second) =>
    comesBack(said, heard, (settling + second) * rate),
  ).filter((one) => one !== null);
  return { ways: found.filter((one) => !Number.isNaN(one)), said: found.length };
}

/** Milliseconds each way; NaN where it did not come back, null where nothing was said. */
function comesBack(said: TimedSound, heard: TimedSound, from: number): number | null {
  const left = said.passedAt(from);
  // The sample that came in as this one left, told twice because the two clocks drift.
  let earliest = Math.round(((left - heard.passedAt(0)) / 1_000) * rate);
  earliest += Math.round(((left - heard.passedAt(earliest)) / 1_000) * rate);
  const found = findAgain(said.sound, { from, length: pieceLength }, heard.sound, {
    earliest,
    span: (withinMs / 1_000) * rate,
  });
  if (found === null) return null;
  return found.like < alike ? Number.NaN : (heard.passedAt(found.at) - left) / 2;
}
