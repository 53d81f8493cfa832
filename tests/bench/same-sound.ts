/** Where a piece of sound comes back in another one: their normalised cross-correlation. */
import type { Sound } from '../floor/support/wav.ts';

/** Every fourth sample of a piece is enough of it; every place is tried. */
const step = 4;

/**
 * @param from first sample of the piece in `said`; `length` samples, a multiple of four
 * @param earliest first sample of `heard` at which it may begin; `span` samples are tried
 * @returns the sample of `heard` at which it begins, and how like it that is (0 to 1); null where nothing was said
 */
export function findAgain(
  said: Sound,
  { from, length }: { readonly from: number; readonly length: number },
  heard: Sound,
  { earliest, span }: { readonly earliest: number; readonly span: number },
): { readonly at: number; readonly like: number } | null {
  const piece = said.samples.subarray(from, from + length);
  const loud = energies(piece)[length] ?? 0;
  if (piece.length < length || loud < (1e-4 * length) / step) return null;
  const first = Math.max(0, earliest);
  const place = heard.samples.subarray(first, earliest + span + length);
  const energy = energies(place);
  let best = { at: first, like: 0 };
  for (let at = 0; at + length <= place.length; at += 1) {
    const echo = (energy[at + length] ?? 0) - (energy[at] ?? 0);
    if (echo < loud / 1e4) continue;
    let product = 0;
    for (let index = 0; index < length; index += step)
      product += (piece[index] ?? 0) * (place[at + index] ?? 0);
    // Some ways turn the sound upside down.
    const like = Math.abs(product) / Math.sqrt(loud * echo);
    if (like > best.like) best = { at: first + at, like };
  }
  return best;
}

/** Of every fourth sample before each. */
function energies(samples: Float32Array): Float64Array {
  const sums = new Float64Array(samples.length + step);
  for (const [index, sample] of samples.entries())
    sums[index + step] = (sums[index] ?? 0) + sample * sample;
  return sums;
}
