/** What a meter takes from the browser, and gives back. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { testLoop } from '../../../src-renderer/voice/loop-test.ts';
import { Meter } from '../../../src-renderer/voice/meter.ts';
import type { SoundContext } from '../../../src-renderer/voice/sound-context.ts';

class Node {
  started = false;
  stopped = false;
  readonly frequency = { value: 0 };
  readonly gain = { value: 0 };
  connect(to: unknown): unknown {
    return to;
  }
  disconnect(): void {
    // Nothing is led anywhere.
  }
  start(): void {
    this.started = true;
  }
  stop(): void {
    if (!this.started) throw new DOMException('never started', 'InvalidStateError');
    this.stopped = true;
  }
  getFloatTimeDomainData(samples: Float32Array): void {
    samples.fill(0);
  }
}

class Context {
  readonly sampleRate = 48_000;
  readonly destination = new Node();
  readonly sources: Node[] = [];
  readonly tones: Node[] = [];
  createMediaStreamSource(): Node {
    const source = new Node();
    this.sources.push(source);
    return source;
  }
  createOscillator(): Node {
    const tone = new Node();
    this.tones.push(tone);
    return tone;
  }
  createGain(): Node {
    return new Node();
  }
}

const track = () => ({ stop: () => undefined }) as unknown as MediaStreamTrack;
let context: Context;
let sound: SoundContext;

beforeEach(() => {
  vi.stubGlobal('AnalyserNode', Node);
  vi.stubGlobal('MediaStream', EventTarget);
  context = new Context();
  sound = {
    get context() {
      return context;
    },
    running: true,
  } as unknown as SoundContext;
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

it('is led the same track once, however often it is told, and again in another context', () => {
  const meter = new Meter(sound);
  const first = track();
  for (let told = 0; told < 5; told++) meter.listen(first);
  expect(context.sources.length).toBe(1);
  meter.listen(track());
  expect(context.sources.length).toBe(2);
  meter.listen(null);
  meter.listen(first);
  expect(context.sources.length).toBe(3);
  context = new Context();
  meter.listen(first);
  expect(context.sources.length).toBe(1);
});

it('stops the tone of a loop test, and none that never began', async () => {
  vi.useFakeTimers();
  const deps = { seconds: 1, sending: sound, hearing: sound, open: async () => track() };
  const whole = testLoop({ ...deps, signal: undefined });
  await vi.advanceTimersByTimeAsync(2_000);
  await whole;
  expect(context.tones.map(({ stopped }) => stopped)).toEqual([true]);
  const signal = AbortSignal.abort(new Error('a call'));
  const off = testLoop({ ...deps, signal }).catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(await off).toMatchObject({ message: 'a call' });
  expect(context.tones.map(({ stopped }) => stopped)).toEqual([true, false]);
});
