/**
 * After an ICE restart (RFC 8445 §9): looks whether packets arrive, and has an offer made anew while they do not. Right after an
 * address has changed the browser may still offer the old one, and an ICE agent that failed tells so only once.
 */
import type { PeerStats } from '#shared/contract/voice.ts';
import type { Clock } from '../host.ts';

/** Milliseconds; checks over a good network are done in a fraction of the first. */
const firstLookMs = 700;
const longestLookMs = 4000;
/** About half a minute; then the party is silent by choice, or only another change can help. */
const looks = 12;

export class MediaReturn implements Disposable {
  readonly #clock: Clock;
  readonly #stats: () => Promise<PeerStats>;
  #next: Disposable | null = null;
  #received = 0;
  #looked = 0;

  constructor(clock: Clock, stats: () => Promise<PeerStats>) {
    this.#clock = clock;
    this.#stats = stats;
  }

  /** An offer with an ICE restart was agreed on; `again` makes the next one, `expected` tells whether packets should come at all. */
  watch(expected: () => boolean, again: () => void): void {
    this.#next?.[Symbol.dispose]();
    const wait = Math.min(firstLookMs * 2 ** Math.floor(this.#looked / 2), longestLookMs);
    void this.#packets().then((received) => (this.#received = received));
    this.#next = this.#clock.after(wait, () => {
      this.#next = null;
      void this.#packets().then((received) => {
        if (!expected() || received > this.#received || ++this.#looked > looks) this.#looked = 0;
        else again();
      });
    });
  }

  [Symbol.dispose](): void {
    this.#next?.[Symbol.dispose]();
    this.#next = null;
  }

  /** A page that cannot say has received nothing. */
  async #packets(): Promise<number> {
    try {
      return (await this.#stats()).packetsReceived;
    } catch {
      return 0;
    }
  }
}
