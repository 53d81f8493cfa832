/** The headset of this page: found by WebHID, looked for anew when a person has allowed one. */
import { headsetAllowed } from './headset-allowed.ts';
import { Headset, type HeadsetDeps } from './headset.ts';
import { hidOf } from './hid-port.ts';
import type { HeadsetClock } from './open-headset.ts';

export type PageHeadset = Pick<Headset, 'state' | 'show' | 'use'> & Disposable;

/** @param tell gets the buttons, and whether there is a headset. */
export function openPageHeadset(tell: HeadsetDeps['tell']): PageHeadset {
  const headset = new Headset({
    hid: hidOf(navigator),
    clock: pageClock,
    tell,
    // In Electron main writes it into the log; in a browser it is for the person who looks.
    warn: (what) => console.warn(what),
  });
  const allowed = headsetAllowed(() => void headset.look());
  return {
    get state() {
      return headset.state;
    },
    show: (lights) => headset.show(lights),
    use: (label) => headset.use(label),
    [Symbol.dispose]: () => {
      allowed[Symbol.dispose]();
      headset[Symbol.dispose]();
    },
  };
}

const pageClock: HeadsetClock = {
  now: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return { [Symbol.dispose]: () => clearTimeout(timer) };
  },
};
