/** The tones the page makes itself, as samples: no file to load, no timer to be throttled. */
import { assertNever } from '#shared/assert-never.ts';

export type Tone = 'ring' | 'call-waiting' | 'beep';

export interface TonePattern {
  /** -1 to 1, one channel. */
  readonly samples: Float32Array<ArrayBuffer>;
  readonly loops: boolean;
}

interface Beep {
  /** Seconds from the start. */
  readonly at: number;
  readonly lasts: number;
  /** Hertz. */
  readonly pitch: number;
}

/** Seconds to rise and to fall, so that no edge clicks. */
const edge = 0.008;

/** @param rate samples a second */
export function tonePattern(tone: Tone, rate: number): TonePattern {
  switch (tone) {
    case 'ring':
      // Two notes by turns for a second, then two seconds of peace.
      return {
        samples: play(3, trill(0, 1), rate),
        loops: true,
      };
    case 'call-waiting':
      // ETSI TR 101 041: 425 Hz, two short ones; the long pause lets the talk go on.
      return {
        samples: play(
          4,
          [
            { at: 0, lasts: 0.2, pitch: 425 },
            { at: 0.4, lasts: 0.2, pitch: 425 },
          ],
          rate,
        ),
        loops: true,
      };
    case 'beep':
      return { samples: play(0.25, [{ at: 0, lasts: 0.2, pitch: 880 }], rate), loops: false };
    default:
      return assertNever(tone);
  }
}

function trill(from: number, lasts: number): Beep[] {
  const note = 0.0625;
  return Array.from({ length: Math.round(lasts / note) }, (_, index) => ({
    at: from + index * note,
    lasts: note,
    pitch: index % 2 === 0 ? 784 : 988,
  }));
}

function play(seconds: number, beeps: readonly Beep[], rate: number): Float32Array<ArrayBuffer> {
  const samples = new Float32Array(Math.round(seconds * rate));
  for (const beep of beeps) {
    const first = Math.round(beep.at * rate);
    const count = Math.round(beep.lasts * rate);
    for (let index = 0; index < count; index += 1) {
      const time = index / rate;
      const rise = Math.min(1, time / edge, (beep.lasts - time) / edge);
      samples[first + index] = Math.sin(2 * Math.PI * beep.pitch * time) * Math.max(0, rise);
    }
  }
  return samples;
}
