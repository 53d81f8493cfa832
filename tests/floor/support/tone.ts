/** Finds tones in sound: the Goertzel algorithm, one frequency at a time. */
import type { Sound } from './wav.ts';

/** Share of the sound's power that lies at `hz` (within about 1/seconds hertz), 0 to 1; 0 for silence. */
export function shareOfTone(sound: Sound, hz: number): number {
  const { samples, rate } = sound;
  if (samples.length === 0) return 0;
  const coefficient = 2 * Math.cos((2 * Math.PI * hz) / rate);
  let before = 0;
  let last = 0;
  let power = 0;
  for (const sample of samples) {
    const next = sample + coefficient * last - before;
    before = last;
    last = next;
    power += sample * sample;
  }
  if (power === 0) return 0;
  const atTone = last * last + before * before - coefficient * last * before;
  // A pure sine of n samples gives n/2 times its whole power.
  return Math.min(1, (2 * atTone) / (samples.length * power));
}

/** The loudest frequency between `from` and `to`, in steps of `step` hertz, and its share; null for silence. */
export function strongestTone(
  sound: Sound,
  from = 200,
  to = 3000,
  step = 10,
): { readonly hz: number; readonly share: number } | null {
  if (rms(sound) < 0.001) return null;
  let best = { hz: 0, share: 0 };
  // Windows of a tenth of a second keep a tone whole that was begun anew, and make `step` wide enough.
  const windows = inWindows(sound, 0.1);
  for (let hz = from; hz <= to; hz += step) {
    const shares = windows.map((window) => shareOfTone(window, hz));
    const share = shares.reduce((sum, one) => sum + one, 0) / Math.max(1, shares.length);
    if (share > best.share) best = { hz, share };
  }
  return best;
}

/** Whether, while there is sound, most of its power is at `hz`; false for silence. */
export function hasTone(sound: Sound, hz: number, atLeast = 0.5): boolean {
  const windows = inWindows(sound, 0.1);
  const loudest = Math.max(0, ...windows.map(rms));
  if (loudest < 0.001) return false;
  const shares = windows
    .filter((window) => rms(window) > loudest / 4)
    .map((window) => shareOfTone(window, hz));
  return shares.reduce((sum, one) => sum + one, 0) / shares.length >= atLeast;
}

/** Whether the tone is in the sound at all, alone or with others that are no louder by far. */
export function holdsTone(sound: Sound, hz: number): boolean {
  const windows = inWindows(sound, 0.1);
  const having = windows.filter((window) => rms(window) > 0.005 && shareOfTone(window, hz) > 0.2);
  return having.length >= 2;
}

/** Seconds of the sound in which the tone is heard, counted in windows of a tenth of a second. */
export function secondsOfTone(sound: Sound, hz: number): number {
  return inWindows(sound, 0.1).filter((window) => hasTone(window, hz)).length / 10;
}

/** Longest stretch, in seconds, between the first and the last window with the tone in which it is not heard. */
export function longestGap(sound: Sound, hz: number): number {
  const heard = inWindows(sound, 0.1).map((window) => hasTone(window, hz));
  const first = heard.indexOf(true);
  const last = heard.lastIndexOf(true);
  let gap = 0;
  let longest = 0;
  for (let i = first; i >= 0 && i <= last; i++) {
    gap = heard[i] === true ? 0 : gap + 1;
    longest = Math.max(longest, gap);
  }
  return longest / 10;
}

function rms(sound: Sound): number {
  let power = 0;
  for (const sample of sound.samples) power += sample * sample;
  return Math.sqrt(power / Math.max(1, sound.samples.length));
}

function inWindows(sound: Sound, seconds: number): readonly Sound[] {
  const size = Math.round(seconds * sound.rate);
  if (sound.samples.length <= size) return sound.samples.length > 0 ? [sound] : [];
  const windows: Sound[] = [];
  for (let at = 0; at + size <= sound.samples.length; at += size)
    windows.push({ rate: sound.rate, samples: sound.samples.subarray(at, at + size) });
  return windows;
}
