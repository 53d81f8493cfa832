/** Every open peer of the page: which one is in focus, and which of them main still wants. */
import type { VoiceEvent } from '#shared/contract/voice.ts';
import type { Peer, PeerSetup } from './peer.ts';

/** Milliseconds after a lost link in which main may claim its calls again. */
const claimWithin = 10_000;

export interface PeersDeps {
  /** A peer with everything but what the command says. */
  readonly make: (setup: Pick<PeerSetup, 'callId' | 'muted' | 'iceServers'>) => Peer;
  /** The microphone is wanted while at least one peer is open. */
  readonly holdMicrophone: () => Disposable;
}

export class Peers implements Disposable {
  readonly #deps: PeersDeps;
  readonly #open = new Map<string, { readonly peer: Peer; claimed: boolean }>();
  #focus: string | null = null;
  #conference: ReadonlySet<string> = new Set();
  #microphone: Disposable | null = null;
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

  /** Makes it, or takes over the one that is there. */
  open(setup: Pick<PeerSetup, 'callId' | 'muted' | 'iceServers'>): void {
    const known = this.find(setup.callId);
    if (known) return known.mute(setup.muted);
    this.#microphone ??= this.#deps.holdMicrophone();
    const peer = this.#deps.make(setup);
    this.#open.set(setup.callId, { peer, claimed: true });
    peer.focus(this.#active(setup.callId));
  }

  close(callId: string): void {
    const entry = this.#open.get(callId);
    this.#open.delete(callId);
    entry?.peer[Symbol.dispose]();
    if (this.#open.size > 0) return;
    this.#microphone?.[Symbol.dispose]();
    this.#microphone = null;
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
  }

  speak(source: MediaStreamTrack): void {
    for (const peer of this.all()) void peer.speak(source).catch(() => {});
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
