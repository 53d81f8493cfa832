/** Rings: one tone at a time, on the ringing device or, beside a talk and before one, in the headset. */
import { assertNever } from '#shared/assert-never.ts';
import type { RingTone } from '#shared/model/ring-tone.ts';
import type { SoundContext } from './sound-context.ts';
import { tonePattern, type Tone } from './tone-pattern.ts';

/** Below a voice, so that a waiting call never covers the one that is talked to, and no tone is louder than its answer. */
const besideTalk = 0.15;
/** It must be noticed by an operator who looks elsewhere, and shock nobody. */
const beforeTalk = 0.3;

export interface RingerSounds {
  /** The ringing device. */
  readonly ringing: SoundContext;
  /** The ear. */
  readonly hearing: SoundContext;
}

interface Playing {
  readonly source: AudioBufferSourceNode;
  readonly gain: GainNode;
  readonly tone: Tone;
}

export class Ringer implements Disposable {
  readonly #sounds: RingerSounds;
  #volume = 1;
  #playing: Playing | null = null;

  constructor(sounds: RingerSounds) {
    this.#sounds = sounds;
  }

  /**
   * The ringing device ('' is the system's choice) and its volume, 0 to 1; taken over by a ring that sounds. Answers
   * whether the device is in use.
   */
  set(sinkId: string, volume: number): Promise<boolean> {
    this.#volume = volume;
    if (this.#playing) this.#playing.gain.gain.value = this.#volumeOf(this.#playing.tone);
    return this.#sounds.ringing.playOn(sinkId);
  }

  start(tone: Tone, melody: RingTone): void {
    this.stop();
    const sound = tone === 'ring' ? this.#sounds.ringing : this.#sounds.hearing;
    sound.wake();
    const { context } = sound;
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
    switch (tone) {
      case 'ring':
        return this.#volume;
      case 'auto-answer':
        return beforeTalk;
      case 'call-waiting':
      case 'ringback':
        return besideTalk;
      default:
        return assertNever(tone);
    }
  }

  [Symbol.dispose](): void {
    this.stop();
  }
}
