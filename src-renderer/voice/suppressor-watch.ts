/**
 * Says when noise suppression has died: it gives pure silence, or nothing that is a number, for what is no silence, or
 * its clock stands still. (Without 'wasm-unsafe-eval' it is silent from the start, and no error tells so.)
 */

/** Milliseconds of silence, or of a standing clock, after which it is dead; and what it has to begin. */
const deadAfter = 300;
const beginsWithin = 1_500;
/** Milliseconds that one look may stand for: a throttled timer looks but once a second. */
const oneLook = 100;
/** Root mean square below which what goes in may well come out as nothing. */
const loudEnough = 0.001;

export interface SuppressorSound {
  /** Root mean square of what goes in, peak of what comes out. */
  readonly input: number;
  readonly output: number;
  /** Seconds of the audio context. */
  readonly clock: number;
}

export class SuppressorWatch {
  #begun = false;
  #clock: number | null = null;
  #movedAt: number | null = null;
  #lookedAt: number | null = null;
  /** Milliseconds in which something went in and nothing came out, since something last did. */
  #swallowed = 0;

  /** @param now milliseconds */
  look(now: number, sound: SuppressorSound): 'beginning' | 'good' | 'dead' {
    if (!Number.isFinite(sound.output)) return 'dead';
    if (sound.clock !== this.#clock || this.#movedAt === null) this.#movedAt = now;
    this.#clock = sound.clock;
    const patience = this.#begun ? deadAfter : beginsWithin;
    if (now - this.#movedAt >= patience) return 'dead';
    const passed = this.#lookedAt === null ? 0 : now - this.#lookedAt;
    this.#lookedAt = now;
    if (sound.output > 0) {
      this.#begun = true;
      this.#swallowed = 0;
    } else if (sound.input >= loudEnough) this.#swallowed += Math.min(passed, oneLook);
    if (this.#swallowed >= patience) return 'dead';
    return this.#begun ? 'good' : 'beginning';
  }
}
