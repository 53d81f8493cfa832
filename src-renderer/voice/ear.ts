/**
 * Plays what the other sides say. One element a call, playing from the start though muted, so that a call that comes
 * into focus is heard at once. A limiter and a mixer go between track and element, here.
 */

export interface EarPiece extends Disposable {
  /** Whether the operator hears this call; every other one plays to nobody. */
  hear(heard: boolean): void;
  /** Heard, and the browser lets it sound. */
  readonly audible: boolean;
}

export class Ear {
  readonly #pieces = new Set<HTMLAudioElement>();
  #sinkId = '';

  /** '' is the system's choice. Answers whether the device is in use; without it the system's choice plays. */
  async playOn(sinkId: string): Promise<boolean> {
    this.#sinkId = sinkId;
    const moved = await Promise.all([...this.#pieces].map((element) => move(element, sinkId)));
    return moved.every(Boolean);
  }

  /** Tries again what the browser would not play before a person had touched the page. */
  wake(): void {
    for (const element of this.#pieces) if (element.paused) void element.play().catch(() => {});
  }

  attach(track: MediaStreamTrack): EarPiece {
    const element = new Audio();
    element.muted = true;
    element.srcObject = new MediaStream([track]);
    this.#pieces.add(element);
    if (this.#sinkId !== '') void move(element, this.#sinkId);
    void element.play().catch(() => {});
    return {
      hear: (heard) => {
        element.muted = !heard;
        if (element.paused) void element.play().catch(() => {});
      },
      get audible() {
        return !element.muted && !element.paused;
      },
      [Symbol.dispose]: () => {
        this.#pieces.delete(element);
        element.pause();
        element.srcObject = null;
      },
    };
  }
}

async function move(element: HTMLAudioElement, sinkId: string): Promise<boolean> {
  if (!('setSinkId' in element)) return sinkId === '';
  try {
    await element.setSinkId(sinkId);
    return true;
  } catch {
    if (sinkId !== '') await element.setSinkId('').catch(() => {});
    return false;
  }
}
