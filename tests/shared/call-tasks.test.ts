import { describe, expect, test } from 'vitest';
import * as fc from 'fast-check';
import { tasksOf, wasMissed } from '#shared/model/call-tasks.ts';

type Fact = Parameters<typeof tasksOf>[0][number];

const clock = (minute: number): string => new Date(Date.UTC(2026, 10, 23, 9, minute)).toISOString();
let made = 0;
function call(given: Partial<Fact> & { readonly from: number; readonly until?: number }): Fact {
  const { from, until = from + 1, ...facts } = given;
  return {
    callId: `call-${++made}`,
    direction: 'in',
    queue: null,
    startedAt: clock(from),
    answeredAt: null,
    endedAt: clock(until),
    end: 'missed',
    closed: false,
    ...facts,
  };
}
const talk = (from: number, until = from + 1): Fact =>
  call({ from, until, answeredAt: clock(from), end: 'hung-up-there' });

describe('a missed call', () => {
  test('is a task until there was a conversation, in either direction', () => {
    const missed = call({ from: 1 });
    expect(tasksOf([missed]).get(missed.callId)).toBe('open');
    expect(tasksOf([missed, talk(5)]).get(missed.callId)).toBe('done');
    expect(tasksOf([missed, { ...talk(5), direction: 'out' }]).get(missed.callId)).toBe('done');
    // An attempt that nobody answered is no conversation; one before it does not count.
    const attempt = call({ from: 5, direction: 'out', end: 'no-answer' });
    expect(tasksOf([missed, attempt]).get(missed.callId)).toBe('open');
    expect(tasksOf([talk(0, 1), missed]).get(missed.callId)).toBe('open');
  });

  test('is one task with all others of the same party: the newest', () => {
    const [one, two] = [call({ from: 1 }), call({ from: 3 })];
    expect([...tasksOf([two, one])]).toEqual([
      [two.callId, 'open'],
      [one.callId, null],
    ]);
  });

  test('is done when the person says so', () => {
    const closed = call({ from: 1, closed: true });
    expect(tasksOf([closed]).get(closed.callId)).toBe('done');
    const again = call({ from: 4 });
    expect(tasksOf([closed, again]).get(again.callId)).toBe('open');
  });

  test('is no task when the queue offered it, when it was rejected here, or taken elsewhere', () => {
    expect(wasMissed(call({ from: 1 }))).toBe(true);
    expect(wasMissed(call({ from: 1, queue: 'internet' }))).toBe(false);
    expect(wasMissed(call({ from: 1, end: 'rejected-here' }))).toBe(false);
    expect(wasMissed(call({ from: 1, end: 'answered-elsewhere' }))).toBe(false);
    expect(wasMissed(call({ from: 1, direction: 'out', end: 'no-answer' }))).toBe(false);
  });

  test('is judged the same in whatever order the calls became known, and at most one is open', () => {
    const fact = fc
      .record({
        from: fc.nat(30),
        lasts: fc.integer({ min: 0, max: 5 }),
        kind: fc.constantFrom('missed', 'queue', 'talk', 'attempt'),
        closed: fc.boolean(),
      })
      .map(({ from, lasts, kind, closed }) => {
        const until = from + lasts;
        if (kind === 'talk') return talk(from, until);
        if (kind === 'attempt') return call({ from, until, direction: 'out', end: 'no-answer' });
        return call({ from, until, closed, queue: kind === 'queue' ? 'internet' : null });
      });
    fc.assert(
      fc.property(fc.array(fact, { maxLength: 12 }), fc.nat(), (calls, seed) => {
        const tasks = tasksOf(calls);
        const cut = calls.length === 0 ? 0 : seed % calls.length;
        const turned = [...calls.slice(cut), ...calls.slice(0, cut).toReversed()];
        expect(Object.fromEntries(tasksOf(turned))).toEqual(Object.fromEntries(tasks));
        const open = calls.filter((one) => tasks.get(one.callId) === 'open');
        expect(open.length).toBeLessThanOrEqual(1);
        for (const one of open)
          expect(
            calls.some((other) => other.answeredAt !== null && other.endedAt > one.startedAt),
          ).toBe(false);
      }),
      { numRuns: 10_000 },
    );
  });
});
