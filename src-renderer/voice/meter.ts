/** How loud something is right now. */
import type { SoundContext } from './sound-context.ts';

/** Samples looked at: 85 ms at 48 kHz, about the time between two levels that are told. */
const looked = 4096;

export class Meter implements Disposable {
  readonly #sound: SoundContext;
  readonly #samples = new Float32Array(looked);
  #measured: { readonly source: AudioNode; readonly analyser: AnalyserNode } | null = null;
  #listened: { readonly track: MediaStreamTrack; readonly context: AudioContext } | null = null;

  constructor(sound: SoundContext) {
    this.#sound = sound;
  }

  /** Measures this track from now on, whoever sends or mutes its copies; null measures nothing. */
  listen(track: MediaStreamTrack | null): void {
    const { context } = this.#sound;
    // Chromium keeps every node that a stream was led into: the same track gets no second one.
    if (track && this.#listened?.track === track && this.#listened.context === context) return;
    this.measure(track && context.createMediaStreamSource(new MediaStream([track])));
    this.#listened = track && { track, context };
  }

  /** Measures what comes out of this node. */
  measure(source: AudioNode | null): void {
    this.#measured?.source.disconnect(this.#measured.analyser);
    this.#measured = null;
    this.#listened = null;
    if (!source) return;
    const analyser = new AnalyserNode(source.context, { fftSize: looked });
    source.connect(analyser);
    this.#measured = { source, analyser };
  }

  /** The last samples, -1 to 1; the same array every time, of silence while nothing is measured. */
  samples(): Float32Array<ArrayBuffer> {
    if (this.#measured) this.#measured.analyser.getFloatTimeDomainData(this.#samples);
    else this.#samples.fill(0);
    return this.#samples;
  }

  /** Whether it measures something, and its context runs. */
  get able(): boolean {
    return this.#measured !== null && this.#sound.running;
  }

  /** Root mean square, 0 to 1; 0 while nothing is measured or the context sleeps. */
  level(): number {
    return this.able ? rootMeanSquare(this.samples()) : 0;
  }

  [Symbol.dispose](): void {
    this.measure(null);
  }
}

export function rootMeanSquare(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return Math.min(1, Math.sqrt(sum / Math.max(1, samples.length)));
}
