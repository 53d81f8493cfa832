/**
 * Keeps the ear from shocks: a hard ceiling with look-ahead, a limit for sudden loudness, and steady tones (fax, howl,
 * whistle) taken down to the loudness of speech. Plain arithmetic; the worklet beside it runs it in the audio thread.
 *
 * ITU-T P.360 asks the terminal to limit what its earphone can do. A program knows full scale, not pascals, so the
 * limits stand against the level that telephone speech has nominally, -26 dB below overload (ITU-T P.830 §7.2.2).
 */
import { SteadyTone } from './steady-tone.ts';

/** dB below full scale as an amplitude. */
const decibels = (level: number) => 10 ** (level / 20);

/** No sample leaves above it. */
export const peakCeiling = decibels(-3);
/** Root mean square over `loudnessOver` seconds: 18 dB above nominal speech, where no voice goes and a burst does. */
export const loudnessCeiling = decibels(-8);
const loudnessOver = 0.005;
/** Root mean square of a tone that has stood for 50 ms. */
export const toneCeiling = decibels(-26);
/** Seconds by which the sound is held back, so that the gain is down before the burst arrives. */
export const lookAhead = 0.003;
/** Seconds in which the gain comes back to a third of the way. */
const release = 0.12;

export interface GuardWishes {
  /** Whether steady tones are taken down; the way out wants only the ceiling. */
  readonly tones: boolean;
}

export class SoundGuard {
  readonly #delay: Float32Array;
  readonly #lowest: SlidingMinimum;
  readonly #smooth: SlidingMean;
  readonly #power: SlidingMean;
  readonly #tone: SteadyTone | null;
  readonly #recover: number;
  #at = 0;
  #gain = 1;

  /** @param rate samples a second */
  constructor(rate: number, wishes: GuardWishes) {
    const ahead = Math.round(lookAhead * rate);
    this.#delay = new Float32Array(ahead);
    // Every gain that the mean takes in has seen the sample that it is put on: so the ceiling holds exactly.
    this.#lowest = new SlidingMinimum(ahead + 1);
    this.#smooth = new SlidingMean(ahead + 1, 1);
    this.#power = new SlidingMean(Math.round(loudnessOver * rate), 0);
    this.#tone = wishes.tones ? new SteadyTone(rate) : null;
    this.#recover = 1 - Math.exp(-1 / (release * rate));
  }

  /** `output` gets the sound of `lookAhead` ago, guarded; both of one length. */
  process(input: Float32Array, output: Float32Array): void {
    const delay = this.#delay;
    for (let index = 0; index < output.length; index += 1) {
      const given = input[index] ?? 0;
      // A decoder gone mad must not poison the sums for ever.
      const sample = Number.isFinite(given) ? given : 0;
      this.#gain += (1 - this.#gain) * this.#recover;
      this.#gain = Math.min(this.#gain, this.#allowed(sample));
      const gain = this.#smooth.add(this.#lowest.add(this.#gain));
      const out = (delay[this.#at] ?? 0) * gain;
      delay[this.#at] = sample;
      this.#at = (this.#at + 1) % delay.length;
      output[index] = Math.max(-peakCeiling, Math.min(peakCeiling, out));
    }
  }

  #allowed(sample: number): number {
    const peak = Math.abs(sample);
    const loudness = Math.sqrt(Math.max(0, this.#power.add(sample * sample)));
    const ceiling = this.#tone?.add(sample) ? toneCeiling : loudnessCeiling;
    return Math.min(
      1,
      peak > peakCeiling ? peakCeiling / peak : 1,
      loudness > ceiling ? ceiling / loudness : 1,
    );
  }
}

/** The mean of the last `size` values, at a constant price. */
class SlidingMean {
  readonly #values: Float64Array;
  #sum: number;
  #at = 0;

  constructor(size: number, first: number) {
    this.#values = new Float64Array(size).fill(first);
    this.#sum = first * size;
  }

  add(value: number): number {
    this.#sum += value - (this.#values[this.#at] ?? 0);
    this.#values[this.#at] = value;
    this.#at += 1;
    if (this.#at === this.#values.length) {
      this.#at = 0;
      // Rounding would add up over eight hours.
      this.#sum = this.#values.reduce((sum, one) => sum + one, 0);
    }
    return this.#sum / this.#values.length;
  }
}

/** The least of the last `size` values: a queue that only ever rises, its head the answer. */
class SlidingMinimum {
  readonly #size: number;
  readonly #values: Float64Array;
  readonly #times: Float64Array;
  #head = 0;
  #count = 0;
  #now = 0;

  constructor(size: number) {
    this.#size = size;
    this.#values = new Float64Array(size);
    this.#times = new Float64Array(size);
  }

  add(value: number): number {
    const size = this.#size;
    this.#now += 1;
    while (this.#count > 0 && (this.#values[(this.#head + this.#count - 1) % size] ?? 0) >= value)
      this.#count -= 1;
    if (this.#count > 0 && (this.#times[this.#head] ?? 0) <= this.#now - size) {
      this.#head = (this.#head + 1) % size;
      this.#count -= 1;
    }
    const last = (this.#head + this.#count) % size;
    this.#values[last] = value;
    this.#times[last] = this.#now;
    this.#count += 1;
    return this.#values[this.#head] ?? value;
  }
}
