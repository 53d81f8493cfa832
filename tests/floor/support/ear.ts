/** What a page lets its operator hear: taps what it plays, without touching the page's code. */
import type { Frame, Page } from 'playwright-core';
import { hasTone, strongestTone } from './tone.ts';
import { waitFor } from './wait-for.ts';
import type { Sound } from './wav.ts';

interface EarWindow {
  floorEar?: { last(): { readonly rate: number; readonly samples: number[] } };
}

/**
 * Runs in the page: from now on everything is heard that the page connects to its loudspeaker or plays from a stream in an
 * element, behind its volumes, guards and mutes. What it had connected before is not.
 */
export function openEar(): void {
  const here = window as unknown as EarWindow;
  if (here.floorEar) return;
  const played = new Map<AudioNode, AnalyserNode>();
  const elements = new Map<HTMLMediaElement, AnalyserNode | null>();
  const own = new AudioContext();
  const size = 32_768;
  const nodes = AudioNode.prototype;
  const connect = Reflect.get<AudioNode, 'connect'>(nodes, 'connect') as (
    this: AudioNode,
    to: unknown,
  ) => unknown;
  const disconnect = Reflect.get<AudioNode, 'disconnect'>(nodes, 'disconnect');
  Reflect.set(nodes, 'connect', function (this: AudioNode, ...given: [unknown]) {
    if (given[0] instanceof AudioDestinationNode && this.context !== own && !played.has(this)) {
      const analyser = new AnalyserNode(this.context, { fftSize: size });
      connect.call(this, analyser);
      played.set(this, analyser);
    }
    return Reflect.apply(connect, this, given);
  });
  Reflect.set(nodes, 'disconnect', function (this: AudioNode, ...given: []) {
    if (given.length === 0) played.delete(this);
    return Reflect.apply(disconnect, this, given);
  });
  const media = HTMLMediaElement.prototype;
  const play = Reflect.get<HTMLMediaElement, 'play'>(media, 'play');
  Reflect.set(media, 'play', function (this: HTMLMediaElement) {
    if (!elements.has(this)) elements.set(this, null);
    return Reflect.apply(play, this, []);
  });
  const sounding = (): AnalyserNode[] => {
    const found = [...played.values()].filter(({ context }) => context.state === 'running');
    for (const [element, known] of elements) {
      const stream = element.srcObject;
      if (element.paused || element.muted || !(stream instanceof MediaStream)) continue;
      const analyser = known ?? new AnalyserNode(own, { fftSize: size });
      if (!known) connect.call(own.createMediaStreamSource(stream), analyser);
      elements.set(element, analyser);
      found.push(analyser);
    }
    return found;
  };
  here.floorEar = {
    last() {
      const sum = new Float32Array(size / 2);
      const one = new Float32Array(size);
      for (const analyser of sounding()) {
        analyser.getFloatTimeDomainData(one);
        for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + (one[i + size / 2] ?? 0);
      }
      return { rate: own.sampleRate, samples: Array.from(sum) };
    },
  };
}

/**
 * Begins to listen in a page that did not have `openEar` from its start. Call it before the call that is to be judged; a
 * reloaded page needs it again.
 */
export async function listenIn(page: Page | Frame): Promise<void> {
  await page.evaluate(openEar);
}

/** The last third of a second that the operator heard. */
export async function lastHeard(page: Page | Frame): Promise<Sound> {
  const { rate, samples } = await page.evaluate(() => {
    const ear = (window as unknown as EarWindow).floorEar;
    if (!ear) throw new Error('listenIn was not called for this page');
    return ear.last();
  });
  return { rate, samples: Float32Array.from(samples) };
}

/** Looks many times a second from now on; the answer tells whether the tone was heard since, for a tenth of a second at least. */
export async function listenFor(page: Page | Frame, hz: number): Promise<() => Promise<boolean>> {
  const key = `floorHeard${hz}`;
  await page.evaluate(
    ([name, pitch]) => {
      const ear = (window as unknown as EarWindow).floorEar;
      if (!ear) throw new Error('listenIn was not called for this page');
      const isTone = (samples: readonly number[], rate: number): boolean => {
        const power = samples.reduce((sum, sample) => sum + sample * sample, 0);
        const turn = (2 * Math.PI * pitch) / rate;
        const real = samples.reduce((sum, sample, at) => sum + sample * Math.cos(turn * at), 0);
        const other = samples.reduce((sum, sample, at) => sum + sample * Math.sin(turn * at), 0);
        const share = (2 * (real * real + other * other)) / (samples.length * power);
        return Math.sqrt(power / samples.length) > 0.005 && share > 0.5;
      };
      const looking = setInterval(() => {
        const { rate, samples } = ear.last();
        if (!isTone(samples.slice(-Math.round(rate / 10)), rate)) return;
        Reflect.set(window, name, true);
        clearInterval(looking);
      }, 30);
    },
    [key, hz] as const,
  );
  return () => page.evaluate((name) => Reflect.get(window, name) === true, key);
}

/** Until what is heard is this tone. The error says what was heard instead. */
export async function waitForTone(
  page: Page | Frame,
  hz: number,
  withinMs = 20_000,
): Promise<void> {
  await waitFor(
    `the desk hearing ${hz} Hz`,
    async () => {
      const sound = await lastHeard(page);
      if (hasTone(sound, hz)) return true;
      throw new Error(`heard ${JSON.stringify(strongestTone(sound))}`);
    },
    withinMs,
  );
}
