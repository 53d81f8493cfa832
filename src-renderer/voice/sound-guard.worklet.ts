/** The sound guard in the audio thread; a module of its own, because a worklet loads one. */
import { SoundGuard, type GuardWishes } from './sound-guard.ts';

/** What an audio worklet's global scope has; lib.dom knows the page's side only. */
declare const sampleRate: number;
declare function registerProcessor(name: string, made: unknown): void;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}

class SoundGuardProcessor extends AudioWorkletProcessor {
  readonly #guard: SoundGuard;
  readonly #silence = new Float32Array(128);
  #ended = false;

  constructor(options: { readonly processorOptions: GuardWishes }) {
    super();
    this.#guard = new SoundGuard(sampleRate, options.processorOptions);
    this.port.addEventListener('message', () => {
      this.#ended = true;
    });
    this.port.start();
  }

  process(inputs: readonly Float32Array[][], outputs: readonly Float32Array[][]): boolean {
    const output = outputs[0]?.[0];
    if (output) this.#guard.process(inputs[0]?.[0] ?? this.#silence, output);
    // Without this a disposed node would live as long as its context.
    return !this.#ended;
  }
}

registerProcessor('sound-guard', SoundGuardProcessor);
