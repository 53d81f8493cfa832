/** A desk in Chromium with the ear led into the microphone, over a network that can be made worse. */
import type { PeerStats } from '#shared/contract/voice.ts';
import { seededRandom } from '#shared/model/synthetic-customers.ts';
import type { Asterisk } from '../floor/support/asterisk.ts';
import { closeLoop, tapEars } from '../floor/voice/support/tapped-ear.ts';
import { deskInChromium } from './chromium-desk.ts';
import { worseNetwork, type WorseNetwork } from './worse-network.ts';

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
  const networks: WorseNetwork[] = [];
  const desk = await deskInChromium(asterisk, stack, {
    noiseSuppression: true,
    async prepare(context) {
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
    },
    async between(client, tapped) {
      await closeLoop(tapped);
      const network = stack.use(await worseNetwork(client, seededRandom(20_261_123)));
      networks.push(network);
      return network.client;
    },
  });
  const [network] = networks;
  if (!network) throw new Error('nothing stands between');
  return {
    network,
    answer: () => desk.answer(),
    stats: (callId) => desk.voice.stats(callId),
    received: () => desk.page.evaluate(receivedThere),
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
