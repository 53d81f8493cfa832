/**
 * Plays what the other sides say, each through a guard against shocks. Where the guard cannot run (no worklets, a context
 * the browser keeps asleep) the call's own media element plays it as it is: an unguarded voice is better than none.
 */
import type { GuardNode } from './guard-node.ts';
import { Meter } from './meter.ts';
import type { SoundContext } from './sound-context.ts';

export interface EarPiece extends Disposable {
  /** Whether the operator hears this call; every other one plays to nobody. */
  hear(heard: boolean): void;
  /** Heard, and the browser lets it sound. */
  readonly audible: boolean;
  /** Of what comes out of the guard, 0 to 1; null where there is no guard and the statistics know it. */
  readonly level: number | null;
}

export class Ear implements Disposable {
  readonly #sound: SoundContext;
  readonly #pieces = new Set<Piece>();
  readonly #following: Disposable;
  #sinkId = '';

  constructor(sound: SoundContext) {
    this.#sound = sound;
    this.#following = sound.onChange(() => {
      for (const piece of this.#pieces) piece.route();
    });
  }

  /** '' is the system's choice. Answers whether the device is in use; without it the system's choice plays. */
  async playOn(sinkId: string): Promise<boolean> {
    this.#sinkId = sinkId;
    const moved = await Promise.all([
      this.#sound.playOn(sinkId),
      ...[...this.#pieces].map((piece) => piece.playOn(sinkId)),
    ]);
    return moved.every(Boolean);
  }

  /** Tries again what the browser would not play before a person had touched the page. */
  wake(): void {
    this.#sound.wake();
    for (const piece of this.#pieces) piece.wake();
  }

  attach(track: MediaStreamTrack): EarPiece {
    const piece = new Piece(this.#sound, track, () => this.#pieces.delete(piece));
    this.#pieces.add(piece);
    if (this.#sinkId !== '') void piece.playOn(this.#sinkId);
    return piece;
  }

  [Symbol.dispose](): void {
    this.#following[Symbol.dispose]();
    for (const piece of this.#pieces) piece[Symbol.dispose]();
  }
}

class Piece implements EarPiece {
  readonly #sound: SoundContext;
  readonly #element = new Audio();
  readonly #source: MediaStreamAudioSourceNode;
  readonly #volume: GainNode;
  readonly #meter: Meter;
  readonly #left: () => void;
  #guard: GuardNode | null = null;
  #heard = false;

  constructor(sound: SoundContext, track: MediaStreamTrack, left: () => void) {
    this.#sound = sound;
    this.#left = left;
    const stream = new MediaStream([track]);
    // It plays from the start, if only to nobody: Chromium decodes what arrives only where an element plays it
    // (https://crbug.com/121673), and a call that comes into focus is heard at once.
    this.#element.muted = true;
    this.#element.srcObject = stream;
    this.#source = sound.context.createMediaStreamSource(stream);
    this.#volume = sound.context.createGain();
    this.#volume.gain.value = 0;
    this.#meter = new Meter(sound);
    this.#volume.connect(sound.context.destination);
    this.route();
    this.wake();
  }

  hear(heard: boolean): void {
    this.#heard = heard;
    this.route();
    this.wake();
  }

  /** Through the guard wherever that runs. */
  route(): void {
    if (!this.#guard) {
      this.#guard = this.#sound.guard({ tones: true });
      if (this.#guard) {
        this.#source.connect(this.#guard).connect(this.#volume);
        this.#meter.measure(this.#guard);
      }
    }
    this.#volume.gain.value = this.#heard && this.#guarded ? 1 : 0;
    this.#element.muted = !this.#heard || this.#guarded;
  }

  get #guarded(): boolean {
    return this.#guard !== null && this.#sound.running;
  }

  get audible(): boolean {
    return this.#heard && (this.#guarded || !this.#element.paused);
  }

  get level(): number | null {
    return this.#guarded ? this.#meter.level() : null;
  }

  async playOn(sinkId: string): Promise<boolean> {
    const element = this.#element;
    if (!('setSinkId' in element)) return sinkId === '';
    try {
      await element.setSinkId(sinkId);
      return true;
    } catch {
      if (sinkId !== '') await element.setSinkId('').catch(() => {});
      return false;
    }
  }

  wake(): void {
    if (this.#element.paused) void this.#element.play().catch(() => {});
  }

  [Symbol.dispose](): void {
    this.#left();
    this.#element.pause();
    this.#element.srcObject = null;
    this.#meter[Symbol.dispose]();
    this.#source.disconnect();
    this.#guard?.[Symbol.dispose]();
    this.#volume.disconnect();
  }
}
