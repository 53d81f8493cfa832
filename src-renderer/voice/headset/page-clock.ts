/** The page's time. */
import type { HeadsetClock } from './headset.ts';

export const pageClock: HeadsetClock = {
  now: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return { [Symbol.dispose]: () => clearTimeout(timer) };
  },
};
