/** Every open peer of the page: which one is in focus, who is in a conference, and which of them main still wants. */
import type { VoiceEvent } from '#shared/contract/voice.ts';
import { mixPlan } from './mix-plan.ts';
import type { Mixer } from './mixer.ts';
import type { Peer, PeerSetup } from './peer.ts';

/** Milliseconds after a lost link in which main may claim its calls again. */
const claimWithin = 10_000;

type PeerWishes = Pick<PeerSetup, 'callId' | 'muted' | 'iceServers'>;

export interface PeersDeps {
  /** A peer with everything but what the command says. */
  readonly make: (setup: PeerWishes & Pick<PeerSetup, 'changed'>) => Peer;
  /** What the operator says now. */
  readonly source: () => MediaStreamTrack;
  readonly mixer: Pick<Mixer, 'able' | 'mix' | 'track'>;
  /** The last peer has gone. */
  readonly idle: () => void;
  /** Peers were made in this page, and the browser makes no more: only another page can. */
  readonly spent: () => void;
  /** The microphone is wanted while at least one peer is open. */
  readonly holdMicrophone: () => Disposable;
}

export class Peers implements Disposable {
  readonly #deps: PeersDeps;
  readonly #open = new Map<string, { readonly peer: Peer; claimed: boolean }>();
  #focus: string | null = null;
  #conference: ReadonlySet<string> = new Set();
  /** Peers that are sent a mix now, by call. */
  #mixed: ReadonlyMap<string, Peer> = new Map();
  #microphone: Disposable | null = null;
  #hasMade = false;
  #claims: ReturnType<typeof setTimeout> | null = null;

  constructor(deps: PeersDeps) {
    this.#deps = deps;
  }

  all(): readonly Peer[] {
    return [...this.#open.values()].map((entry) => entry.peer);
  }

  /** The call's peer, which is hereby claimed. */
  find(callId: string): Peer | undefined {
    const entry = this.#open.get(callId);
    if (entry) entry.claimed = true;
    return entry?.peer;
  }

  /** Makes it, or takes over the one that is there. Errors: what the browser throws when it makes none. */
  open(setup: PeerWishes): void {
    const known = this.find(setup.callId);
    if (known) return known.mute(setup.muted);
    this.#microphone ??= this.#deps.holdMicrophone();
    const peer = this.#make(setup);
    this.#open.set(setup.callId, { peer, claimed: true });
    peer.focus(this.#active(setup.callId));
    this.#mix();
  }

  #make(setup: PeerWishes): Peer {
    try {
      const peer = this.#deps.make({ ...setup, changed: () => this.#mix() });
      this.#hasMade = true;
      return peer;
    } catch (error) {
      // A page that never made one would not do better a second time.
      if (this.#hasMade) this.#deps.spent();
      throw error;
    }
  }

  close(callId: string): void {
    const entry = this.#open.get(callId);
    this.#open.delete(callId);
    this.#mix();
    entry?.peer[Symbol.dispose]();
    if (this.#open.size > 0) return;
    this.#microphone?.[Symbol.dispose]();
    this.#microphone = null;
    if (entry) this.#deps.idle();
  }

  /** Takes effect for a peer that is opened later, too. */
  focus(callId: string | null): void {
    this.#focus = callId;
    if (callId !== null) this.find(callId);
    this.#apply();
  }

  /** These hear each other and the operator; fewer than two are no conference. Takes effect for later peers, too. */
  conference(callIds: readonly string[]): void {
    const members = new Set(callIds);
    this.#conference = members.size > 1 ? members : new Set();
    for (const callId of this.#conference) this.find(callId);
    this.#apply();
  }

  #active(callId: string): boolean {
    return callId === this.#focus || this.#conference.has(callId);
  }

  #apply(): void {
    // First take it from the one, then give it to the other: never two at once that are not meant to be.
    for (const peer of this.all()) if (!this.#active(peer.callId)) peer.focus(false);
    for (const peer of this.all()) if (this.#active(peer.callId)) peer.focus(true);
    this.#mix();
  }

  /**
   * Makes the mixes what the facts are now. Where nothing can be mixed (one member is left, the audio context sleeps)
   * each is sent the microphone, as without a conference.
   */
  #mix(): void {
    const { mixer } = this.#deps;
    const members = this.all().filter((peer) => this.#conference.has(peer.callId));
    const mixing = mixer.able && members.length > 1 ? members : [];
    const before = this.#mixed;
    this.#mixed = new Map(mixing.map((peer) => [peer.callId, peer]));
    for (const [callId, peer] of before)
      if (this.#mixed.get(callId) !== peer) send(peer, this.#deps.source(), 'microphone');
    if (mixing.length === 0 && before.size === 0) return;
    mixer.mix(
      mixPlan(mixing),
      this.#deps.source(),
      (callId) => this.#mixed.get(callId)?.voice ?? this.#deps.source(),
    );
    for (const [callId, peer] of this.#mixed) {
      const track = mixer.track(callId);
      if (track && before.get(callId) !== peer) send(peer, track, 'mix');
    }
  }

  /** What the operator says comes from elsewhere now, or mixing became possible or impossible. */
  sourceChanged(): void {
    for (const peer of this.all())
      if (this.#mixed.get(peer.callId) !== peer) send(peer, this.#deps.source(), 'microphone');
    this.#mix();
  }

  /** What a listener who comes now must know. */
  snapshot(): readonly VoiceEvent[] {
    return this.all().flatMap(({ callId, state, flowing }): VoiceEvent[] => [
      { type: 'peer', callId, state },
      ...(flowing === null ? [] : [{ type: 'audio' as const, callId, flowing }]),
    ]);
  }

  /** Main cannot be reached: what it does not ask for again in ten seconds is closed. */
  mainLost(): void {
    for (const entry of this.#open.values()) entry.claimed = false;
    if (this.#claims) clearTimeout(this.#claims);
    this.#claims = setTimeout(() => {
      this.#claims = null;
      for (const [callId, entry] of this.#open) if (!entry.claimed) this.close(callId);
    }, claimWithin);
  }

  [Symbol.dispose](): void {
    if (this.#claims) clearTimeout(this.#claims);
    for (const callId of this.#open.keys()) this.close(callId);
  }
}

/** A peer that is closing has nobody to speak to. */
function send(peer: Peer, track: MediaStreamTrack, kind: 'microphone' | 'mix'): void {
  void peer.speak(track, kind).catch(() => {});
}
