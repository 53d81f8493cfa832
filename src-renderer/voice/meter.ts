/** How loud something is right now. */

/** Samples looked at: 85 ms at 48 kHz, about the time between two levels that are told. */
const looked = 4096;

export class Meter implements Disposable {
  readonly #context: AudioContext;
  readonly #analyser: AnalyserNode;
  readonly #samples = new Float32Array(looked);
  #source: AudioNode | null = null;

  constructor(context: AudioContext) {
    this.#context = context;
    this.#analyser = context.createAnalyser();
    this.#analyser.fftSize = looked;
  }

  /** Measures this track from now on, whoever sends or mutes its copies; null measures nothing. */
  listen(track: MediaStreamTrack | null): void {
    this.measure(track && this.#context.createMediaStreamSource(new MediaStream([track])));
  }

  /** Measures what comes out of this node. */
  measure(source: AudioNode | null): void {
    this.#source?.disconnect(this.#analyser);
    this.#source = source;
    source?.connect(this.#analyser);
  }

  /** The last samples, -1 to 1; the same array every time. */
  samples(): Float32Array<ArrayBuffer> {
    this.#analyser.getFloatTimeDomainData(this.#samples);
    return this.#samples;
  }

  /** Root mean square, 0 to 1; 0 while nothing is measured or the context sleeps. */
  level(): number {
    return this.#source && this.#context.state === 'running' ? rootMeanSquare(this.samples()) : 0;
  }

  [Symbol.dispose](): void {
    this.measure(null);
    this.#analyser.disconnect();
  }
}

export function rootMeanSquare(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return Math.min(1, Math.sqrt(sum / Math.max(1, samples.length)));
}
