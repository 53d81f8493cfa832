/**
 * A fresh offer that came to nothing is made again: RFC 3261 §14.2 has the other side refuse one (500, Retry-After up to 10 s)
 * while it still has our last one open, which an outage may leave there; and a page that has just come may be too busy to make one.
 */
import { LineError } from '../calls/line.ts';
import type { Clock } from '../host.ts';

/** Together longer than the longest Retry-After of §14.2. */
const pausesMs = [2000, 4000, 8000] as const;

export class OfferAgain implements Disposable {
  readonly #clock: Clock;
  #next: Disposable | null = null;
  #tried = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `offer` is called a little later, where asking again can help and it has not been asked too often. */
  after(error: unknown, offer: () => void): void {
    const pause = pausesMs[this.#tried];
    if (!mayPass(error) || pause === undefined) return;
    this.#tried += 1;
    this.#next?.[Symbol.dispose]();
    this.#next = this.#clock.after(pause, () => {
      this.#next = null;
      offer();
    });
  }

  /** Agreed on, or another reason to offer has come: the count begins anew. */
  [Symbol.dispose](): void {
    this.#next?.[Symbol.dispose]();
    this.#next = null;
    this.#tried = 0;
  }
}

/** Where there is no page at all, the next one that comes is offered afresh in any case: asking in vain costs nothing. */
const passing: ReadonlySet<string> = new Set<LineError['code']>([
  'REFUSED',
  'NO_ANSWER',
  'NO_VOICE',
]);

function mayPass(error: unknown): boolean {
  return error instanceof LineError && passing.has(error.code);
}
