/** A voice page in Node with real WebRTC: its microphone is a tone, and its ear keeps what it heard. */
import { createRouterClient, implement } from '@orpc/server';
import wrtc from '@roamhq/wrtc';
import type { VoiceEvent } from '#shared/contract/voice.ts';
import { voiceContract } from '#shared/contract/voice.ts';
import type { VoiceClient } from '../../src-main/voice/voice-client.ts';
import { devicesTold } from './fake-voice-page.ts';

const rate = 48_000;
/** Samples in the 10 ms that WebRTC takes at a time. */
const frame = rate / 100;

interface Peer {
  readonly connection: RTCPeerConnection;
  readonly sender: RTCRtpSender;
  readonly track: MediaStreamTrack;
  heard: Int16Array[];
  heardRate: number;
  close(): void;
}

export class WrtcVoicePage {
  readonly client: VoiceClient;
  readonly #hz: number;
  readonly #peers = new Map<string, Peer>();
  readonly #watchers = new Set<(event: VoiceEvent) => void>();
  #gone: () => void = () => undefined;

  constructor(hz: number) {
    this.#hz = hz;
    const closed = new Promise<void>((resolve) => (this.#gone = resolve));
    this.client = { rpc: createRouterClient(this.#router()), closed, end: () => undefined };
  }

  /** As when its process is killed: sockets and certificates are gone, nobody is told but main. */
  kill(): void {
    for (const peer of this.#peers.values()) peer.close();
    this.#peers.clear();
    this.#gone();
  }

  get open(): readonly string[] {
    return [...this.#peers.keys()];
  }

  /** Forgets what was heard in this call, then gives the next `seconds`. */
  async listen(callId: string, seconds: number): Promise<{ rate: number; samples: Float32Array }> {
    const peer = this.#peers.get(callId);
    if (!peer) return { rate, samples: new Float32Array(0) };
    peer.heard = [];
    const until = Date.now() + seconds * 1000 + 500;
    while (peer.heard.length < seconds * 100 && Date.now() < until)
      await new Promise((resolve) => setTimeout(resolve, 10));
    const samples = Float32Array.from(
      peer.heard.flatMap((part) => [...part]),
      (sample) => sample / 32_768,
    );
    return { rate: peer.heardRate, samples };
  }

  #make(callId: string): Peer {
    const connection = new wrtc.RTCPeerConnection();
    const source = new wrtc.nonstandard.RTCAudioSource();
    const track = source.createTrack();
    const sender = connection.addTrack(track);
    let phase = 0;
    const timer = setInterval(() => {
      const samples = new Int16Array(frame);
      for (let at = 0; at < frame; at++)
        samples[at] = 8000 * Math.sin((2 * Math.PI * this.#hz * phase++) / rate);
      source.onData({ samples, sampleRate: rate, bitsPerSample: 16, channelCount: 1 });
    }, 10);
    let sink: InstanceType<typeof wrtc.nonstandard.RTCAudioSink> | null = null;
    const peer: Peer = {
      connection,
      sender,
      track,
      heard: [],
      heardRate: rate,
      close: () => {
        clearInterval(timer);
        sink?.stop();
        track.stop();
        connection.close();
      },
    };
    connection.addEventListener('track', (event) => {
      sink?.stop();
      sink = new wrtc.nonstandard.RTCAudioSink(event.track);
      sink.ondata = ({ samples, sampleRate }: { samples: Int16Array; sampleRate: number }) => {
        peer.heardRate = sampleRate;
        peer.heard.push(samples.slice());
        if (peer.heard.length > 1000) peer.heard.shift();
      };
    });
    connection.addEventListener('connectionstatechange', () => {
      for (const tell of this.#watchers)
        tell({ type: 'peer', callId, state: connection.connectionState });
    });
    return peer;
  }

  #router() {
    const os = implement(voiceContract);
    const peers = this.#peers;
    return os.router({
      peer: {
        open: os.peer.open.handler(({ input }) => {
          if (!peers.has(input.callId)) peers.set(input.callId, this.#make(input.callId));
        }),
        describe: os.peer.describe.handler(async ({ input, errors }) => {
          const peer = peers.get(input.callId);
          if (!peer) throw errors.NO_PEER();
          const { connection } = peer;
          const [transceiver] = connection.getTransceivers();
          if (transceiver) transceiver.direction = input.hold ? 'sendonly' : 'sendrecv';
          const type = connection.signalingState === 'have-remote-offer' ? 'answer' : 'offer';
          await connection.setLocalDescription(
            type === 'offer'
              ? await connection.createOffer({ iceRestart: input.iceRestart })
              : await connection.createAnswer(),
          );
          await gathered(connection);
          return { type, sdp: connection.localDescription?.sdp ?? '' };
        }),
        accept: os.peer.accept.handler(async ({ input, errors }) => {
          const peer = peers.get(input.callId);
          if (!peer) throw errors.NO_PEER();
          const { connection } = peer;
          const type = connection.signalingState === 'have-local-offer' ? 'answer' : 'offer';
          try {
            await connection.setRemoteDescription({ type, sdp: input.sdp });
          } catch (error) {
            throw errors.BAD_SDP({ data: { reason: String(error) } });
          }
          return { heldThere: /^a=(sendonly|inactive)/m.test(input.sdp) };
        }),
        rollback: os.peer.rollback.handler(async ({ input }) => {
          const connection = peers.get(input.callId)?.connection;
          if (connection && connection.signalingState !== 'stable')
            await connection.setLocalDescription({ type: 'rollback' });
        }),
        mute: os.peer.mute.handler(({ input }) => {
          const peer = peers.get(input.callId);
          if (peer) peer.track.enabled = !input.muted;
        }),
        sendDtmf: os.peer.sendDtmf.handler(() => ({ sent: false })),
        stats: os.peer.stats.handler(async ({ input, errors }) => {
          const peer = peers.get(input.callId);
          if (!peer) throw errors.NO_PEER();
          return countersOf(await peer.connection.getStats());
        }),
        close: os.peer.close.handler(({ input }) => {
          peers.get(input.callId)?.close();
          peers.delete(input.callId);
        }),
      },
      focus: os.focus.handler(() => undefined),
      conference: os.conference.handler(() => undefined),
      ring: {
        start: os.ring.start.handler(() => undefined),
        stop: os.ring.stop.handler(() => undefined),
      },
      devices: {
        wish: os.devices.wish.handler(() => undefined),
        test: os.devices.test.handler(() => ({ heard: 0, spoken: 0, looped: false })),
      },
      headset: os.headset.handler(() => undefined),
      watch: os.watch.handler(this.#events()),
    });
  }

  #events() {
    const watchers = this.#watchers;
    return async function* events(): AsyncGenerator<VoiceEvent> {
      const queue: VoiceEvent[] = [];
      let wake: () => void = () => undefined;
      const tell = (event: VoiceEvent): void => {
        queue.push(event);
        wake();
      };
      watchers.add(tell);
      try {
        // As the real one: whoever listens knows at once what is there.
        yield { ...devicesTold, proven: false };
        for (;;) {
          const next = queue.shift();
          if (next) yield next;
          else await new Promise<void>((resolve) => (wake = resolve));
        }
      } finally {
        watchers.delete(tell);
      }
    };
  }
}

async function gathered(connection: RTCPeerConnection): Promise<void> {
  if (connection.iceGatheringState === 'complete') return;
  await new Promise<void>((resolve) => {
    const limit = setTimeout(resolve, 1000);
    connection.addEventListener('icegatheringstatechange', () => {
      if (connection.iceGatheringState !== 'complete') return;
      clearTimeout(limit);
      resolve();
    });
  });
}

function countersOf(report: RTCStatsReport) {
  const rows = [...report.values()] as Record<string, unknown>[];
  const row = (type: string) => rows.find((one) => one['type'] === type);
  const number = (type: string, name: string) => Number(row(type)?.[name] ?? 0);
  const roundTrip = row('remote-inbound-rtp')?.['roundTripTime'];
  return {
    packetsSent: number('outbound-rtp', 'packetsSent'),
    packetsReceived: number('inbound-rtp', 'packetsReceived'),
    packetsLost: number('inbound-rtp', 'packetsLost'),
    jitter: number('inbound-rtp', 'jitter'),
    roundTrip: typeof roundTrip === 'number' ? roundTrip : null,
    codec: null,
    levelIn: 0,
    levelOut: 0,
    concealed: 0,
    jitterBuffer: 0,
    sums: { played: 0, madeUp: 0, emitted: 0, waited: 0 },
    lossThere: null,
  };
}
