/** Tones: what is played while one waits, what is measured, and the digits that arrive as sound (ITU-T Q.23). */

/** Amplitude of a sine of power `level` dBFS, for signed 16 bit samples. */
const amplitude = (level: number): number => 32_767 * 10 ** (level / 20);

export interface ToneSource {
  /** Writes the next samples of the tone. */
  write(block: Int16Array): void;
}

/**
 * A sine, switched on and off.
 * @param frequency Hz.
 * @param level dBFS of its peak.
 * @param cadence seconds on and off, or null for a steady tone.
 */
export function toneSource(
  frequency: number,
  level: number,
  rate: number,
  cadence: { readonly on: number; readonly off: number } | null = null,
): ToneSource {
  let at = 0;
  const peak = amplitude(level);
  const step = (2 * Math.PI * frequency) / rate;
  return {
    write(block) {
      for (let index = 0; index < block.length; index += 1, at += 1) {
        const second = at / rate;
        const sounds = !cadence || second % (cadence.on + cadence.off) < cadence.on;
        block[index] = sounds ? Math.round(peak * Math.sin(step * at)) : 0;
      }
    },
  };
}

/** Power of one frequency as a share of the whole, 0 to 1 (Goertzel): near 1 only for that pure tone. */
export function toneShare(samples: Int16Array, frequency: number, rate: number): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * frequency) / rate);
  let [before, last, total] = [0, 0, 0];
  for (const sample of samples) {
    [before, last] = [last, sample + coefficient * last - before];
    total += sample * sample;
  }
  if (total === 0) return 0;
  const power = last * last + before * before - coefficient * last * before;
  return Math.min(1, (2 * power) / (total * samples.length));
}

/** Root mean square in dBFS; -100 for silence. */
export function levelOf(samples: Int16Array): number {
  let total = 0;
  for (const sample of samples) total += sample * sample;
  if (total === 0) return -100;
  return Math.max(-100, 10 * Math.log10(total / samples.length / 32_767 ** 2));
}

const rows = [697, 770, 852, 941];
const columns = [1209, 1336, 1477, 1633];
const keys = ['123A', '456B', '789C', '*0#D'];

/** The digit that sounds in `samples` (30 ms or more), or null. */
function digitIn(samples: Int16Array, rate: number): string | null {
  if (levelOf(samples) < -45) return null;
  const loudest = (frequencies: readonly number[]): { index: number; share: number } =>
    frequencies
      .map((frequency, index) => ({ index, share: toneShare(samples, frequency, rate) }))
      .reduce((best, one) => (one.share > best.share ? one : best));
  const row = loudest(rows);
  const column = loudest(columns);
  if (row.share < 0.2 || column.share < 0.2 || row.share + column.share < 0.75) return null;
  return keys[row.index]?.[column.index] ?? null;
}

/**
 * Hears digits in a stream of blocks. Telephone events (RFC 4733) come out of libwebrtc as the tones they stand for,
 * so this notices them and digits sent as sound alike.
 */
export function digitEar(
  rate: number,
  heard: (digit: string) => void,
): (block: Int16Array) => void {
  const window = new Int16Array(Math.round(rate * 0.03));
  /** Of the digit heard last: looks in a row that found it, and that did not. */
  let [sounding, hits, misses]: [string | null, number, number] = [null, 0, 0];
  return (block) => {
    window.copyWithin(0, block.length);
    window.set(block.subarray(-window.length), Math.max(0, window.length - block.length));
    const digit = digitIn(window, rate);
    if (digit !== null && digit === sounding) {
      hits += 1;
      misses = 0;
      // Twice in a row, so that speech does not make digits.
      if (hits === 2) heard(digit);
      return;
    }
    misses += 1;
    // A lost packet inside a tone does not make two digits of it.
    if (digit === null && misses < 4) return;
    [sounding, hits, misses] = [digit, digit === null ? 0 : 1, 0];
  };
}
