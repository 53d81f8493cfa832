/**
 * Setting up a call through Asterisk: the caller's INVITE until it rings, the answer until the caller's first RTP packet and
 * first sound; against baresip as the called telephone.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IncomingLeg } from '../../src-main/calls/line.ts';
import { loadWrtc } from '../../src-practice/media/wrtc.ts';
import { asteriskFolder } from '../../tools/floor/asterisk-folder.ts';
import { startAsterisk } from '../floor/support/asterisk.ts';
import { bareAccount, bareLine } from '../floor/support/bare-line.ts';
import { startCityCaller } from '../floor/support/city-caller.ts';
import { freeUdpPort } from '../floor/support/ports.ts';
import { until } from '../support/until.ts';
import { WrtcVoicePage } from '../support/wrtc-voice-page.ts';
import { percentiles, print } from './figures.ts';
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
const warmUp = 3;

/** `--short`: eight calls each. */
export async function benchSetup(): Promise<void> {
  const calls = process.argv.includes('--short') ? 8 : 100;
  // First of all: it knows how to leave without a crash.
  loadWrtc();
  const folder = mkdtempSync(join(tmpdir(), 'bench-setup-'));
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  const port = await freeUdpPort();
  const asterisk = await startAsterisk({
    root: await asteriskFolder(),
    folder: join(folder, 'ast'),
    telephones: { [peerExtension]: port },
  });
  stack.defer(() => asterisk.stop());
  const ours = await ourDesk(asterisk, stack);
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
  for (let at = -warmUp; at < calls; at++) {
    const one = await measure(caller, ours);
    const other = await measure(caller, theirs);
    if (at < 0) continue;
    own.push(one);
    peer.push(other);
  }
  for (const name of ['ring', 'rtp', 'audio'] as const) {
    const figures = percentiles(own.map((one) => one[name]));
    const against = percentiles(peer.map((one) => one[name]));
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
    });
  }
}

async function ourDesk(
  asterisk: Awaited<ReturnType<typeof startAsterisk>>,
  stack: AsyncDisposableStack,
): Promise<Called> {
  const person = asterisk.centre.people.find(({ line }) => line !== undefined);
  if (!person?.line) throw new Error('the centre has no line');
  const { extension, secret } = person.line;
  const page = new WrtcVoicePage(700);
  stack.defer(() => page.kill());
  const desk = stack.use(bareLine(extension, [], page.client));
  const rings: IncomingLeg[] = [];
  desk.line.onIncoming((incoming) => {
    incoming.leg.listen(() => undefined);
    rings.push(incoming);
  });
  await desk.line.open(
    bareAccount(extension, secret, asterisk.address, asterisk.centre.exchange.domain),
  );
  await asterisk.waitForRegistered(extension);
  return {
    number: `7${extension}`,
    answer: async () => {
      const { leg } = await until('the desk rings', () => rings.shift());
      await leg.answer();
    },
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
