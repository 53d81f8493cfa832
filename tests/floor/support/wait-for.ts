/** Waiting for a state, never for a time. */
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * What `look` first answers that is neither undefined, null nor false; asked again every 50 ms.
 * Throws after `withinMs` with `what` and the last thing that went wrong.
 */
export async function waitFor<T>(
  what: string,
  look: () => T | Promise<T>,
  withinMs = 30_000,
): Promise<Exclude<T, undefined | null | false>> {
  const until = Date.now() + withinMs;
  let problem: unknown;
  for (;;) {
    try {
      const seen = await look();
      if (seen !== undefined && seen !== null && seen !== false)
        return seen as Exclude<T, undefined | null | false>;
      problem = undefined;
    } catch (error) {
      problem = error;
    }
    if (Date.now() > until)
      throw new Error(`waited ${withinMs / 1000} s in vain for: ${what}`, { cause: problem });
    await sleep(50);
  }
}
