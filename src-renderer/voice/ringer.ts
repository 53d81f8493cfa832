/** Rings: one tone at a time, on the ringing device or, beside a talk, in the headset. */
import type { RingTone } from '#shared/model/ring-tone.ts';
import type { SoundGraph } from './sound-graph.ts';
import { tonePattern, type Tone } from './tone-pattern.ts';

/** Below a voice, so that a waiting call never covers the one that is talked to. */
const besideTalk = 0.15;

export class Ringer implements Disposable {
  readonly #graph: SoundGraph;
  #sinks = { ringer: '', speaker: '' };
  #volume = 1;
  #playing: { readonly source: AudioBufferSourceNode; readonly gain: GainNode; tone: Tone } | null =
    null;

  constructor(graph: SoundGraph) {
    this.#graph = graph;
  }

  /** Device ids ('' is the system's choice) and the ring's volume, 0 to 1; taken over by a ring that sounds. */
  set(sinks: { readonly ringer: string; readonly speaker: string }, volume: number): void {
    this.#sinks = { ...sinks };
    this.#volume = volume;
    if (this.#playing) {
      this.#playing.gain.gain.value = this.#volumeOf(this.#playing.tone);
      this.#route(this.#playing.tone);
    }
  }

  start(tone: Tone, melody: RingTone): void {
    this.stop();
    this.#graph.wake();
    this.#route(tone);
    const { context } = this.#graph;
    const { samples, loops } = tonePattern(tone, melody, context.sampleRate);
    const buffer = context.createBuffer(1, samples.length, context.sampleRate);
    buffer.copyToChannel(samples, 0);
    const source = context.createBufferSource();
    source.buffer = buffer;
    source.loop = loops;
    const gain = context.createGain();
    gain.gain.value = this.#volumeOf(tone);
    source.connect(gain).connect(context.destination);
    source.start();
    const playing = { source, gain, tone };
    this.#playing = playing;
    source.addEventListener('ended', () => {
      gain.disconnect();
      if (this.#playing === playing) this.#playing = null;
    });
  }

  stop(): void {
    if (!this.#playing) return;
    this.#playing.source.stop();
    this.#playing.source.disconnect();
    this.#playing.gain.disconnect();
    this.#playing = null;
  }

  #volumeOf(tone: Tone): number {
    return tone === 'ring' ? this.#volume : besideTalk;
  }

  #route(tone: Tone): void {
    void this.#graph.playOn(tone === 'ring' ? this.#sinks.ringer : this.#sinks.speaker);
  }

  [Symbol.dispose](): void {
    this.stop();
  }
}
