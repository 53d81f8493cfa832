import { v7 as uuidv7 } from 'uuid';
import { describe, expect, test } from 'vitest';
import type { TimelineEntry } from '#shared/model/timeline.ts';
import { createTimeline } from '../../../src-main/customers/timeline.ts';
import { deskBase } from '../../support/desk-base.ts';

const customerId = uuidv7();
const entry = (): TimelineEntry => ({
  entryId: uuidv7(),
  customerId,
  at: '2026-11-23T09:00:00.000Z',
  kind: 'call',
  projectId: null,
  code: null,
  reason: null,
  text: '',
  amount: null,
  operatorName: null,
});

describe('sweeping what is gone after everything was pulled again', () => {
  test('goes through a large base in small steps, and leaves all that is new', () => {
    using base = deskBase();
    const timeline = createTimeline(base.store);
    const { pulled } = timeline;
    const entries = Array.from({ length: 4_500 }, entry);
    const apply = (some: readonly TimelineEntry[], generation: number) =>
      base.store.transaction((tx) => {
        for (const body of some)
          pulled.apply(tx, { entity: 'timeline', id: body.entryId, body }, generation);
      });
    apply(entries, 1);
    // Stale ones lie in the first, the second and the last window.
    const stale = new Set([...entries.slice(0, 120), entries[2_500], entries[4_499]]);
    const fresh = entries.filter((one) => !stale.has(one));
    apply(fresh, 2);
    let steps = 0;
    let before = entries.length;
    for (let more = true; more; steps++) {
      more = base.store.transaction((tx) => pulled.sweep(tx, 2));
      const left = timeline.of(customerId, 5_000).length;
      expect(before - left).toBeLessThanOrEqual(50);
      before = left;
    }
    expect(steps).toBeGreaterThan(3);
    expect(new Set(timeline.of(customerId, 5_000).map((one) => one.entryId))).toEqual(
      new Set(fresh.map((one) => one.entryId)),
    );
  });

  test('begins anew after a step that failed, and in the next generation', () => {
    using base = deskBase();
    const timeline = createTimeline(base.store);
    const { pulled } = timeline;
    const entries = Array.from({ length: 2_100 }, entry);
    base.store.transaction((tx) => {
      for (const body of entries)
        pulled.apply(tx, { entity: 'timeline', id: body.entryId, body }, 1);
    });
    expect(() =>
      base.store.transaction((tx) => {
        pulled.sweep(tx, 2);
        throw new Error('the disk is full');
      }),
    ).toThrow('the disk is full');
    expect(timeline.of(customerId, 5_000)).toHaveLength(2_100);
    base.store.transaction((tx) => pulled.sweep(tx, 2));
    for (let more = true; more;) more = base.store.transaction((tx) => pulled.sweep(tx, 3));
    expect(timeline.of(customerId, 5_000)).toEqual([]);
  });
});
