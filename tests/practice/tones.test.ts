import { expect, test } from 'vitest';
import { blockResampler } from '../../src-practice/media/resample.ts';
import { digitEar, levelOf, toneShare, toneSource } from '../../src-practice/media/tones.ts';

const rate = 48_000;

function pair(low: number, high: number): (block: Int16Array) => void {
  const [one, two] = [toneSource(low, -9, rate), toneSource(high, -9, rate)];
  return (block) => {
    const other = block.slice();
    one.write(block);
    two.write(other);
    other.forEach((sample, index) => (block[index] = (block[index] ?? 0) + sample));
  };
}

test('a tone is found at its own frequency and at no other, at the level it was made', () => {
  const block = new Int16Array(rate / 5);
  const source = toneSource(1004, -12, rate);
  source.write(block);
  expect(toneShare(block, 1004, rate)).toBeGreaterThan(0.99);
  expect(toneShare(block, 1100, rate)).toBeLessThan(0.01);
  // The mean power of a sine is 3 dB below its peak.
  expect(levelOf(block)).toBeCloseTo(-15, 0);
  expect(toneShare(new Int16Array(480), 1004, rate)).toBe(0);
});

test('digits of 60 ms are told apart, and one with a dropout in it is one digit', () => {
  const digits: string[] = [];
  const ear = digitEar(rate, (digit) => digits.push(digit));
  const play = (fill: (block: Int16Array) => void, ms: number): void => {
    for (let at = 0; at < ms; at += 10) {
      const block = new Int16Array(480);
      fill(block);
      ear(block);
    }
  };
  const silence = (): void => {};
  const one = pair(697, 1209);
  play(one, 60);
  play(silence, 70);
  play(one, 60);
  play(silence, 70);
  const hash = pair(941, 1477);
  play(hash, 60);
  play(silence, 10);
  play(hash, 60);
  play(silence, 70);
  // A single tone is no digit.
  const alone = toneSource(697, -6, rate);
  play((block) => alone.write(block), 200);
  expect(digits).toEqual(['1', '1', '#']);
});

test('blocks of another rate and of two channels become 48 kHz mono without a seam', () => {
  for (const [sampleRate, channelCount] of [
    [8000, 1],
    [16_000, 1],
    [48_000, 2],
  ] as const) {
    const resample = blockResampler(rate);
    const source = toneSource(440, -12, sampleRate);
    const whole: number[] = [];
    for (let count = 0; count < 20; count += 1) {
      const one = new Int16Array(sampleRate / 100);
      source.write(one);
      const samples = Int16Array.from({ length: one.length * channelCount }, (_, at) =>
        at % channelCount === 0 ? (one[at / channelCount] ?? 0) : 0,
      );
      const block = {
        samples,
        sampleRate,
        bitsPerSample: 16,
        channelCount,
        numberOfFrames: one.length,
      };
      whole.push(...resample(block));
    }
    expect(whole.length).toBe(9600);
    expect(toneShare(Int16Array.from(whole), 440, rate)).toBeGreaterThan(0.97);
  }
});
