/**
 * The voice room of main: keeps the media facts (open peers, mute, focus, ringing, wished devices), has exactly one
 * voice page carry them out, and gives them all to the next page when that one goes.
 */
import type { AudioState } from '#shared/contract/desk.ts';
import type { AudioWishes, PeerStats, VoiceEvent } from '#shared/contract/voice.ts';
import type { LineAccount } from '#shared/model/line.ts';
import type { Clock, Host } from '../host.ts';
import { Listeners } from '../listeners.ts';
import type { Log } from '../log.ts';
import type { VoiceClient } from './voice-client.ts';
import { VoiceError } from './voice-error.ts';
import { createVoicePage, type VoicePage } from './voice-page.ts';

type RingTone = 'ring' | 'call-waiting' | 'beep';
export type PeerEvent = Extract<VoiceEvent, { type: 'peer' | 'audio' }>;
export type LevelEvent = Extract<VoiceEvent, { type: 'level' }>;
interface Description {
  readonly type: 'offer' | 'answer';
  readonly sdp: string;
}

/** Media operations for telephony, sound for the desk. All errors are VoiceError; none waits for ever. */
export interface VoiceLink extends Disposable {
  /** Whether a voice page is there. */
  readonly present: boolean;
  readonly audio: AudioState;
  onAudio(changed: (audio: AudioState) => void): Disposable;
  onLevel(heard: (level: LevelEvent) => void): Disposable;
  onPeer(changed: (event: PeerEvent) => void): Disposable;
  /** true: a page has the sound now, and all facts; every live call needs a fresh offer. false: it has gone. */
  onPage(changed: (present: boolean) => void): Disposable;
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
  focus(callId: string | null): void;
  /** null: silence. The same tone twice goes on. */
  ring(tone: RingTone | null): void;
  wish(wishes: AudioWishes): void;
}

export interface VoiceLinkDeps {
  readonly onVoicePage: Host['onVoicePage'];
  readonly clock: Clock;
  readonly log: Log;
  readonly wishes: AudioWishes;
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

export function createVoiceLink(deps: VoiceLinkDeps): VoiceLink {
  const { clock, log } = deps;
  const audioChanged = new Listeners<AudioState>();
  const levelHeard = new Listeners<LevelEvent>();
  const peerChanged = new Listeners<PeerEvent>();
  const pageChanged = new Listeners<boolean>();
  const peers = new Map<string, Peer>();
  const waiting: VoiceClient[] = [];
  let page: VoicePage | null = null;
  let focused: string | null = null;
  let tone: RingTone | null = null;
  let audio: AudioState = noAudio(deps.wishes);

  function setAudio(next: AudioState): void {
    audio = next;
    audioChanged.tell(audio);
  }

  function ask<T>(limitMs: number, command: (rpc: VoiceClient['rpc']) => Promise<T>): Promise<T> {
    return page
      ? page.ask(limitMs, command)
      : Promise.reject(new VoiceError('NO_VOICE', 'there is no voice page'));
  }

  /** For commands nobody waits for: the fact is kept here, and the next page gets it in any case. */
  function tell(name: string, command: (rpc: VoiceClient['rpc']) => Promise<unknown>): void {
    if (!page) return;
    page.ask(quickMs, command).catch((error: unknown) => {
      log.warn({ command: name, code: codeOf(error) }, 'voice command failed');
    });
  }

  function peerOf(callId: string): Peer {
    const peer = peers.get(callId);
    if (!peer) throw new VoiceError('NO_PEER', 'the call has no peer');
    return peer;
  }

  function open(callId: string, peer: Peer): void {
    peer.opened = ask(slowMs, async (rpc) => {
      await rpc.peer.open({ callId, muted: peer.muted, iceServers: peer.iceServers });
    });
    peer.opened.catch((error: unknown) => {
      log.warn({ callId, code: codeOf(error) }, 'voice peer not opened');
    });
  }

  function applyMute(callId: string, peer: Peer): void {
    tell('mute', (rpc) => rpc.peer.mute({ callId, muted: peer.muted }));
  }

  function adopt(client: VoiceClient): void {
    const adopted = createVoicePage(client, clock);
    page = adopted;
    void client.closed.then(
      () => leave(adopted),
      () => leave(adopted),
    );
    const { wishes } = audio;
    setAudio({ ...noAudio(wishes), page: 'here' });
    tell('wish', (rpc) => rpc.devices.wish(wishes));
    for (const [callId, peer] of peers) open(callId, peer);
    tell('focus', (rpc) => rpc.focus({ callId: focused }));
    const ringing = tone;
    if (ringing) tell('ring', (rpc) => rpc.ring.start({ tone: ringing }));
    void listen(adopted);
    pageChanged.tell(true);
  }

  function leave(left: VoicePage): void {
    if (page !== left) return;
    page = null;
    left.gone();
    setAudio(noAudio(audio.wishes));
    pageChanged.tell(false);
    const next = waiting.shift();
    if (next) adopt(next);
  }

  async function listen(from: VoicePage): Promise<void> {
    try {
      const events = await from.client.rpc.watch();
      for await (const event of events) {
        if (page !== from) return;
        hear(event);
      }
    } catch (error) {
      if (page === from) log.warn({ code: codeOf(error) }, 'voice events ended');
    }
  }

  function hear(event: VoiceEvent): void {
    if (event.type === 'level') levelHeard.tell(event);
    else if (event.type === 'devices') {
      const { type: _type, ...devices } = event;
      setAudio({ ...audio, ...devices });
    } else peerChanged.tell(event);
  }

  const arrivals = deps.onVoicePage((client) => {
    if (!page) return adopt(client);
    waiting.push(client);
    const forget = (): void => {
      const at = waiting.indexOf(client);
      if (at >= 0) waiting.splice(at, 1);
    };
    client.closed.then(forget, forget);
  });

  return {
    get present() {
      return page !== null;
    },
    get audio() {
      return audio;
    },
    onAudio: (changed) => audioChanged.add(changed),
    onLevel: (heard) => levelHeard.add(heard),
    onPeer: (changed) => peerChanged.add(changed),
    onPage: (changed) => pageChanged.add(changed),
    openPeer: (callId, iceServers) => {
      if (peers.has(callId)) return;
      const peer: Peer = { iceServers, muted: false, opened: Promise.resolve() };
      peers.set(callId, peer);
      open(callId, peer);
    },
    describe: async (callId, wish) => {
      const peer = peerOf(callId);
      await peer.opened;
      const description = await ask(slowMs, (rpc) => rpc.peer.describe({ callId, ...wish }));
      applyMute(callId, peer);
      return description;
    },
    accept: async (callId, sdp) => {
      const peer = peerOf(callId);
      await peer.opened;
      const accepted = await ask(slowMs, (rpc) => rpc.peer.accept({ callId, sdp }));
      applyMute(callId, peer);
      return accepted;
    },
    rollback: async (callId) => {
      peerOf(callId);
      await ask(quickMs, (rpc) => rpc.peer.rollback({ callId }));
    },
    mute: (callId, muted) => {
      const peer = peers.get(callId);
      if (!peer) return;
      peer.muted = muted;
      applyMute(callId, peer);
    },
    sendDtmf: async (callId, tones) => {
      peerOf(callId);
      return (await ask(quickMs, (rpc) => rpc.peer.sendDtmf({ callId, tones }))).sent;
    },
    stats: async (callId) => {
      peerOf(callId);
      return await ask(quickMs, (rpc) => rpc.peer.stats({ callId }));
    },
    closePeer: (callId) => {
      if (!peers.delete(callId)) return;
      tell('close', (rpc) => rpc.peer.close({ callId }));
    },
    focus: (callId) => {
      focused = callId;
      tell('focus', (rpc) => rpc.focus({ callId }));
    },
    ring: (wanted) => {
      if (tone === wanted) return;
      tone = wanted;
      tell('ring', (rpc) => (wanted ? rpc.ring.start({ tone: wanted }) : rpc.ring.stop()));
    },
    wish: (wishes) => {
      setAudio({ ...audio, wishes });
      tell('wish', (rpc) => rpc.devices.wish(wishes));
    },
    [Symbol.dispose]: () => {
      arrivals[Symbol.dispose]();
      page?.gone();
      page = null;
    },
  };
}

function noAudio(wishes: AudioWishes): AudioState {
  return {
    page: 'gone',
    microphone: 'unknown',
    devices: [],
    microphoneInUse: null,
    speakerInUse: null,
    wishes,
  };
}

function codeOf(error: unknown): string {
  return error instanceof VoiceError ? error.code : 'unknown';
}
