/**
 * Notices a microphone that is open and gives nothing: the system withholds it, or it has sent pure zeros since it was
 * opened. It is told and never replaced: the headset's own switch (a boom turned up) looks the same, and behind a person
 * who believes to be mute no other microphone may open. One that was heard and fell silent is not told: many headsets
 * send zeros while nobody speaks into them.
 */
import type { Meter } from './meter.ts';

/** Milliseconds between looks; how long a new one may be silent, and how long the system may withhold an old one. */
const lookEvery = 250;
const silentFor = 3_000;
const withheldFor = 1_000;

export class SilentMicrophoneWatch implements Disposable {
  readonly #meter: Pick<Meter, 'samples' | 'able'>;
  #timer: ReturnType<typeof setInterval> | null = null;
  #track: MediaStreamTrack | null = null;
  #silent = false;

  constructor(meter: Pick<Meter, 'samples' | 'able'>) {
    this.#meter = meter;
  }

  /** Whether what is captured now gives nothing; false from its first sound on. */
  get silent(): boolean {
    return this.#silent;
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
      this.#silent = withheld >= withheldFor || (!heard && silent >= silentFor);
    }, lookEvery);
  }

  #stop(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
    this.#silent = false;
  }

  [Symbol.dispose](): void {
    this.#stop();
  }
}
