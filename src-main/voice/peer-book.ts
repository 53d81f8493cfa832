/** The peers of all calls: their mute is kept here and applied after every negotiation, and every page gets them anew. */
import type { PeerStats } from '#shared/contract/voice.ts';
import type { LineAccount } from '#shared/model/line.ts';
import type { Log } from '../log.ts';
import type { VoiceClient } from './voice-client.ts';
import { VoiceError } from './voice-error.ts';

interface Description {
  readonly type: 'offer' | 'answer';
  readonly sdp: string;
}

/** All errors are VoiceError; none waits for ever. */
export interface PeerBook {
  /** Makes a peer before it is needed, and again on every later page until `closePeer`. */
  openPeer(callId: string, iceServers: LineAccount['iceServers']): void;
  describe(callId: string, wish: { hold: boolean; iceRestart: boolean }): Promise<Description>;
  accept(callId: string, sdp: string): Promise<{ heldThere: boolean }>;
  rollback(callId: string): Promise<void>;
  /** Kept for the peer's life and applied again after every negotiation and on every page. */
  mute(callId: string, muted: boolean): void;
  /** False where RFC 4733 was not negotiated. */
  sendDtmf(callId: string, tones: string): Promise<boolean>;
  stats(callId: string): Promise<PeerStats>;
  closePeer(callId: string): void;
}

interface Peer {
  readonly iceServers: LineAccount['iceServers'];
  muted: boolean;
  /** Settled when the present page has made the peer. */
  opened: Promise<void>;
}

/** ICE gathering and the permission question are inside `open` and `describe`. */
const slowMs = 5000;
const quickMs = 2000;

export function createPeerBook(deps: {
  ask<T>(limitMs: number, command: (rpc: VoiceClient['rpc']) => Promise<T>): Promise<T>;
  /** For commands nobody waits for. */
  tell(name: string, command: (rpc: VoiceClient['rpc']) => Promise<unknown>): void;
  readonly log: Log;
}): PeerBook & {
  /** Another page has the sound now. */
  reopen(): void;
} {
  const { log } = deps;
  const peers = new Map<string, Peer>();

  function peerOf(callId: string): Peer {
    const peer = peers.get(callId);
    if (!peer) throw new VoiceError('NO_PEER', 'the call has no peer');
    return peer;
  }

  function open(callId: string, peer: Peer): void {
    peer.opened = deps.ask(slowMs, async (rpc) => {
      await rpc.peer.open({ callId, muted: peer.muted, iceServers: peer.iceServers });
    });
    peer.opened.catch((error: unknown) => {
      const code = error instanceof VoiceError ? error.code : 'unknown';
      log.warn({ callId, code }, 'voice peer not opened');
    });
  }

  function applyMute(callId: string, peer: Peer): void {
    deps.tell('mute', (rpc) => rpc.peer.mute({ callId, muted: peer.muted }));
  }

  return {
    reopen: () => {
      for (const [callId, peer] of peers) open(callId, peer);
    },
    openPeer: (callId, iceServers) => {
      if (peers.has(callId)) return;
      const peer: Peer = { iceServers, muted: false, opened: Promise.resolve() };
      peers.set(callId, peer);
      open(callId, peer);
    },
    describe: async (callId, wish) => {
      const peer = peerOf(callId);
      await peer.opened;
      const description = await deps.ask(slowMs, (rpc) => rpc.peer.describe({ callId, ...wish }));
      applyMute(callId, peer);
      return description;
    },
    accept: async (callId, sdp) => {
      const peer = peerOf(callId);
      await peer.opened;
      const accepted = await deps.ask(slowMs, (rpc) => rpc.peer.accept({ callId, sdp }));
      applyMute(callId, peer);
      return accepted;
    },
    rollback: async (callId) => {
      peerOf(callId);
      await deps.ask(quickMs, (rpc) => rpc.peer.rollback({ callId }));
    },
    mute: (callId, muted) => {
      const peer = peers.get(callId);
      if (!peer) return;
      peer.muted = muted;
      applyMute(callId, peer);
    },
    sendDtmf: async (callId, tones) => {
      peerOf(callId);
      return (await deps.ask(quickMs, (rpc) => rpc.peer.sendDtmf({ callId, tones }))).sent;
    },
    stats: async (callId) => {
      peerOf(callId);
      return await deps.ask(quickMs, (rpc) => rpc.peer.stats({ callId }));
    },
    closePeer: (callId) => {
      if (!peers.delete(callId)) return;
      deps.tell('close', (rpc) => rpc.peer.close({ callId }));
    },
  };
}
