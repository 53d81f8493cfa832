/**
 * What one call is sent: its own copy of the microphone, silent unless the operator speaks to this call and is neither
 * muted nor holding it. Every new copy is made silent first, so that no change of device or description unmutes.
 */

export class Mouth implements Disposable {
  readonly #sender: RTCRtpSender;
  #muted: boolean;
  #focused = false;
  #holding = false;
  #sent: MediaStreamTrack;

  /** Takes over `first`, the sender's track. */
  constructor(sender: RTCRtpSender, first: MediaStreamTrack, muted: boolean) {
    this.#sender = sender;
    this.#sent = first;
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

  /** The facts, put on the track that is sent now. After every negotiation and every change of track. */
  apply(): void {
    this.#sent.enabled = this.#focused && !this.#muted && !this.#holding;
  }

  /** Sends a copy of `source` from now on. */
  async speak(source: MediaStreamTrack): Promise<void> {
    const next = source.clone();
    const last = this.#sent;
    this.#sent = next;
    this.apply();
    try {
      await this.#sender.replaceTrack(next);
    } finally {
      last.stop();
    }
  }

  [Symbol.dispose](): void {
    this.#sent.stop();
  }
}
