/**
 * Loss: how much of what is played the voice page had to make up while packets to and from Asterisk are lost at random,
 * and what the E-model makes of it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { codecImpairment, meanOpinion, rating } from '#shared/model/quality.ts';
import { asteriskFolder } from '../../tools/floor/asterisk-folder.ts';
import { startAsterisk } from '../floor/support/asterisk.ts';
import { startCityCaller } from '../floor/support/city-caller.ts';
import { deskThatSaysBack, ourExtension } from './echoing-desk.ts';
import { print } from './figures.ts';

/** Milliseconds of sound in a packet. */
const packetMs = 20;

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
  const customer = await startCityCaller({
    folder: join(folder, 'customer'),
    exchangePort: asterisk.sipPort,
    number: '+38641123456',
    codec: 'opus',
  });
  stack.defer(() => customer.stop());
  const desk = await deskThatSaysBack(asterisk, stack);
  for (const percent of [0, 2, 5, 10]) {
    desk.network.wishes = { loss: percent / 100, jitter: 0 };
    const dialled = customer.call(`7${ourExtension}`);
    const callId = await desk.answer();
    await dialled;
    await sleep(seconds * 1_000);
    const stats = await desk.stats(callId);
    await customer.hangUp();
    const heard = {
      codec: codecImpairment(stats.codec),
      loss: stats.packetsLost / Math.max(1, stats.packetsLost + stats.packetsReceived),
    };
    const received = stats.packetsReceived + stats.packetsLost;
    print({
      bench: 'loss',
      case: String(percent),
      n: received,
      unit: '%',
      lost: (100 * stats.packetsLost) / Math.max(1, received),
      concealed: 100 * stats.concealed,
      mos: meanOpinion(
        rating({
          ...heard,
          delayMs: ((stats.roundTrip ?? 0) / 2 + stats.jitterBuffer) * 1_000 + packetMs,
          burstRatio: 1,
        }),
      ),
      codec: stats.codec ?? '',
    });
  }
}
