/** How loud the audio was between two looks at the statistics. */

/** Running sums of webrtc-stats: energy in (0…1)² seconds, duration in seconds. */
export interface AudioEnergy {
  readonly totalAudioEnergy: number;
  readonly totalSamplesDuration: number;
}

/**
 * The RMS level between two looks, 0 to 1 (https://www.w3.org/TR/webrtc-stats/#dom-rtcaudiosourcestats-totalaudioenergy);
 * 0 where nothing passed, and after a new source began its sums at nought.
 */
export function levelBetween(before: AudioEnergy | null, now: AudioEnergy | null): number {
  if (!before || !now) return 0;
  const energy = now.totalAudioEnergy - before.totalAudioEnergy;
  const seconds = now.totalSamplesDuration - before.totalSamplesDuration;
  const level = Math.sqrt(energy / seconds);
  return energy > 0 && seconds > 0 && level > 0 ? Math.min(1, level) : 0;
}

/**
 * How loud the operator goes out: of a mix only the own part, and no louder than what is really sent.
 * @param own null where no mix is sent
 */
export function ownLevel(sent: number, own: number | null): number {
  return own === null ? sent : Math.min(own, sent);
}
