/** A page that hangs is as good as dead: it is ended, so that it comes again like one that died by itself. */
import type { WebContents } from 'electron';
import type { Clock } from '../host.ts';

/** What of a page is watched. */
export interface WatchedPage extends Pick<WebContents, 'forcefullyCrashRenderer'> {
  on(event: 'unresponsive' | 'responsive' | 'render-process-gone', heard: () => void): unknown;
}

/** A long look-up is no hang: so long, in milliseconds, it may still come to itself. */
const patience = 5_000;

/** @param hangs told before the page is ended */
export function endHanging(page: WatchedPage, clock: Clock, hangs: () => void): void {
  let timer: Disposable | null = null;
  const calm = (): void => {
    timer?.[Symbol.dispose]();
    timer = null;
  };
  page.on('unresponsive', () => {
    timer ??= clock.after(patience, () => {
      timer = null;
      hangs();
      page.forcefullyCrashRenderer();
    });
  });
  page.on('responsive', calm);
  page.on('render-process-gone', calm);
}
