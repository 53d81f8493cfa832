import type { Clock } from '../host.ts';

/** One waiting retry: doubles from `least` to `most` milliseconds, with half of it left to chance so that desks spread. */
export interface BackOff extends Disposable {
  /** Tries again after the next pause; a retry that waits already is left alone. */
  retry(run: () => void): void;
  /** It worked, or there is a reason to try at once: the next pause is the shortest again. */
  reset(): void;
  readonly waiting: boolean;
}

export function createBackOff(clock: Clock, least = 500, most = 30_000): BackOff {
  let failures = 0;
  let timer: Disposable | null = null;
  const reset = (): void => {
    timer?.[Symbol.dispose]();
    timer = null;
    failures = 0;
  };
  return {
    retry(run) {
      if (timer) return;
      const pause = Math.min(most, least * 2 ** Math.min(failures, 16));
      failures++;
      timer = clock.after(pause / 2 + (Math.random() * pause) / 2, () => {
        timer = null;
        run();
      });
    },
    reset,
    get waiting() {
      return timer !== null;
    },
    [Symbol.dispose]: reset,
  };
}
