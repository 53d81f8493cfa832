/** An ear at the loudspeaker: whatever a page's audio contexts play is heard by the test as well. */
import type { BrowserContext, Page } from 'playwright-core';
import type { Sound } from '../../support/wav.ts';

interface Tapped {
  /** All taps of contexts that play on a device; each keeps its last seconds. */
  readonly tapped: { rate: number; samples: number[] }[];
}

/** Before the page is opened. What goes to a context's destination is copied on its way. */
export async function tapEars(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const taps: { rate: number; samples: number[] }[] = [];
    Object.assign(window, { tapped: taps });
    const collectors = new WeakMap<BaseAudioContext, AudioNode>();
    const connect = AudioNode.prototype.connect as (to: AudioNode, ...rest: number[]) => AudioNode;
    const collectorOf = (audio: AudioContext): AudioNode => {
      const known = collectors.get(audio);
      if (known) return known;
      const tap = { rate: audio.sampleRate, samples: [] as number[] };
      taps.push(tap);
      // The old node of the main thread will do, and needs no module the page's policy would have to allow.
      const node = audio.createScriptProcessor(1024, 1, 1);
      node.addEventListener('audioprocess', (event) => {
        tap.samples.push(...event.inputBuffer.getChannelData(0));
        if (tap.samples.length > 10 * tap.rate) tap.samples.splice(0, 1024);
      });
      connect.call(node, audio.destination);
      collectors.set(audio, node);
      return node;
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
    const { tapped } = window as unknown as Tapped;
    for (const tap of tapped) tap.samples.length = 0;
    await new Promise((resolve) => setTimeout(resolve, wait * 1_000));
    return tapped.map(({ rate, samples }) => ({ rate, samples: [...samples] }));
  }, seconds);
  return taps.map(({ rate, samples }) => ({ rate, samples: Float32Array.from(samples) }));
}
