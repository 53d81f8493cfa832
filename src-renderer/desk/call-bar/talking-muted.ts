/** "You are talking while muted": said only when somebody really speaks, and long enough to be read. Pure. */

/** About −30 dBFS: speech into a headset is louder, breath and keyboard are mostly not. */
const spokenAloud = 0.03;
/** How long it must last: a cough is no talking. Milliseconds. */
const meantAfter = 300;
/** Pauses between words are not the end of talking. Milliseconds. */
const overAfter = 1500;

export interface Talking {
  /** When the present loud stretch began and when it was last loud; milliseconds, null while it is quiet. */
  readonly since: number | null;
  readonly last: number;
}

export const silent: Talking = { since: null, last: 0 };

/** After the microphone heard `spoken` (0 to 1) at `at` (milliseconds). */
export function afterSpoken(before: Talking, spoken: number, at: number): Talking {
  if (spoken >= spokenAloud) return { since: before.since ?? at, last: at };
  // Before it counts as talking a quiet moment ends the stretch; afterwards only a pause does.
  return isTalking(before, at) ? before : silent;
}

/** Whether somebody talks now, or did a moment ago. */
export function isTalking({ since, last }: Talking, at: number): boolean {
  return since !== null && last - since >= meantAfter && at - last < overAfter;
}
