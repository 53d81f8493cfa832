/** When the desk's page says that the exchange cannot be reached. */
import type { Page } from 'playwright-core';

/** Milliseconds from now until the header's line says so, or that no sound comes, to somebody in a call; infinite where it does not `withinMs`. */
export async function lostNoticedMs(page: Page, withinMs: number): Promise<number> {
  const since = performance.now();
  // Where the sound has gone, too, that is the worse news.
  const isSaid = () =>
    document.querySelector(
      '[data-happening="line-lost-in-call"], [data-happening="sound-lost"]',
    ) !== null;
  return page.waitForFunction(isSaid, undefined, { timeout: withinMs }).then(
    () => performance.now() - since,
    () => Infinity,
  );
}
