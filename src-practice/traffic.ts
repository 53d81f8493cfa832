/** Lets customers call by themselves: the first soon after a desk has registered, then one after another. */
import type { PracticeCentre } from './centre.ts';
import type { Clock } from './clock.ts';
import { chooseCaller } from './customers/caller.ts';
import type { Exchange } from './exchange.ts';

export interface Traffic extends Disposable {
  /** A desk has registered. */
  registered(): void;
  /** A call is over. */
  ended(): void;
}

/**
 * Never more than one customer waits, and none calls while no desk could take the call.
 * @param first seconds from the first registration to the first call.
 * @param pause seconds from the end of one call to the next.
 */
export function startTraffic({
  exchange,
  centre,
  clock,
  random,
  first,
  pause,
}: {
  readonly exchange: Exchange;
  readonly centre: PracticeCentre;
  readonly clock: Clock;
  readonly random: () => number;
  readonly first: number;
  readonly pause: number;
}): Traffic {
  let timer: Disposable | null = null;
  let begun = false;
  let over = false;

  function next(seconds: number): void {
    timer?.[Symbol.dispose]();
    timer = over ? null : clock.after(seconds * 1000, call);
  }

  function call(): void {
    const staffed = centre.queues.filter(({ extensions }) =>
      extensions.some((one) => exchange.reachable(one)),
    );
    const queue = staffed[Math.floor(random() * staffed.length)];
    const busy = exchange.calls().some(({ kind }) => kind === 'queue');
    if (queue && !busy) {
      const caller = chooseCaller(centre.customers, centre.region, random);
      exchange.ring({
        queue: queue.name,
        number: caller.number,
        language: caller.language ?? queue.language,
      });
    }
    next(pause);
  }

  return {
    registered() {
      if (begun) return;
      begun = true;
      next(first);
    },
    ended() {
      if (begun) next(pause);
    },
    [Symbol.dispose]() {
      over = true;
      timer?.[Symbol.dispose]();
    },
  };
}
