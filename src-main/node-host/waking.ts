/** Node has no power events: a second that took more than five was a sleep. */
import type { Clock } from '../host.ts';

const lookMs = 1000;
const sleptMs = 5000;

export function watchForWaking(clock: Clock, woke: () => void): Disposable {
  let timer: Disposable;
  const look = (last: number): void => {
    timer = clock.after(lookMs, () => {
      const now = clock.now();
      look(now);
      if (now - last > sleptMs) woke();
    });
  };
  look(clock.now());
  return { [Symbol.dispose]: () => timer[Symbol.dispose]() };
}
