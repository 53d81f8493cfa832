/** When a microphone is told to give nothing. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SilentMicrophoneWatch } from '../../../src-renderer/voice/silent-microphone.ts';

let sample: number;
let watch: SilentMicrophoneWatch;
const track = (muted = false) => ({ muted }) as MediaStreamTrack;

beforeEach(() => {
  vi.useFakeTimers();
  sample = 0;
  watch = new SilentMicrophoneWatch({
    able: true,
    samples: () => new Float32Array(4).fill(sample),
  });
});
afterEach(() => {
  watch[Symbol.dispose]();
  vi.useRealTimers();
});

it('is silent after three seconds of nothing at all, until its first sound', () => {
  watch.listen(track());
  vi.advanceTimersByTime(2_900);
  expect(watch.silent).toBe(false);
  vi.advanceTimersByTime(10_000);
  expect(watch.silent).toBe(true);
  sample = 0.01;
  vi.advanceTimersByTime(250);
  expect(watch.silent).toBe(false);
});

it('is not silent when it was heard before: many headsets send zeros while nobody speaks', () => {
  sample = 0.01;
  watch.listen(track());
  vi.advanceTimersByTime(1_000);
  sample = 0;
  vi.advanceTimersByTime(600_000);
  expect(watch.silent).toBe(false);
});

it('is silent while the system withholds it, a second after that began', () => {
  sample = 0.01;
  const withheld = { muted: true };
  watch.listen(withheld as MediaStreamTrack);
  vi.advanceTimersByTime(1_000);
  expect(watch.silent).toBe(true);
  withheld.muted = false;
  vi.advanceTimersByTime(250);
  expect(watch.silent).toBe(false);
});

it('is not watched any more when it is not captured', () => {
  watch.listen(track());
  vi.advanceTimersByTime(5_000);
  watch.listen(null);
  expect(watch.silent).toBe(false);
  vi.advanceTimersByTime(60_000);
  expect(watch.silent).toBe(false);
});

it('says nothing of one that nobody can hear because the page is not allowed to sound yet', () => {
  watch = new SilentMicrophoneWatch({ able: false, samples: () => new Float32Array(4) });
  watch.listen(track());
  vi.advanceTimersByTime(60_000);
  expect(watch.silent).toBe(false);
});
