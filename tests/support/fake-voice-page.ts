/** A voice page without media: serves the real contract and answers with well-formed SDP. */
import { createRouterClient, implement } from '@orpc/server';
import type { AudioWishes, VoiceEvent } from '#shared/contract/voice.ts';
import { voiceContract } from '#shared/contract/voice.ts';
import type { VoiceClient } from '../../src-main/voice/voice-client.ts';

export interface FakePeer {
  muted: boolean;
  /** What the page was told about mute since the peer was opened, in order with negotiations. */
  readonly history: string[];
  offerPending: boolean;
  remoteOffer: string | null;
}

export class FakeVoicePage {
  readonly peers = new Map<string, FakePeer>();
  readonly closedPeers: string[] = [];
  /** Every command by name, in order. */
  readonly commands: string[] = [];
  focused: string | null = null;
  ringing: string | null = null;
  melody: string | null = null;
  conference: readonly string[] = [];
  lights: { ringing: boolean; offHook: boolean; muted: boolean; held: boolean } | null = null;
  /** Peers opened so far; what is not closed is still in `peers`. */
  openedPeers = 0;
  wishes: AudioWishes | null = null;
  /** Whether RFC 4733 was negotiated. */
  telephoneEvents = true;
  /** What a test of the devices finds. */
  heard = { heard: 0.4, spoken: 0.1, looped: true };
  testsCalledOff = 0;
  readonly tones: string[] = [];
  /** Main has ended it. */
  ended = false;
  /** Commands that do not answer until they are released. */
  readonly hung = new Set<string>();
  #hangs = false;
  readonly #waiting = new Map<string, () => void>();
  readonly client: VoiceClient;
  readonly #name: string;
  /** Whether anything comes from the other side; then each look finds more of it. */
  packetsArrive = true;
  #packets = 0;
  #version = 0;
  #gone: () => void = () => undefined;
  readonly #watchers = new Set<(event: VoiceEvent) => void>();

  constructor(name = 'page') {
    this.#name = name;
    const closed = new Promise<void>((resolve) => (this.#gone = resolve));
    this.client = {
      rpc: createRouterClient(this.#router()),
      closed,
      end: () => {
        this.ended = true;
        this.leave();
      },
    };
  }

  /** The page goes away: tab closed, renderer crashed. */
  leave(): void {
    this.#gone();
  }

  emit(event: VoiceEvent): void {
    if (this.#hangs) return;
    for (const tell of this.#watchers) tell(event);
  }

  get watched(): boolean {
    return this.#watchers.size > 0;
  }

  async #command(name: string): Promise<void> {
    if (this.#hangs) return new Promise<void>(() => undefined);
    this.commands.push(name);
    if (this.hung.has(name))
      await new Promise<void>((resolve) => void this.#waiting.set(name, resolve));
  }

  /** Nothing is answered, and nothing told, any more. */
  hang(): void {
    this.#hangs = true;
  }

  /** Has the last command that hangs go on. */
  release(name: string): void {
    this.hung.delete(name);
    this.#waiting.get(name)?.();
  }

  #sdp(hold: boolean): string {
    return sdp({
      direction: hold ? 'sendonly' : 'sendrecv',
      version: ++this.#version,
      ufrag: this.#name,
    });
  }

  #router() {
    const os = implement(voiceContract);
    return os.router({
      peer: {
        open: os.peer.open.handler(async ({ input }) => {
          await this.#command('open');
          if (this.peers.has(input.callId)) return;
          this.openedPeers += 1;
          this.peers.set(input.callId, {
            muted: input.muted,
            history: [`open ${input.muted ? 'muted' : 'live'}`],
            offerPending: false,
            remoteOffer: null,
          });
        }),
        describe: os.peer.describe.handler(async ({ input, errors }) => {
          await this.#command('describe');
          const peer = this.peers.get(input.callId);
          if (!peer) throw errors.NO_PEER();
          const type = peer.remoteOffer === null ? 'offer' : 'answer';
          peer.history.push(
            `${type}${input.hold ? ' hold' : ''}${input.iceRestart ? ' ice-restart' : ''}`,
          );
          peer.offerPending = type === 'offer';
          peer.remoteOffer = null;
          return { type, sdp: this.#sdp(input.hold) };
        }),
        accept: os.peer.accept.handler(async ({ input, errors }) => {
          await this.#command('accept');
          const peer = this.peers.get(input.callId);
          if (!peer) throw errors.NO_PEER();
          if (!input.sdp.startsWith('v=0') || !/^m=audio [1-9]/m.test(input.sdp))
            throw errors.BAD_SDP({ data: { reason: 'no audio' } });
          if (peer.offerPending) peer.offerPending = false;
          else peer.remoteOffer = input.sdp;
          peer.history.push('accept');
          return { heldThere: /^a=(sendonly|inactive)/m.test(input.sdp) };
        }),
        rollback: os.peer.rollback.handler(async ({ input }) => {
          await this.#command('rollback');
          const peer = this.peers.get(input.callId);
          if (!peer) return;
          peer.offerPending = false;
          peer.remoteOffer = null;
          peer.history.push('rollback');
        }),
        mute: os.peer.mute.handler(async ({ input, errors }) => {
          await this.#command('mute');
          const peer = this.peers.get(input.callId);
          if (!peer) throw errors.NO_PEER();
          peer.muted = input.muted;
          peer.history.push(input.muted ? 'mute' : 'unmute');
        }),
        sendDtmf: os.peer.sendDtmf.handler(async ({ input }) => {
          await this.#command('sendDtmf');
          if (this.telephoneEvents) this.tones.push(input.tones);
          return { sent: this.telephoneEvents };
        }),
        stats: os.peer.stats.handler(async () => {
          await this.#command('stats');
          return {
            packetsSent: 0,
            packetsReceived: this.packetsArrive ? ++this.#packets : this.#packets,
            packetsLost: 0,
            jitter: 0,
            roundTrip: null,
            codec: null,
            levelIn: 0,
            levelOut: 0,
            concealed: 0,
            jitterBuffer: 0,
            sums: { played: 0, madeUp: 0, emitted: 0, waited: 0 },
            lossThere: null,
          };
        }),
        close: os.peer.close.handler(async ({ input }) => {
          await this.#command('close');
          this.peers.delete(input.callId);
          this.closedPeers.push(input.callId);
        }),
      },
      focus: os.focus.handler(async ({ input }) => {
        await this.#command('focus');
        this.focused = input.callId;
      }),
      conference: os.conference.handler(async ({ input }) => {
        await this.#command('conference');
        this.conference = input.callIds.length > 1 ? input.callIds : [];
      }),
      headset: os.headset.handler(async ({ input }) => {
        await this.#command('headset');
        this.lights = input;
      }),
      ring: {
        start: os.ring.start.handler(async ({ input }) => {
          await this.#command('ring.start');
          this.ringing = input.tone;
          this.melody = input.melody;
        }),
        stop: os.ring.stop.handler(async () => {
          await this.#command('ring.stop');
          this.ringing = null;
        }),
      },
      devices: {
        wish: os.devices.wish.handler(async ({ input }) => {
          await this.#command('wish');
          this.wishes = input;
        }),
        test: os.devices.test.handler(async ({ signal }) => {
          signal?.addEventListener('abort', () => {
            this.testsCalledOff += 1;
            this.release('test');
          });
          await this.#command('test');
          signal?.throwIfAborted();
          return this.heard;
        }),
      },
      watch: os.watch.handler(this.#events()),
    });
  }

  #events() {
    const watchers = this.#watchers;
    const { commands } = this;
    return async function* events(): AsyncGenerator<VoiceEvent> {
      const queue: VoiceEvent[] = [];
      let wake: () => void = () => undefined;
      const tell = (event: VoiceEvent): void => {
        queue.push(event);
        wake();
      };
      commands.push('watch');
      watchers.add(tell);
      try {
        // As the real one: whoever listens knows at once what is there.
        yield devicesTold;
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

/** A microphone and speakers, and sound that was proven. */
export const devicesTold: Extract<VoiceEvent, { type: 'devices' }> = {
  type: 'devices',
  microphone: 'ok',
  devices: [],
  microphoneInUse: null,
  speakerInUse: null,
  ringerInUse: null,
  missing: [],
  noiseSuppression: 'off',
  proven: true,
};

/** A well-formed audio description. */
export function sdp(
  options: { direction?: string; version?: number; ufrag?: string } = {},
): string {
  const { direction = 'sendrecv', version = 1, ufrag = 'stub' } = options;
  return [
    'v=0',
    `o=- 4611 ${version} IN IP4 127.0.0.1`,
    's=-',
    't=0 0',
    'm=audio 40000 UDP/TLS/RTP/SAVPF 111 0',
    'c=IN IP4 127.0.0.1',
    `a=ice-ufrag:${ufrag}`,
    'a=ice-pwd:secretsecretsecretsecret',
    'a=fingerprint:sha-256 00:11',
    'a=setup:actpass',
    'a=rtpmap:111 opus/48000/2',
    'a=rtpmap:0 PCMU/8000',
    `a=${direction}`,
    'a=rtcp-mux',
    '',
  ].join('\r\n');
}
