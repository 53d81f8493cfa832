/**
 * What one call is sent: its own copy of the microphone, silent unless the operator speaks to this call and is neither
 * muted nor holding it; or its own mix of a conference, silent only while it is held, because there a mute takes the
 * microphone out of the mix. Every new copy is made silent first, so that no change of device or description unmutes.
 */

export class Mouth implements Disposable {
  readonly #sender: RTCRtpSender;
  #muted: boolean;
  #focused = false;
  #holding = false;
  #sent: Sent;
  /** Still heard until the sender has taken the next one: no gap, and no word that a mute forbids. */
  readonly #leaving = new Set<Sent>();

  /** Takes over `first`, the sender's track. */
  constructor(sender: RTCRtpSender, first: MediaStreamTrack, muted: boolean) {
    this.#sender = sender;
    this.#sent = { track: first, kind: 'microphone' };
    this.#muted = muted;
    this.apply();
  }

  get muted(): boolean {
    return this.#muted;
  }

  set muted(muted: boolean) {
    this.#muted = muted;
    this.apply();
  }

  set focused(focused: boolean) {
    this.#focused = focused;
    this.apply();
  }

  get holding(): boolean {
    return this.#holding;
  }

  set holding(holding: boolean) {
    this.#holding = holding;
    this.apply();
  }

  /** The facts, put on what is sent now. After every negotiation and every change of track. */
  apply(): void {
    for (const { track, kind } of [this.#sent, ...this.#leaving]) {
      const spokenTo = kind === 'mix' || (this.#focused && !this.#muted);
      track.enabled = spokenTo && !this.#holding;
    }
  }

  /** Sends a copy of `source` from now on: the microphone, or a mix in which main's mute is obeyed already. */
  async speak(source: MediaStreamTrack, kind: Sent['kind'] = 'microphone'): Promise<void> {
    const last = this.#sent;
    this.#leaving.add(last);
    const next: Sent = { track: source.clone(), kind };
    this.#sent = next;
    this.apply();
    try {
      await this.#sender.replaceTrack(next.track);
    } finally {
      this.#leaving.delete(last);
      last.track.stop();
    }
  }

  [Symbol.dispose](): void {
    for (const { track } of [this.#sent, ...this.#leaving]) track.stop();
  }
}

interface Sent {
  readonly track: MediaStreamTrack;
  readonly kind: 'microphone' | 'mix';
}
