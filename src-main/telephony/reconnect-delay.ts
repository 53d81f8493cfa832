/**
 * How long to wait before the next attempt to reach the exchange.
 * RFC 5626 §4.5 spreads the attempts of many lines at random; its base of 30 s is far too long for somebody who waits for
 * calls, so that a restarted exchange is found again within 3 s: the first try comes within 250 ms, no wait is longer than 2.5 s.
 * @param failures attempts that failed since the line was last registered, from 0.
 * @param random 0 to 1.
 * @returns milliseconds.
 */
export function reconnectDelay(failures: number, random: number): number {
  if (failures === 0) return Math.round(20 + 230 * random);
  const ceiling = Math.min(2500, 250 * 2 ** failures);
  return Math.round(ceiling / 2 + (ceiling / 2) * random);
}
