import { describe, expect, test } from 'vitest';
import type { CallCard } from '#shared/contract/desk.ts';
import type { Call } from '#shared/model/call.ts';
import { bareCard, newCall } from '../../../src-main/calls/live-call.ts';
import { createHistoryBase } from '../../../src-main/history/history-base.ts';
import { openStore } from '../../../src-main/store/open-store.ts';
import { deskBase, testKey } from '../../support/desk-base.ts';
import { customer } from '../../support/synced-desk.ts';

let made = 0;
const marija = customer({ name: 'Marija Žagar' });
const known: CallCard = { ...bareCard, match: 'one', customer: marija };

function bench() {
  const base = deskBase();
  const { clock } = base.host;
  let userId: string | null = 'u-ana';
  const history = createHistoryBase({ store: base.store, clock, userId: () => userId });
  const number = '+38641123456';
  /** A call that begins now and ends after a minute. */
  function call(given: Partial<Call> = {}): Call {
    const at = new Date(clock.now()).toISOString();
    clock.advance(60_000);
    const begun = newCall(
      {
        callId: `019aafe6-5a80-7000-8000-${String(++made).padStart(12, '0')}`,
        direction: 'in',
        party: { number, written: number, displayName: null, withheld: false },
        dialled: null,
        queue: null,
        waitedSeconds: null,
        divertedFrom: null,
      },
      at,
    );
    const endedAt = new Date(clock.now()).toISOString();
    return { ...begun, phase: 'ended', endedAt, end: 'missed', ...given };
  }
  return {
    base,
    clock,
    history,
    call,
    talked: (given: Partial<Call> = {}): Call => {
      const one = call({ end: 'hung-up-there', ...given });
      return { ...one, answeredAt: one.startedAt };
    },
    becomes: (id: string | null) => void (userId = id),
    tasks: () => history.shown().entries.map(({ task }) => task),
    [Symbol.dispose]: () => base[Symbol.dispose](),
  };
}

describe('the history of calls', () => {
  test('has every call that ended, newest first, with who it was', () => {
    using bench1 = bench();
    const { history } = bench1;
    const first = bench1.talked();
    history.ended(first, known, null);
    const second = bench1.call({ end: 'rejected-here' });
    history.ended(second, bareCard, null);
    expect(history.shown()).toMatchObject({
      missed: 0,
      entries: [
        { callId: second.callId, end: 'rejected-here', customerName: null, task: null },
        { callId: first.callId, customerName: 'Marija Žagar', customerId: marija.customerId },
      ],
    });
  });

  test('makes of a missed direct call a task, until somebody has talked', () => {
    using bench1 = bench();
    const { history } = bench1;
    history.ended(bench1.call(), bareCard, null);
    expect(history.shown().missed).toBe(1);
    history.ended(bench1.call({ direction: 'out', end: 'no-answer' }), bareCard, null);
    expect(history.shown().missed).toBe(1);
    history.ended(bench1.talked({ direction: 'out' }), bareCard, null);
    expect(history.shown().missed).toBe(0);
    expect(bench1.tasks()).toEqual([null, null, 'done']);
  });

  test('makes one task of several misses by one party, and none of a queue ring', () => {
    using bench1 = bench();
    const { history } = bench1;
    for (let miss = 0; miss < 3; miss++) history.ended(bench1.call(), bareCard, null);
    history.ended(bench1.call({ queue: 'internet' }), bareCard, null);
    expect(bench1.tasks()).toEqual([null, 'open', null, null]);
    expect(history.shown().missed).toBe(1);
  });

  test('asks for nothing where the caller hid the number', () => {
    using bench1 = bench();
    const party = { number: null, written: null, displayName: null, withheld: true };
    bench1.history.ended(bench1.call({ party }), bareCard, null);
    expect(bench1.tasks()).toEqual([null]);
  });

  test('lets the person close a task, and only a task that there is', () => {
    using bench1 = bench();
    const missed = bench1.call();
    bench1.history.ended(missed, bareCard, null);
    let told = 0;
    using _watch = bench1.history.onChange(() => (told += 1));
    expect(bench1.history.closeTask(missed.callId)).toBe(true);
    expect(bench1.history.shown().missed).toBe(0);
    expect(told).toBe(1);
    expect(bench1.history.closeTask('019aafe6-5a80-7000-8000-ffffffffffff')).toBe(false);
  });

  test('says nothing of a queue ring that a colleague took', () => {
    using bench1 = bench();
    const end = 'answered-elsewhere';
    bench1.history.ended(bench1.call({ queue: 'internet', end }), bareCard, null);
    bench1.history.ended(bench1.call({ end }), bareCard, null);
    expect(bench1.history.shown().entries).toHaveLength(1);
  });

  test('follows the card that is finished after the call, and keeps how the call ended', () => {
    using bench1 = bench();
    const ended = bench1.talked();
    const quality = {
      mosMean: 4.2,
      mosWorst: 3.9,
      loss: 0.01,
      jitter: 0.004,
      roundTrip: 0.08,
      codec: 'opus',
    };
    bench1.history.ended(ended, bareCard, quality);
    // What a later run has left of the call knows less of it.
    bench1.history.ended({ ...ended, answeredAt: null, end: 'failed' }, known, null);
    expect(bench1.history.entry(ended.callId)).toMatchObject({
      end: 'hung-up-there',
      answeredAt: ended.answeredAt,
      customerName: 'Marija Žagar',
    });
    expect(bench1.history.quality(ended.callId)).toEqual(quality);
  });

  test('belongs to the person signed in and survives the end of the process', () => {
    using bench1 = bench();
    const { history, base } = bench1;
    const mine = bench1.call({ direction: 'out', end: 'busy' });
    history.ended(mine, bareCard, null);
    bench1.becomes('u-bor');
    expect(history.shown()).toEqual({ entries: [], missed: 0 });
    expect(history.entry(mine.callId)).toBeNull();
    expect(history.lastDialled()).toBeNull();
    expect(history.closeTask(mine.callId)).toBe(false);
    bench1.becomes(null);
    history.ended(bench1.call(), bareCard, null);
    expect(history.shown()).toEqual({ entries: [], missed: 0 });
    base.store.close();
    const { dataFolder: folder, log, clock } = base.host;
    const store = openStore({ folder, key: testKey, log, clock });
    const later = createHistoryBase({ store, clock, userId: () => 'u-ana' });
    expect(later.lastDialled()).toMatchObject({ callId: mine.callId, end: 'busy' });
    store.close();
  });

  test('dials the last customer again, not the colleague who was asked about the call', () => {
    using bench1 = bench();
    const { history, base } = bench1;
    const customers = bench1.talked({ direction: 'out' });
    history.ended(customers, known, null);
    const colleague = { number: null, written: '202', displayName: null, withheld: false };
    const consult = { direction: 'out', party: colleague, consultFor: customers.callId } as const;
    history.ended(bench1.talked(consult), bareCard, null);
    expect(history.shown().entries.map((entry) => entry.consult)).toEqual([true, false]);
    expect(history.lastDialled()?.callId).toBe(customers.callId);
    // As an earlier version wrote it.
    base.store.prepare("UPDATE history SET entry = json_remove(entry, '$.consult')").run();
    expect(history.lastDialled()).toMatchObject({ party: colleague, consult: false });
  });

  test('shows the newest 200 and every open task, and forgets after 90 days', () => {
    using bench1 = bench();
    const { history, clock } = bench1;
    const party = {
      number: '+38641999000',
      written: null,
      displayName: null,
      withheld: false,
    };
    const old = bench1.call({ party });
    history.ended(old, bareCard, null);
    for (let one = 0; one < 205; one++) history.ended(bench1.talked(), bareCard, null);
    const { entries, missed } = history.shown();
    expect(entries).toHaveLength(201);
    expect(entries.at(-1)).toMatchObject({ callId: old.callId, task: 'open' });
    expect(missed).toBe(1);
    clock.advance(91 * 24 * 60 * 60_000);
    history.ended(bench1.talked(), bareCard, null);
    expect(history.shown().entries).toHaveLength(1);
  });
});
