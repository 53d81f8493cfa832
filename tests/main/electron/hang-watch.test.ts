import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { endHanging } from '../../../src-main/electron/hang-watch.ts';
import { manualClock } from '../../support/memory-host.ts';

function page() {
  const clock = manualClock();
  const told: string[] = [];
  const contents = Object.assign(new EventEmitter(), {
    forcefullyCrashRenderer: () => void told.push('ended'),
  });
  endHanging(contents, clock, () => told.push('hangs'));
  return { clock, told, contents };
}

test('a page that does not come to itself within five seconds is ended, once', () => {
  const { clock, told, contents } = page();
  contents.emit('unresponsive');
  clock.advance(4_900);
  contents.emit('unresponsive');
  expect(told).toEqual([]);
  clock.advance(200);
  expect(told).toEqual(['hangs', 'ended']);
  clock.advance(60_000);
  expect(told).toHaveLength(2);
  // It came again, and hangs again.
  contents.emit('unresponsive');
  clock.advance(5_000);
  expect(told).toHaveLength(4);
});

test.each(['responsive', 'render-process-gone'])('after "%s" nothing is ended', (event) => {
  const { clock, told, contents } = page();
  contents.emit('unresponsive');
  clock.advance(3_000);
  contents.emit(event);
  clock.advance(60_000);
  expect(told).toEqual([]);
});
