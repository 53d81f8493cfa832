/** Proves that the page can be heard before the first ring must be: a sample sent through each context comes back. */
import type { SoundContext } from './sound-context.ts';

/** A tone far below what an ear hears (-80 dB), and milliseconds between looks and until it must have come back. */
const whisper = 1e-4;
const lookEvery = 20;
const within = 1_000;

export class Proof implements Disposable {
  readonly #sounds: readonly SoundContext[];
  readonly #changed: () => void;
  readonly #following: readonly Disposable[];
  #proven = false;
  #attempt = 0;

  /** @param changed after every change of `proven` */
  constructor(sounds: readonly SoundContext[], changed: () => void) {
    this.#sounds = sounds;
    this.#changed = changed;
    this.#following = sounds.map((sound) => sound.onChange(() => void this.prove()));
  }

  get proven(): boolean {
    return this.#proven;
  }

  /** Anew; after every change of device. Settles when it is known. */
  async prove(): Promise<void> {
    const attempt = ++this.#attempt;
    const came = await Promise.all(this.#sounds.map((sound) => comesBack(sound)));
    const proven = came.every(Boolean);
    if (attempt !== this.#attempt || proven === this.#proven) return;
    this.#proven = proven;
    this.#changed();
  }

  [Symbol.dispose](): void {
    this.#attempt += 1;
    for (const one of this.#following) one[Symbol.dispose]();
  }
}

/** A context that is only just starting has time to; one that the browser keeps asleep does not come. */
async function comesBack(sound: SoundContext): Promise<boolean> {
  const { context } = sound;
  const tone = new OscillatorNode(context);
  const volume = new GainNode(context, { gain: whisper });
  const analyser = new AnalyserNode(context);
  tone.connect(volume).connect(analyser).connect(context.destination);
  tone.start();
  const samples = new Float32Array(analyser.fftSize);
  try {
    const until = performance.now() + within;
    while (performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, lookEvery));
      analyser.getFloatTimeDomainData(samples);
      if (sound.running && samples.some((sample) => sample !== 0)) return true;
    }
    return false;
  } finally {
    tone.stop();
    tone.disconnect();
    volume.disconnect();
    analyser.disconnect();
  }
}
