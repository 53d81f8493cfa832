/**
 * Loss: how much of what is played the voice page had to make up while packets to and from Asterisk are lost at random,
 * and what the E-model makes of it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { meanOpinion, rating } from '#shared/model/quality.ts';
import { asteriskFolder } from '../../tools/floor/asterisk-folder.ts';
import { startAsterisk } from '../floor/support/asterisk.ts';
import { startCityCaller } from '../floor/support/city-caller.ts';
import { customersSpeech } from './customers-speech.ts';
import { ourExtension } from './chromium-desk.ts';
import { deskThatSaysBack, type Received } from './echoing-desk.ts';
import { fecAskingHop } from './fec-asking-hop.ts';
import { print } from './figures.ts';

/** Milliseconds of sound in a packet. */
const packetMs = 20;
/** Seconds at the beginning of a call that are not counted. */
const settling = 4;
/**
 * What is made up is what was lost past repair: so Opus counts as it is without error correction, Bpl 10 of the public
 * rtcscore model (github.com/ggarber/rtcscore), not 20.
 */
const bplWithoutRepair = 10;

/** `--short`: eight seconds of each. */
export async function benchLoss(): Promise<void> {
  const seconds = process.argv.includes('--short') ? 8 : 60;
  const folder = mkdtempSync(join(tmpdir(), 'bench-loss-'));
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  const asterisk = await startAsterisk({
    root: await asteriskFolder(),
    folder: join(folder, 'ast'),
    // It hands Opus on and makes none: the customer speaks it too.
    lineSettings: { 'city-line': ['endpoint/allow = !all,opus'] },
  });
  stack.defer(() => asterisk.stop());
  const hop = await fecAskingHop(asterisk.sipPort);
  stack.use(hop);
  const customer = await startCityCaller({
    folder: join(folder, 'customer'),
    exchangePort: hop.port,
    number: '+38641123456',
    codec: 'opus',
    words: customersSpeech(48_000),
  });
  stack.defer(() => customer.stop());
  const desk = await deskThatSaysBack(asterisk, stack);
  for (const percent of [0, 2, 5, 10]) {
    desk.network.wishes = { loss: percent / 100, jitter: 0 };
    const dialled = customer.call(`7${ourExtension}`);
    const callId = await desk.answer();
    await dialled;
    await sleep(settling * 1_000);
    const before = await desk.received();
    await sleep(seconds * 1_000);
    const after = await desk.received();
    const stats = await desk.stats(callId);
    await customer.hangUp();
    const grown = (name: keyof Received) => after[name] - before[name];
    const whole = grown('packets') + grown('lost');
    const concealed = grown('madeUp') / Math.max(1, grown('samples'));
    const waitedMs = (grown('waited') / Math.max(1, grown('emitted'))) * 1_000;
    print({
      bench: 'loss',
      case: String(percent),
      n: whole,
      unit: '%',
      lost: (100 * grown('lost')) / Math.max(1, whole),
      concealed: 100 * concealed,
      mos: meanOpinion(
        rating({
          codec: { ie: 0, bpl: bplWithoutRepair },
          loss: concealed,
          delayMs: ((stats.roundTrip ?? 0) / 2) * 1_000 + waitedMs + packetMs,
          burstRatio: 1,
        }),
      ),
      jitterBuffer: waitedMs,
      lostThere: 100 * (stats.lossThere ?? Number.NaN),
      codec: stats.codec ?? '',
    });
  }
}
