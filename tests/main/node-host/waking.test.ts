import { expect, test } from 'vitest';
import type { Clock } from '../../../src-main/host.ts';
import { watchForWaking } from '../../../src-main/node-host/waking.ts';
import { manualClock } from '../../support/memory-host.ts';

test('a machine that slept is told of once it is awake, and one that was only busy is not', () => {
  const running = manualClock();
  let slept = 0;
  // The timers of a process stand still while the machine sleeps; its clock does not.
  const clock: Clock = {
    now: () => running.now() + slept,
    after: (ms, run) => running.after(ms, run),
  };
  let woken = 0;
  const watch = watchForWaking(clock, () => woken++);
  running.advance(60_000);
  slept += 3000;
  running.advance(60_000);
  expect(woken).toBe(0);
  slept += 3_600_000;
  running.advance(1000);
  expect(woken).toBe(1);
  running.advance(60_000);
  expect(woken).toBe(1);
  watch[Symbol.dispose]();
  expect(running.waiting).toBe(0);
});
