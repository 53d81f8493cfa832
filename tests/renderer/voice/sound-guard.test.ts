/** The guard between the line and the ear, sample by sample. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import {
  lookAhead,
  loudnessCeiling,
  peakCeiling,
  SoundGuard,
  toneCeiling,
} from '../../../src-renderer/voice/sound-guard.ts';
import { levelAt } from '../../../src-renderer/voice/tone-level.ts';

const rate = 48_000;
const held = Math.round(lookAhead * rate);

function guarded(input: Float32Array, tones = true): Float32Array {
  const guard = new SoundGuard(rate, { tones });
  const output = new Float32Array(input.length);
  for (let at = 0; at < input.length; at += 128)
    guard.process(input.subarray(at, at + 128), output.subarray(at, at + 128));
  return output;
}

const made = (seconds: number, sample: (time: number, index: number) => number) =>
  Float32Array.from({ length: Math.round(seconds * rate) }, (_, index) =>
    sample(index / rate, index),
  );
const sine = (pitch: number, level: number, seconds = 1) =>
  made(seconds, (time) => level * Math.sin(2 * Math.PI * pitch * time));
const peak = (sound: Float32Array) =>
  sound.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
const part = (sound: Float32Array, from: number, to: number) =>
  sound.subarray(Math.round(from * rate), Math.round(to * rate));
const loudness = (sound: Float32Array) =>
  Math.sqrt(sound.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, sound.length));
const decibels = (ratio: number) => 20 * Math.log10(ratio);

/** A voice: a pitch that moves, its harmonics shaped by two formants, in syllables; its peak at `top`. */
function voice(top: number, seconds = 3): Float32Array {
  let phase = 0;
  const sound = made(seconds, (time) => {
    const pitch = 120 + 25 * Math.sin(2 * Math.PI * 2.3 * time) + 15 * Math.sin(7 * time);
    phase += (2 * Math.PI * pitch) / rate;
    let sample = 0;
    for (let harmonic = 1; harmonic <= 25; harmonic += 1) {
      const at = harmonic * pitch;
      const first = 500 + 200 * Math.sin(5 * time);
      const strength =
        Math.exp(-(((at - first) / 250) ** 2)) + 0.4 * Math.exp(-(((at - 1_700) / 400) ** 2));
      sample += (strength + 0.03) * Math.sin(harmonic * phase);
    }
    return sample * Math.max(0, Math.sin(2 * Math.PI * 2 * time)) ** 0.5;
  });
  const loudest = peak(sound);
  return sound.map((sample) => (sample * top) / loudest);
}

describe('the guard', () => {
  const wild = fc.array(
    fc.record({
      level: fc.double({ min: 0, max: 30, noNaN: true }),
      lasts: fc.integer({ min: 1, max: 400 }),
    }),
    { minLength: 1, maxLength: 12 },
  );
  test.prop([wild, fc.boolean()])(
    'lets nothing above the ceiling, whatever comes',
    (steps, tones) => {
      const input = Float32Array.from(
        steps.flatMap(({ level, lasts }) =>
          Array.from({ length: lasts }, (_, index) => (index % 3 === 0 ? -level : level)),
        ),
      );
      expect(peak(guarded(input, tones))).toBeLessThanOrEqual(peakCeiling + 1e-7);
    },
  );

  it('goes on after samples that are no numbers', () => {
    const input = sine(700, 0.05);
    input.set([NaN, Infinity, -Infinity], 1_000);
    const output = guarded(input);
    expect(output.every((sample) => Number.isFinite(sample))).toBe(true);
    expect(loudness(part(output, 0.5, 1))).toBeCloseTo(loudness(part(input, 0.5, 1)), 3);
  });

  it('passes a voice as it is, only later', () => {
    for (const top of [0.01, 0.1, 10 ** (-12 / 20), 0.5]) {
      const input = voice(top);
      const output = guarded(input);
      const change = decibels(loudness(output.subarray(held)) / loudness(input.subarray(0, -held)));
      expect(Math.abs(change)).toBeLessThan(0.5);
      let most = 0;
      for (let index = held; index < output.length; index += 1)
        most = Math.max(most, Math.abs((output[index] ?? 0) - (input[index - held] ?? 0)));
      expect(most).toBeLessThan(top * 0.06);
    }
  });

  it('holds a burst down from its first moment', () => {
    let seed = 1;
    const noise = () => {
      seed = (seed * 16_807) % 2_147_483_647;
      return (2 * seed) / 2_147_483_647 - 1;
    };
    const input = made(1, (time) => (time < 0.5 ? 0.01 : 1) * noise());
    const output = guarded(input);
    expect(peak(output)).toBeLessThanOrEqual(peakCeiling + 1e-7);
    for (let from = 0.505; from < 0.95; from += 0.005)
      expect(loudness(part(output, from, from + 0.02))).toBeLessThan(loudnessCeiling * 1.05);
  });

  it.each([425, 1_100, 2_100, 3_000])(
    'takes a steady tone of %i Hz down to speech within 60 ms',
    (pitch) => {
      const output = guarded(sine(pitch, 0.9));
      expect(loudness(part(output, 0.005, 0.04))).toBeLessThan(loudnessCeiling * 1.1);
      expect(loudness(part(output, 0.075, 0.9))).toBeLessThan(toneCeiling * 1.1);
      expect(
        decibels(loudness(sine(pitch, 0.9)) / loudness(part(output, 0.075, 0.9))),
      ).toBeGreaterThan(12);
    },
  );

  it('does so for a howl that swells out of a talk', () => {
    const talk = voice(0.15);
    const input = talk.map(
      (sample, index) =>
        sample +
        (index > 2 * rate ? Math.min(0.8, (index - 2 * rate) / rate) : 0) * Math.sin(index * 0.31),
    );
    expect(
      levelAt(part(guarded(input), 2.8, 2.9), (0.31 * rate) / (2 * Math.PI), rate),
    ).toBeLessThan(toneCeiling * 1.5);
  });

  it('gives the voice back soon after a tone', () => {
    const tone = sine(2_100, 0.8);
    const talk = voice(0.25);
    const input = new Float32Array(tone.length + talk.length);
    input.set(tone);
    input.set(talk, tone.length);
    const output = guarded(input);
    const after = part(output, 1.6, 3.9);
    expect(decibels(loudness(after) / loudness(part(input, 1.6, 3.9)))).toBeGreaterThan(-0.5);
  });

  it("leaves a telephone's keys alone, which are two tones at once", () => {
    const input = made(
      0.5,
      (time) => 0.12 * (Math.sin(2 * Math.PI * 770 * time) + Math.sin(2 * Math.PI * 1_336 * time)),
    );
    expect(loudness(guarded(input))).toBeCloseTo(loudness(input), 2);
  });

  it('leaves tones alone on the way out', () => {
    const input = sine(1_000, 0.3);
    expect(loudness(guarded(input, false))).toBeCloseTo(loudness(input), 2);
  });
});

describe('the level of a pitch', () => {
  it('is that of the tone, and near nothing beside it', () => {
    const sound = sine(1_130, 0.5, 0.085);
    expect(levelAt(sound, 1_130, rate)).toBeCloseTo(0.5 / Math.SQRT2, 2);
    expect(levelAt(sound, 1_330, rate)).toBeLessThan(0.002);
    expect(levelAt(new Float32Array(0), 1_000, rate)).toBe(0);
  });
});
