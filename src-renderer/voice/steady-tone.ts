/**
 * Recognises a tone that stands: nearly all its power at one frequency, and the same frequency as loud a moment ago. A
 * vowel has harmonics and a pitch that moves; two tones at once (a telephone's keys) are not one.
 */

/** Samples a second that are looked at: as much as telephones carry. */
const lookedRate = 8_000;
/** Samples of one look, 32 ms, and from one look to the next, 8 ms. */
const size = 256;
const hop = 64;
/** Share of the power within two bins of the strongest; a pure tone has 0.999 there. */
const pure = 0.96;
/** Bins (31 Hz) and ratio of power by which it may differ from the look before. */
const steadyBins = 0.25;
const steadyPower = 1.6;
/** Looks in a row: with the first one's own length, a tone is known 50 ms after it began. */
const looksNeeded = 3;
/** Looks without it before it is over. */
const looksMissed = 4;
/** Power below which nothing need be known: no tone as quiet as this is taken down. */
const quiet = 1e-4;

const turn = (2 * Math.PI) / size;
const window = Float64Array.from(
  { length: size },
  (_, index) => 0.5 - 0.5 * Math.cos(turn * index),
);
const cosine = Float64Array.from({ length: size }, (_, index) => Math.cos(turn * index));

interface Peak {
  /** In bins, between them too. */
  readonly bin: number;
  readonly power: number;
}

export class SteadyTone {
  readonly #decimate: number;
  readonly #samples = new Float64Array(size);
  readonly #work = new Float64Array(size);
  #sum = 0;
  #summed = 0;
  #at = 0;
  #untilLook = hop;
  #last: Peak | null = null;
  #steady = 0;
  #missed = 0;
  #stands = false;

  /** @param rate samples a second */
  constructor(rate: number) {
    this.#decimate = Math.max(1, Math.round(rate / lookedRate));
  }

  /** Whether a tone stands now. */
  add(sample: number): boolean {
    this.#sum += sample;
    this.#summed += 1;
    if (this.#summed === this.#decimate) {
      this.#samples[this.#at] = this.#sum / this.#decimate;
      this.#at = (this.#at + 1) % size;
      this.#sum = 0;
      this.#summed = 0;
      this.#untilLook -= 1;
      if (this.#untilLook === 0) {
        this.#untilLook = hop;
        this.#look();
      }
    }
    return this.#stands;
  }

  #look(): void {
    const peak = this.#peak();
    const last = this.#last;
    this.#last = peak;
    const same =
      peak !== null &&
      last !== null &&
      Math.abs(peak.bin - last.bin) < steadyBins &&
      peak.power < last.power * steadyPower &&
      peak.power > last.power / steadyPower;
    this.#steady = same ? this.#steady + 1 : 0;
    if (peak && this.#steady >= looksNeeded - 1) {
      this.#missed = 0;
      this.#stands = true;
    } else if (this.#stands) {
      this.#missed += 1;
      if (this.#missed >= looksMissed) this.#stands = false;
    }
  }

  /** The one frequency at which the sound has its power, or null. */
  #peak(): Peak | null {
    let power = 0;
    for (let index = 0; index < size; index += 1) {
      const sample = this.#samples[(this.#at + index) % size] ?? 0;
      power += sample * sample;
      this.#work[index] = sample * (window[index] ?? 0);
    }
    if (power / size < quiet) return null;
    const bins = this.#powers();
    let strongest = 2;
    let all = 0;
    for (const [bin, one] of bins.entries()) {
      all += one;
      if (bin >= 2 && one > (bins[strongest] ?? 0)) strongest = bin;
    }
    let near = 0;
    for (let bin = strongest - 2; bin <= strongest + 2; bin += 1) near += bins[bin] ?? 0;
    if (near < pure * all) return null;
    return { bin: strongest + between(bins, strongest), power: power / size };
  }

  /** Power by bin; 128 bins of 256 samples a hundred times a second cost less than a fast transform's code. */
  #powers(): Float64Array {
    const bins = new Float64Array(size / 2);
    for (let bin = 0; bin < bins.length; bin += 1) {
      let real = 0;
      let imaginary = 0;
      for (let index = 0; index < size; index += 1) {
        const sample = this.#work[index] ?? 0;
        const angle = bin * index;
        real += sample * (cosine[angle % size] ?? 0);
        imaginary += sample * (cosine[(angle + size / 4) % size] ?? 0);
      }
      bins[bin] = real * real + imaginary * imaginary;
    }
    return bins;
  }
}

/** Where between its neighbours a Hann window's peak lies, in bins (the parabola through their logarithms). */
function between(bins: Float64Array, peak: number): number {
  const log = (bin: number) => Math.log((bins[bin] ?? 0) + 1e-20);
  const [left, middle, right] = [log(peak - 1), log(peak), log(peak + 1)];
  const bend = left - 2 * middle + right;
  return bend === 0 ? 0 : (0.5 * (left - right)) / bend;
}
