/** The tones the page makes itself, as samples: no file to load, no timer to be throttled. */
import { assertNever } from '#shared/assert-never.ts';
import type { RingTone } from '#shared/model/ring-tone.ts';

export type Tone = 'ring' | 'call-waiting' | 'ringback' | 'auto-answer';

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
  /** Strength of the second and third harmonic against the first. */
  readonly colour?: readonly [number, number];
  /** A struck note: fades from its first moment instead of standing. */
  readonly struck?: boolean;
}

/** Seconds to rise and to fall, so that no edge clicks. */
const edge = 0.008;

/**
 * @param melody of a ring; the other tones have only one
 * @param rate samples a second
 */
export function tonePattern(tone: Tone, melody: RingTone, rate: number): TonePattern {
  switch (tone) {
    case 'ring':
      return { samples: play(3, melodyOf(melody), rate), loops: true };
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
    case 'ringback':
      // ITU-T E.180 Supplement 2, Slovenia: 425 Hz, one second on, four off.
      return { samples: play(5, [{ at: 0, lasts: 1, pitch: 425 }], rate), loops: true };
    case 'auto-answer':
      // Two rising notes: a customer is on the line in a moment.
      return {
        samples: play(
          0.4,
          [
            { at: 0, lasts: 0.16, pitch: 587 },
            { at: 0.18, lasts: 0.2, pitch: 880 },
          ],
          rate,
        ),
        loops: false,
      };
    default:
      return assertNever(tone);
  }
}

/** Three seconds of each: apart in rhythm, height and colour at once, so that they are told apart in any room. */
function melodyOf(melody: RingTone): Beep[] {
  switch (melody) {
    case 'classic':
      // Two notes by turns for a second, then two seconds of peace.
      return trill(0, 1);
    case 'soft':
      // A third, struck and left to fade: C5, E5, G5.
      return [523.25, 659.25, 783.99].map((pitch, index) => ({
        at: index * 0.3,
        lasts: 0.9,
        pitch,
        struck: true,
      }));
    case 'bright':
      // Two quick pairs, high, with a bell's harmonics.
      return [0, 0.12, 0.6, 0.72].map((at, index) => ({
        at,
        lasts: 0.1,
        pitch: index % 2 === 0 ? 1318.5 : 1568,
        colour: [0.4, 0.2],
      }));
    case 'low':
      // Long and deep, with harmonics enough for a small loudspeaker.
      return [
        { at: 0, lasts: 0.55, pitch: 293.66, colour: [0.6, 0.3] },
        { at: 0.65, lasts: 0.55, pitch: 220, colour: [0.6, 0.3] },
      ];
    default:
      return assertNever(melody);
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

/** Every beep in its place, the loudest moment just below full scale. */
function play(seconds: number, beeps: readonly Beep[], rate: number): Float32Array<ArrayBuffer> {
  const samples = new Float32Array(Math.round(seconds * rate));
  for (const beep of beeps) {
    const first = Math.round(beep.at * rate);
    const count = Math.round(beep.lasts * rate);
    const [second, third] = beep.colour ?? [0, 0];
    for (let index = 0; index < count; index += 1) {
      const time = index / rate;
      const rise = Math.max(0, Math.min(1, time / edge, (beep.lasts - time) / edge));
      const fade = beep.struck ? Math.exp((-4 * time) / beep.lasts) : 1;
      const turn = 2 * Math.PI * beep.pitch * time;
      const wave = Math.sin(turn) + second * Math.sin(2 * turn) + third * Math.sin(3 * turn);
      samples[first + index] = (samples[first + index] ?? 0) + rise * fade * wave;
    }
  }
  const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  return samples.map((sample) => (sample * 0.95) / peak);
}
