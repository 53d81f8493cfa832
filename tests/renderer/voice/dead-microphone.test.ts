/** When a microphone is taken for dead. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { DeadMicrophoneWatch } from '../../../src-renderer/voice/dead-microphone.ts';

let sample: number;
let deaths: number;
let watch: DeadMicrophoneWatch;
const track = (muted = false) => ({ muted }) as MediaStreamTrack;

beforeEach(() => {
  vi.useFakeTimers();
  sample = 0;
  deaths = 0;
  const meter = { able: true, samples: () => new Float32Array(4).fill(sample) };
  watch = new DeadMicrophoneWatch(meter, () => {
    deaths += 1;
  });
});
afterEach(() => {
  watch[Symbol.dispose]();
  vi.useRealTimers();
});

it('is dead after three seconds of nothing at all, once', () => {
  watch.listen(track());
  vi.advanceTimersByTime(2_900);
  expect(deaths).toBe(0);
  vi.advanceTimersByTime(10_000);
  expect(deaths).toBe(1);
});

it("is not dead when it was heard before: that is a headset's own mute switch", () => {
  sample = 0.01;
  watch.listen(track());
  vi.advanceTimersByTime(1_000);
  sample = 0;
  vi.advanceTimersByTime(600_000);
  expect(deaths).toBe(0);
});

it('is dead when the system withholds it for a second', () => {
  sample = 0.01;
  watch.listen(track(true));
  vi.advanceTimersByTime(1_000);
  expect(deaths).toBe(1);
});

it('is not watched any more when it is not captured', () => {
  watch.listen(track());
  watch.listen(null);
  vi.advanceTimersByTime(60_000);
  expect(deaths).toBe(0);
});
