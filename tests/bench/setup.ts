/**
 * Setting up a call through Asterisk: the caller's INVITE until it rings, the answer until the caller's first RTP packet and
 * first sound; against baresip and against JsSIP in Chromium as the called telephone.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asteriskFolder } from '../../tools/floor/asterisk-folder.ts';
import { startAsterisk } from '../floor/support/asterisk.ts';
import { startCityCaller } from '../floor/support/city-caller.ts';
import { freeUdpPort } from '../floor/support/ports.ts';
import { rawMicrophone } from '../floor/support/raw-microphone.ts';
import { tone, writeWav } from '../floor/support/wav.ts';
import { until } from '../support/until.ts';
import { deskInChromium, ourExtension } from './chromium-desk.ts';
import { percentiles, print } from './figures.ts';
import { jsSipTelephone } from './jssip-telephone.ts';
import { UdpCaller } from './udp-caller.ts';

interface Called {
  /** What the city dials. */
  readonly number: string;
  /** Takes the call that rings; settles when it has said so. */
  answer(): Promise<void>;
}

interface Measured {
  readonly ring: number;
  readonly rtp: number;
  readonly audio: number;
}

const peerExtension = '290';
const jsSipExtension = '202';
const warmUp = 3;

/** `--short`: eight calls each. */
export async function benchSetup(): Promise<void> {
  const calls = process.argv.includes('--short') ? 8 : 100;
  const folder = mkdtempSync(join(tmpdir(), 'bench-setup-'));
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  const port = await freeUdpPort();
  const asterisk = await startAsterisk({
    root: await asteriskFolder(),
    folder: join(folder, 'ast'),
    telephones: { [peerExtension]: port },
    digests: { [jsSipExtension]: 'MD5' },
  });
  stack.defer(() => asterisk.stop());
  const micWav = join(folder, 'operator.wav');
  await writeWav(micWav, tone(700, 10));
  const ours = await ourDesk(asterisk, micWav, stack);
  const jsSip: Called = {
    number: `7${jsSipExtension}`,
    ...(await jsSipTelephone(asterisk, stack, {
      extension: jsSipExtension,
      micWav,
      folder: join(folder, 'jssip'),
    })),
  };
  const telephone = await startCityCaller({
    folder: join(folder, 'telephone'),
    exchangePort: asterisk.sipPort,
    number: peerExtension,
    port,
    toneHz: 700,
    answers: 'by-hand',
  });
  stack.defer(() => telephone.stop());
  let rung = 0;
  const theirs: Called = {
    number: `7${peerExtension}`,
    answer: async () => {
      const rings = () => telephone.events.filter(({ type }) => type === 'rung').length;
      await until('baresip rings', () => rings() > rung);
      rung = rings();
      await telephone.answer();
    },
  };
  const caller = stack.use(await UdpCaller.open(asterisk.sipPort));

  const own: Measured[] = [];
  const peer: Measured[] = [];
  const browser: Measured[] = [];
  for (let at = -warmUp; at < calls; at++) {
    const one = await measure(caller, ours);
    const other = await measure(caller, theirs);
    const another = await measure(caller, jsSip);
    if (at < 0) continue;
    own.push(one);
    peer.push(other);
    browser.push(another);
  }
  for (const name of ['ring', 'rtp', 'audio'] as const) {
    const figures = percentiles(own.map((one) => one[name]));
    const against = percentiles(peer.map((one) => one[name]));
    const jsSipOnes = percentiles(browser.map((one) => one[name]));
    print({
      bench: 'setup',
      case: name,
      n: own.length,
      ...figures,
      unit: 'ms',
      peer: 'baresip',
      peerP50: against.p50,
      peerP95: against.p95,
      ratio: figures.p95 / against.p95,
      secondPeer: 'JsSIP in Chromium',
      secondPeerP50: jsSipOnes.p50,
      secondPeerP95: jsSipOnes.p95,
      secondRatio: figures.p95 / jsSipOnes.p95,
    });
  }
}

/** The product's own voice page: what it needs to gather, to shake hands and to open the microphone is in the figures. */
async function ourDesk(
  asterisk: Awaited<ReturnType<typeof startAsterisk>>,
  micWav: string,
  stack: AsyncDisposableStack,
): Promise<Called> {
  const desk = await deskInChromium(asterisk, stack, {
    micWav,
    noiseSuppression: false,
    async prepare(context) {
      await context.addInitScript(rawMicrophone);
    },
  });
  return {
    number: `7${ourExtension}`,
    answer: async () => void (await desk.answer()),
  };
}

async function measure(caller: UdpCaller, called: Called): Promise<Measured> {
  const call = await caller.call(called.number);
  // Whoever answers needs a moment to lift the receiver.
  await new Promise((resolve) => setTimeout(resolve, 300));
  const lifted = performance.now();
  await called.answer();
  const rtp = (await call.firstPacket) - lifted;
  const audio = (await call.firstSound) - lifted;
  await call.hangUp();
  await new Promise((resolve) => setTimeout(resolve, 200));
  return { ring: call.ring, rtp, audio };
}
