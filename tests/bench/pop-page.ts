/** What runs inside a measured page: it notes when the awaited card is in the document, and when it has been painted. */
import { chromium, type Browser, type Page } from 'playwright-core';
import { epochMs } from '../support/epoch-ms.ts';

export interface Seen {
  /** Milliseconds since 1970, on the clock of the machine. */
  readonly inDocument: number;
  readonly painted: number;
  /** The same for what may follow the card: script and form. */
  readonly wholePainted: number;
}

interface Watch {
  /** Waits until every selector of `head` finds an element whose text holds `text`, and every one of `rest` anything. */
  await(text: string, head: readonly string[], rest: readonly string[]): void;
  seen: Promise<Seen>;
  /** Settles when nothing is found by the selector any more. */
  gone(selector: string): Promise<void>;
}

declare global {
  interface Window {
    popWatch: Watch;
  }
}

/**
 * "Painted" is the task that follows the rendering of the frame with the card: requestAnimationFrame, then a message.
 * By then script, style, layout and paint of that frame are over and it has gone to the compositor.
 */
export async function watchPage(page: Page): Promise<void> {
  await page.addInitScript(() => {
    if (window.top !== window) return;
    const now = (): number => performance.timeOrigin + performance.now();
    const whenChanged = <T>(look: () => T | null): Promise<T> =>
      new Promise((resolve) => {
        const found = (): boolean => {
          const answer = look();
          if (answer === null) return false;
          resolve(answer);
          return true;
        };
        if (found()) return;
        const observer = new MutationObserver(() => {
          if (found()) observer.disconnect();
        });
        observer.observe(document, { subtree: true, childList: true, characterData: true });
      });
    const afterPaint = (): Promise<number> =>
      new Promise((resolve) =>
        requestAnimationFrame(() => {
          const channel = new MessageChannel();
          channel.port1.addEventListener('message', () => resolve(now()), { once: true });
          channel.port1.start();
          channel.port2.postMessage(null);
        }),
      );
    window.popWatch = {
      seen: new Promise(() => undefined),
      await(text, head, rest) {
        const holds = (selector: string): boolean =>
          [...document.querySelectorAll(selector)].some((one) => one.textContent?.includes(text));
        const isThere = (selector: string): boolean => document.querySelector(selector) !== null;
        this.seen = (async () => {
          const inDocument = await whenChanged(() => (head.every(holds) ? now() : null));
          const painted = afterPaint();
          await whenChanged(() => (rest.every(isThere) ? true : null));
          const wholePainted = await afterPaint();
          return { inDocument, painted: await painted, wholePainted };
        })();
      },
      gone: async (selector) => {
        await whenChanged(() => (document.querySelector(selector) ? null : true));
      },
    };
  });
}

/** A Chromium of its own for each page: one that is not in front is given a frame a second only. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['CENTRALA_CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      '--autoplay-policy=no-user-gesture-required',
      '--disable-features=WebRtcHideLocalIpsWithMdns',
    ],
  });
}

/** Begins to wait; `seen` settles when the card has been painted. */
export async function expectCard(
  page: Page,
  text: string,
  head: readonly string[],
  rest: readonly string[] = [],
): Promise<{ readonly seen: Promise<Seen> }> {
  await page.evaluate(([text, head, rest]) => window.popWatch.await(text, head, rest), [
    text,
    head,
    rest,
  ] as const);
  // Asked before anything happens, so that no message of ours falls into the time that is measured.
  return { seen: page.evaluate(() => window.popWatch.seen) };
}

/** How far the page's clock is from ours, in ms; the truth lies within half the round trip. */
export async function clockDifference(page: Page): Promise<number> {
  let best = { trip: Infinity, difference: 0 };
  for (let turn = 0; turn < 30; turn++) {
    const before = epochMs();
    const there = await page.evaluate(() => performance.timeOrigin + performance.now());
    const trip = epochMs() - before;
    if (trip < best.trip) best = { trip, difference: there - (before + trip / 2) };
  }
  return best.difference;
}
