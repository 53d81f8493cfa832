/** The voice contract, served. */
import { implement } from '@orpc/server';
import { voiceContract, type AudioWishes, type VoiceEvent } from '#shared/contract/voice.ts';
import { PeerGone, SdpError } from './peer-errors.ts';
import type { Peer } from './peer.ts';
import type { Peers } from './peers.ts';
import type { Ringer } from './ringer.ts';
import type { LoopTest } from './loop-test.ts';

export interface VoiceRouterDeps {
  readonly peers: Peers;
  readonly ringer: Pick<Ringer, 'start' | 'stop'>;
  readonly wish: (wishes: AudioWishes) => Promise<void>;
  /** A tone out, and what the microphone hears of it. */
  readonly test: (seconds: number, signal: AbortSignal | undefined) => Promise<LoopTest>;
  readonly headset: (lights: HeadsetLights) => void;
  /** What is true now, then all that follows, until the signal. */
  readonly watch: (signal: AbortSignal | undefined) => AsyncGenerator<VoiceEvent, void>;
  /** Before each command: a person may just have touched the page. */
  readonly wake: () => void;
}

/** What the headset's lights are to show. */
export interface HeadsetLights {
  readonly ringing: boolean;
  readonly offHook: boolean;
  readonly muted: boolean;
  readonly held: boolean;
}

interface Errors {
  readonly NO_PEER: () => Error;
  readonly BAD_SDP: (fault: { data: { reason: string }; cause?: unknown }) => Error;
}

// The inferred type of an implemented router is the contract's; there is nothing to add by hand.
export function createVoiceRouter(deps: VoiceRouterDeps) {
  const os = implement(voiceContract);
  const { peers, ringer } = deps;

  /** Runs a command on the call's peer; its errors become the contract's. */
  async function on<Result>(
    callId: string,
    errors: Errors,
    run: (peer: Peer) => Result | Promise<Result>,
  ): Promise<Result> {
    const peer = peers.find(callId);
    if (!peer) throw errors.NO_PEER();
    try {
      return await run(peer);
    } catch (error) {
      if (error instanceof SdpError)
        throw errors.BAD_SDP({ data: { reason: error.message }, cause: error });
      if (error instanceof PeerGone) throw errors.NO_PEER();
      throw error;
    }
  }

  return os.router({
    peer: {
      open: os.peer.open.handler(({ input }) => {
        deps.wake();
        peers.open(input);
      }),
      describe: os.peer.describe.handler(({ input, errors }) => {
        deps.wake();
        return on(input.callId, errors, (peer) => peer.describe(input.hold, input.iceRestart));
      }),
      accept: os.peer.accept.handler(({ input, errors }) =>
        on(input.callId, errors, (peer) => peer.accept(input.sdp)),
      ),
      rollback: os.peer.rollback.handler(({ input, errors }) =>
        on(input.callId, errors, (peer) => peer.rollback()),
      ),
      mute: os.peer.mute.handler(({ input, errors }) =>
        on(input.callId, errors, (peer) => peer.mute(input.muted)),
      ),
      sendDtmf: os.peer.sendDtmf.handler(({ input, errors }) =>
        on(input.callId, errors, (peer) => ({ sent: peer.sendDtmf(input.tones) })),
      ),
      stats: os.peer.stats.handler(({ input, errors }) =>
        on(input.callId, errors, (peer) => peer.stats()),
      ),
      close: os.peer.close.handler(({ input }) => peers.close(input.callId)),
    },
    focus: os.focus.handler(({ input }) => {
      deps.wake();
      peers.focus(input.callId);
    }),
    ring: {
      start: os.ring.start.handler(({ input }) => ringer.start(input.tone, input.melody)),
      stop: os.ring.stop.handler(() => ringer.stop()),
    },
    conference: os.conference.handler(({ input }) => {
      deps.wake();
      peers.conference(input.callIds);
    }),
    devices: {
      wish: os.devices.wish.handler(({ input }) => deps.wish(input)),
      test: os.devices.test.handler(({ input, signal }) => {
        deps.wake();
        return deps.test(input.seconds, signal);
      }),
    },
    headset: os.headset.handler(({ input }) => deps.headset(input)),
    watch: os.watch.handler(({ signal }) => deps.watch(signal)),
  });
}
