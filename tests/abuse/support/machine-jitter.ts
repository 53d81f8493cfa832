/** What the machine's own load holds packets up, without any harm done to the desk. */
import type { Arrival } from '../../floor/support/sound-arrival.ts';

/** Nobody hears it. */
const unheardSeconds = 0.2;

/** @param before a while of the same call, just before the harm. @returns seconds that no harm has to answer for. */
export function machineJitter(before: Arrival): number {
  return Math.max(unheardSeconds, before.longestSilence);
}
