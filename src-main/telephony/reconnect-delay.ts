/** So long after the line was lost the exchange is looked for as often as somebody who waits for calls needs it. */
const hurriedMs = 5 * 60_000;
/** Nothing at all was heard for so long: neither the exchange nor a router on the way has said anything. */
const silenceMs = 250;

export interface LostLine {
  /** Attempts that failed since the line was last steady, from 0. */
  readonly failures: number;
  readonly lostMs: number;
  /** How long the last attempt took: that was a wait already, in which nothing went out but a SYN at its first second (RFC 6298 §2). */
  readonly triedMs: number;
  /** Nobody answered it. */
  readonly unanswered: boolean;
}

/**
 * How long to wait before the next attempt to reach the exchange.
 * RFC 5626 §4.5 spreads the attempts of many lines at random; its base of 30 s is far too long for somebody who waits for
 * calls. The first try comes within 250 ms; in the first minutes no wait is longer than 2 s, so that a restarted exchange is
 * found again within 3 s; later 5 s. Half of every wait is drawn, so that 500 desks do not come at once. Where an attempt met
 * silence the next one follows at once in those minutes: it costs nobody anything, and is what finds the way again.
 * @param chance 0 to 1.
 * @returns milliseconds.
 */
export function reconnectDelay(lost: LostLine, chance: number): number {
  const { failures, lostMs, triedMs, unanswered } = lost;
  const shortest = 20 + 230 * chance;
  const silent = unanswered && triedMs >= silenceMs && lostMs < hurriedMs;
  if (failures === 0 || silent) return Math.round(shortest);
  const ceiling = Math.min(lostMs < hurriedMs ? 2000 : 5000, 250 * 2 ** Math.min(failures, 10));
  const wait = ceiling / 2 + (ceiling / 2) * chance;
  return Math.round(Math.max(shortest, wait - Math.max(0, triedMs)));
}
