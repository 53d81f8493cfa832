/** When noise suppression is taken for dead. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { SuppressorWatch } from '../../../src-renderer/voice/suppressor-watch.ts';

/** Looks every 50 ms from `from` on; what the last one said. */
function looks(
  watch: SuppressorWatch,
  from: number,
  count: number,
  sound: { input?: number; output?: number; stands?: boolean },
) {
  let said = '';
  for (let index = 0; index < count && said !== 'dead'; index += 1) {
    const now = from + index * 50;
    const { input = 0.1, output = 0.1, stands = false } = sound;
    said = watch.look(now, { input, output, clock: stands ? 1 : now / 1_000 });
  }
  return said;
}

describe('noise suppression', () => {
  it('is good once something came out', () => {
    const watch = new SuppressorWatch();
    expect(looks(watch, 0, 5, { output: 0 })).toBe('beginning');
    expect(looks(watch, 250, 1, {})).toBe('good');
  });

  it('is dead when it stays silent for 300 ms while somebody speaks', () => {
    const watch = new SuppressorWatch();
    looks(watch, 0, 10, {});
    expect(looks(watch, 500, 5, { output: 0 })).toBe('good');
    expect(looks(watch, 750, 1, { output: 0 })).toBe('dead');
  });

  it('is dead when nothing ever comes out', () => {
    expect(looks(new SuppressorWatch(), 0, 40, { output: 0 })).toBe('dead');
  });

  it('may be silent where there is silence', () => {
    const watch = new SuppressorWatch();
    looks(watch, 0, 2, {});
    expect(looks(watch, 100, 1_000, { input: 0, output: 0 })).toBe('good');
  });

  it('is dead when its clock stands still, and at once when it gives no numbers', () => {
    const watch = new SuppressorWatch();
    looks(watch, 0, 2, {});
    expect(looks(watch, 100, 10, { stands: true })).toBe('dead');
    expect(looks(new SuppressorWatch(), 0, 1, { output: Number.NaN })).toBe('dead');
  });

  it('is dead when it swallows speech that has pauses', () => {
    const watch = new SuppressorWatch();
    looks(watch, 0, 10, {});
    looks(watch, 500, 4, { output: 0 });
    looks(watch, 700, 20, { input: 0, output: 0 });
    expect(looks(watch, 1_700, 4, { output: 0 })).toBe('dead');
  });

  it('is not taken for dead by one look after a long pause', () => {
    const watch = new SuppressorWatch();
    looks(watch, 0, 2, {});
    expect(looks(watch, 5_000, 1, { output: 0 })).toBe('good');
  });

  test.prop([
    fc.array(
      fc.tuple(fc.integer({ min: 1, max: 1_500 }), fc.double({ min: 0, max: 1, noNaN: true })),
    ),
  ])('is never dead while sound comes out and the clock goes', (steps) => {
    const watch = new SuppressorWatch();
    let now = 0;
    for (const [after, input] of steps) {
      now += after;
      expect(watch.look(now, { input, output: 1e-6, clock: now })).toBe('good');
    }
  });
});
