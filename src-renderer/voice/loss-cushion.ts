/**
 * How long the jitter buffer should hold what arrives. Opus puts a copy of each packet into the next (RFC 6716 §2.1.7), and
 * the next comes 20 ms later than the lost one was due: a buffer that is as short as a good network allows has nothing to
 * play by then. So it is made longer where packets get lost, and nowhere else.
 */

/** Milliseconds: a packet, its successor, and the jitter of a fair network. */
export const cushion = 60;
/** Share of the packets lost from which it is worth its delay. */
const worthwhile = 0.01;
/** Milliseconds over which loss is measured, and without loss after which the delay is given back. */
const measuredOver = 2_000;
const forgivenAfter = 20_000;

interface Counters {
  readonly codec: string | null;
  readonly packetsReceived: number;
  readonly packetsLost: number;
}

export class LossCushion {
  #seen: (Counters & { readonly at: number })[] = [];
  #lastLoss: number | null = null;

  /**
   * One look at the counters of a call.
   * @param now milliseconds
   * @returns milliseconds to hold at least; null: as the browser sees fit
   */
  look(now: number, { codec, packetsReceived, packetsLost }: Counters): number | null {
    // No other codec carries copies: waiting longer would bring nothing.
    if (codec?.toLowerCase() !== 'opus') return null;
    this.#seen.push({ at: now, codec, packetsReceived, packetsLost });
    while ((this.#seen[1]?.at ?? now) <= now - measuredOver) this.#seen.shift();
    const first = this.#seen[0] ?? { packetsReceived, packetsLost };
    const lost = Math.max(0, packetsLost - first.packetsLost);
    const all = lost + Math.max(0, packetsReceived - first.packetsReceived);
    // One packet in two seconds is chance.
    if (lost > 1 && lost / all >= worthwhile) this.#lastLoss = now;
    return this.#lastLoss !== null && now - this.#lastLoss < forgivenAfter ? cushion : null;
  }
}
