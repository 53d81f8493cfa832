/** How loud one pitch is in a piece of sound. */

/**
 * Root mean square of the tone at `pitch` hertz, 0 to 1, by Goertzel's algorithm over a Hann window (Goertzel, American
 * Mathematical Monthly 65, 1958): two multiplications a sample, where a whole spectrum is not wanted.
 */
export function levelAt(samples: Float32Array, pitch: number, rate: number): number {
  const count = samples.length;
  if (count === 0) return 0;
  const turn = (2 * Math.PI * pitch) / rate;
  const factor = 2 * Math.cos(turn);
  let last = 0;
  let beforeLast = 0;
  for (let index = 0; index < count; index += 1) {
    const window = 1 - Math.cos((2 * Math.PI * index) / count);
    const next = window * (samples[index] ?? 0) + factor * last - beforeLast;
    beforeLast = last;
    last = next;
  }
  const power = last * last + beforeLast * beforeLast - factor * last * beforeLast;
  return Math.min(1, (Math.sqrt(Math.max(0, power)) * Math.SQRT2) / count);
}
