/**
 * How long to wait after a 491. RFC 3261 §14.1: "If the UAC is the owner of the Call-ID of the dialog ID …, T has a randomly
 * chosen value between 2.1 and 4 seconds in units of 10 ms", otherwise "between 0 and 2 seconds in units of 10 ms".
 * @param random 0 to 1.
 * @returns milliseconds.
 */
export function glareDelay(ownsCallId: boolean, random: number): number {
  return ownsCallId ? 2100 + 10 * Math.floor(190 * random) : 10 * Math.floor(200 * random);
}
