/** The voice contract, served. */
import { implement } from '@orpc/server';
import { voiceContract, type VoiceEvent } from '#shared/contract/voice.ts';
import { PeerGone, SdpError, type Peer } from './peer.ts';
import type { Peers } from './peers.ts';
import type { Ringer } from './ringer.ts';
import type { AudioWishes } from '#shared/contract/voice.ts';

export interface VoiceRouterDeps {
  readonly peers: Peers;
  readonly ringer: Pick<Ringer, 'start' | 'stop'>;
  readonly wish: (wishes: AudioWishes) => Promise<void>;
  /** What is true now, then all that follows, until the signal. */
  readonly watch: (signal: AbortSignal | undefined) => AsyncGenerator<VoiceEvent, void>;
  /** Before each command: a person may just have touched the page. */
  readonly wake: () => void;
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
      start: os.ring.start.handler(({ input }) => ringer.start(input.tone)),
      stop: os.ring.stop.handler(() => ringer.stop()),
    },
    devices: { wish: os.devices.wish.handler(({ input }) => deps.wish(input)) },
    watch: os.watch.handler(({ signal }) => deps.watch(signal)),
  });
}
