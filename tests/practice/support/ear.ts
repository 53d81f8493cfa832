/** What a test hears and says: libwebrtc with its samples in reach. */
import { createPeer, sampleRate } from '../../../src-practice/media/peer.ts';
import type { Peer } from '../../../src-practice/media/peer.ts';
import { levelOf, toneShare, toneSource } from '../../../src-practice/media/tones.ts';

/** An ear and a mouth. */
export class Ear {
  readonly peer: Peer;
  readonly blocks: Int16Array[] = [];
  /** What the operator says, per 10 ms. */
  speak: (block: Int16Array) => void = () => {};

  constructor() {
    this.peer = createPeer({
      fill: (block) => this.speak(block),
      heard: (block) => {
        this.blocks.push(block.slice());
      },
      connection: () => {},
    });
  }

  speakTone(frequency: number, level = -12): void {
    const tone = toneSource(frequency, level, sampleRate);
    this.speak = (block) => tone.write(block);
  }

  /** The last `ms` milliseconds heard. */
  last(ms: number): Int16Array {
    const parts = this.blocks.slice(-ms / 10);
    const whole = new Int16Array(parts.length * 480);
    parts.forEach((part, index) => whole.set(part.subarray(0, 480), index * 480));
    return whole;
  }

  level = (): number => levelOf(this.last(100));
  share = (frequency: number): number => toneShare(this.last(200), frequency, sampleRate);
}

/** Waits until `holds`; the reason is told when it never does. */
export async function until(what: string, holds: () => boolean, ms = 10_000): Promise<void> {
  const deadline = Date.now() + ms;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
