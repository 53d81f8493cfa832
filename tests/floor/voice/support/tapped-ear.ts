/**
 * An ear at the loudspeaker: whatever a page's audio contexts play is heard by the test as well, and at its wish by the
 * page's microphone, as in a headset that is closed upon itself.
 */
import type { BrowserContext, Page } from 'playwright-core';
import type { Sound } from '../../support/wav.ts';

interface Tap {
  readonly rate: number;
  /** The last seconds. */
  readonly samples: number[];
}

/** Before the page is opened. What goes to a context's destination is copied on its way. */
export async function tapEars(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const taps: { rate: number; samples: number[]; stream: MediaStream }[] = [];
    let looped = false;
    Object.assign(window, { tapped: taps, closeLoop: () => (looped = true) });
    const { mediaDevices } = navigator;
    const capture = mediaDevices.getUserMedia.bind(mediaDevices);
    mediaDevices.getUserMedia = (wanted) => {
      const [ear] = taps;
      return looped && ear ? Promise.resolve(ear.stream.clone()) : capture(wanted);
    };
    const collectors = new WeakMap<BaseAudioContext, AudioNode>();
    const connect = Reflect.get(AudioNode.prototype, 'connect') as (
      this: AudioNode,
      to: AudioNode,
      ...rest: number[]
    ) => AudioNode;
    const collectorOf = (audio: AudioContext): AudioNode => {
      const known = collectors.get(audio);
      if (known) return known;
      const out = audio.createMediaStreamDestination();
      const tap = { rate: audio.sampleRate, samples: [] as number[], stream: out.stream };
      taps.push(tap);
      // The old node of the main thread will do, and needs no module the page's policy would have to allow.
      const node = audio.createScriptProcessor(1024, 1, 1);
      node.addEventListener('audioprocess', (event) => {
        tap.samples.push(...event.inputBuffer.getChannelData(0));
        if (tap.samples.length > 10 * tap.rate) tap.samples.splice(0, 1024);
      });
      connect.call(node, audio.destination);
      const all = audio.createGain();
      connect.call(all, node);
      connect.call(all, out);
      collectors.set(audio, all);
      return all;
    };
    Object.assign(AudioNode.prototype, {
      connect(this: AudioNode, to: AudioNode, ...rest: number[]) {
        if (to === this.context.destination)
          connect.call(this, collectorOf(this.context as AudioContext));
        return connect.call(this, to, ...rest);
      },
    });
  });
}

/** What the loudspeakers played in the next `seconds`: one sound for each context that plays. */
export async function overheard(page: Page, seconds: number): Promise<Sound[]> {
  const taps = await page.evaluate(async (wait) => {
    const { tapped } = window as unknown as { tapped: Tap[] };
    for (const tap of tapped) tap.samples.length = 0;
    await new Promise((resolve) => setTimeout(resolve, wait * 1_000));
    return tapped.map(({ rate, samples }) => ({ rate, samples: [...samples] }));
  }, seconds);
  return taps.map(({ rate, samples }) => ({ rate, samples: Float32Array.from(samples) }));
}

/** From now on the microphone hears what the ear plays. */
export function closeLoop(page: Page): Promise<void> {
  return page.evaluate(() => (window as unknown as { closeLoop(): void }).closeLoop());
}
