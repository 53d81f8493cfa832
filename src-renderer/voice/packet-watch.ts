/** Says when packets begin to arrive and when they stop. */

/** Milliseconds without a packet after which the audio is lost. */
export const lostAfter = 2_000;

export class PacketWatch {
  #received = 0;
  #since: number | null = null;
  #flowing: boolean | null = null;

  /** What was last said, null before the first word. */
  get flowing(): boolean | null {
    return this.#flowing;
  }

  /**
   * One look at the counter; true or false when that is news, else null. While the direction lets nothing arrive
   * (`expected` false) silence is no loss, and the two seconds begin anew after it.
   */
  look(now: number, packetsReceived: number, expected: boolean): boolean | null {
    const arrived = packetsReceived > this.#received;
    this.#received = packetsReceived;
    if (arrived) {
      this.#since = now;
      return this.#say(true);
    }
    if (!expected) {
      this.#since = null;
      return null;
    }
    this.#since ??= now;
    return now - this.#since >= lostAfter ? this.#say(false) : null;
  }

  #say(flowing: boolean): boolean | null {
    if (this.#flowing === flowing) return null;
    this.#flowing = flowing;
    return flowing;
  }
}
