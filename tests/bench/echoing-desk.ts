/** Our line on a real Asterisk with the voice page in Chromium, the ear led into the microphone, over a network that can be made worse. */
import type { PeerStats } from '#shared/contract/voice.ts';
import { seededRandom } from '#shared/model/synthetic-customers.ts';
import type { IncomingLeg } from '../../src-main/calls/line.ts';
import type { Log } from '../../src-main/log.ts';
import { systemClock } from '../../src-main/system-clock.ts';
import { createSipLine } from '../../src-main/telephony/sip-line.ts';
import { createVoiceLink } from '../../src-main/voice/voice-link.ts';
import type { Asterisk } from '../floor/support/asterisk.ts';
import { waitFor } from '../floor/support/wait-for.ts';
import { closeLoop, tapEars } from '../floor/voice/support/tapped-ear.ts';
import { VoiceHost } from '../floor/voice/support/voice-host.ts';
import { worseNetwork, type WorseNetwork } from './worse-network.ts';

export const ourExtension = '201';

const quiet: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

export interface EchoingDesk {
  readonly network: WorseNetwork;
  /** The next call that rings; answers its id. */
  answer(): Promise<string>;
  stats(callId: string): Promise<PeerStats>;
  /** Of the call that is up, since its beginning. */
  received(): Promise<Received>;
}

/** What the product's own statistics give as shares of the whole call: here for a part of it. */
export interface Received {
  readonly packets: number;
  readonly lost: number;
  /** Samples played, and those of them made up while the other side had something to say. */
  readonly samples: number;
  readonly madeUp: number;
  /** Seconds that all samples together waited in the jitter buffer, and how many samples they were. */
  readonly waited: number;
  readonly emitted: number;
}

/** @param stack ends it */
export async function deskThatSaysBack(
  asterisk: Asterisk,
  stack: AsyncDisposableStack,
): Promise<EchoingDesk> {
  const host = await VoiceHost.open();
  stack.defer(() => host[Symbol.asyncDispose]());
  const context = await host.browser([
    '--use-fake-ui-for-media-stream',
    '--use-fake-device-for-media-stream',
    '--autoplay-policy=no-user-gesture-required',
  ]);
  await tapEars(context);
  await context.addInitScript(() => {
    const Original = RTCPeerConnection;
    const made = { last: null as RTCPeerConnection | null };
    Object.assign(window, {
      connections: made,
      RTCPeerConnection: class extends Original {
        constructor(configuration?: RTCConfiguration) {
          super(configuration);
          made.last = this;
        }
      },
    });
  });
  const { link, page } = await host.page(context);
  await waitFor('the sound proven', () =>
    link.heard.some((event) => event.type === 'devices' && event.proven),
  );
  await closeLoop(page);
  const network = await worseNetwork(
    { rpc: link.rpc, closed: link.watched.then(() => undefined), end: () => undefined },
    seededRandom(20_261_123),
  );
  stack.use(network);
  const voice = createVoiceLink({
    onVoicePage: (arrived) => {
      arrived(network.client);
      return { [Symbol.dispose]: () => undefined };
    },
    clock: systemClock,
    log: quiet,
    wishes: {
      microphones: [],
      speakers: [],
      ringers: [],
      ringVolume: 0,
      noiseSuppression: true,
    },
  });
  const line = createSipLine({
    voice,
    clock: systemClock,
    log: quiet,
    userAgent: 'Centrala',
    instanceId: '00000000-0000-4000-8000-000000000201',
  });
  stack.defer(async () => {
    await line.close();
    line[Symbol.dispose]();
    voice[Symbol.dispose]();
  });
  const rung: IncomingLeg[] = [];
  line.onIncoming((incoming) => {
    incoming.leg.listen(() => undefined);
    rung.push(incoming);
  });
  const person = asterisk.centre.people.find((one) => one.line?.extension === ourExtension);
  if (!person?.line) throw new Error(`no line ${ourExtension}`);
  await line.open({
    extension: ourExtension,
    sipUser: ourExtension,
    secret: person.line.secret,
    exchange: asterisk.address,
    domain: asterisk.centre.exchange.domain,
    displayName: '',
    iceServers: [],
    outsidePrefix: '',
    watches: [],
  });
  await asterisk.waitForRegistered(ourExtension);
  return {
    network,
    answer: async () => {
      const incoming = await waitFor('our line to ring', () => rung.shift());
      voice.focus(incoming.leg.callId);
      await incoming.leg.answer();
      return incoming.leg.callId;
    },
    stats: (callId) => voice.stats(callId),
    received: () => page.evaluate(receivedThere),
  };
}

/** Runs in the page. */
async function receivedThere(): Promise<Received> {
  const { connections } = window as unknown as { connections: { last: RTCPeerConnection | null } };
  const reports: Readonly<Record<string, unknown>>[] = [];
  (await connections.last?.getStats())?.forEach((one: Readonly<Record<string, unknown>>) =>
    reports.push(one),
  );
  const inbound = reports.find((one) => one['type'] === 'inbound-rtp') ?? {};
  const count = (name: string) => Number(inbound[name] ?? 0);
  return {
    packets: count('packetsReceived'),
    lost: count('packetsLost'),
    samples: count('totalSamplesReceived'),
    madeUp: count('concealedSamples') - count('silentConcealedSamples'),
    waited: count('jitterBufferDelay'),
    emitted: count('jitterBufferEmittedCount'),
  };
}
