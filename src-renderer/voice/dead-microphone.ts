/**
 * Notices a microphone that is open and gives nothing: the system muted it, or it has sent pure zeros since it was
 * opened. One that was heard and fell silent is left alone: that is a headset's own mute switch, and no other microphone
 * may open behind it.
 */
import type { Meter } from './meter.ts';

/** Milliseconds between looks; how long a new one may be silent, and how long the system may withhold an old one. */
const lookEvery = 250;
const silentFor = 3_000;
const withheldFor = 1_000;

export class DeadMicrophoneWatch implements Disposable {
  readonly #meter: Pick<Meter, 'samples' | 'able'>;
  readonly #dead: () => void;
  #timer: ReturnType<typeof setInterval> | null = null;
  #track: MediaStreamTrack | null = null;

  constructor(meter: Pick<Meter, 'samples' | 'able'>, dead: () => void) {
    this.#meter = meter;
    this.#dead = dead;
  }

  /** Watches what is captured now; null for nothing. */
  listen(track: MediaStreamTrack | null): void {
    if (track === this.#track) return;
    this.#stop();
    this.#track = track;
    if (!track) return;
    let heard = false;
    let silent = 0;
    let withheld = 0;
    this.#timer = setInterval(() => {
      withheld = track.muted ? withheld + lookEvery : 0;
      if (!heard && this.#meter.able) {
        heard = this.#meter.samples().some((sample) => sample !== 0);
        silent += lookEvery;
      }
      if (withheld < withheldFor && (heard || silent < silentFor)) return;
      this.#stop();
      this.#dead();
    }, lookEvery);
  }

  #stop(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }

  [Symbol.dispose](): void {
    this.#stop();
  }
}
