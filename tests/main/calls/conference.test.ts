import { describe, expect, test } from 'vitest';
import { LineError } from '../../../src-main/calls/line.ts';
import { callDesk } from '../../support/call-desk-bench.ts';

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Answered calls, the last one talked to. */
async function withCalls(count: number) {
  const desk = callDesk({ ready: true });
  const legs = [];
  for (let at = 0; at < count; at++) {
    const leg = desk.line.ring();
    await desk.calls.answer(leg.callId);
    legs.push(leg);
  }
  const ids = legs.map(({ callId }) => callId);
  const shown = () =>
    ids.map((id) => {
      const call = desk.calls.currentCall(id);
      return `${call?.phase}${call?.inConference ? ' together' : ''}`;
    });
  return { ...desk, legs, ids, shown };
}

describe('a conference', () => {
  test('lets all hear each other, nobody held', async () => {
    const { calls, ids, shown, line } = await withCalls(3);
    expect(shown()).toEqual(['held', 'held', 'talking']);
    await calls.conference(ids);
    expect(shown()).toEqual(['talking together', 'talking together', 'talking together']);
    expect(line.conferenced).toEqual(ids);
  });

  test('goes on when one leaves, and is over with the last but one', async () => {
    const { calls, ids, legs, shown, line } = await withCalls(3);
    await calls.conference(ids);
    legs[0]?.end('hung-up-there');
    expect(shown().slice(1)).toEqual(['talking together', 'talking together']);
    expect(line.conferenced).toEqual(ids.slice(1));
    legs[2]?.end('hung-up-there');
    expect(shown()[1]).toBe('talking');
    expect(line.conferenced).toEqual([]);
    expect(line.focused).toBe(ids[1]);
  });

  test('of some leaves the others on hold', async () => {
    const { calls, ids, shown, line } = await withCalls(3);
    await calls.conference(ids.slice(0, 2));
    expect(shown()).toEqual(['talking together', 'talking together', 'held']);
    expect(line.conferenced).toEqual(ids.slice(0, 2));
  });

  test('without one whom the exchange does not resume goes on with the others', async () => {
    const { calls, ids, legs, shown, line } = await withCalls(3);
    if (legs[0]) legs[0].failing = new LineError('REFUSED', 'no');
    await calls.conference(ids);
    expect(shown()).toEqual(['held', 'talking together', 'talking together']);
    expect(line.conferenced).toEqual(ids.slice(1));
  });

  test('that nobody else can join is none, and says so', async () => {
    const { calls, ids, legs, shown, line } = await withCalls(2);
    if (legs[0]) legs[0].failing = new LineError('REFUSED', 'no');
    await expect(calls.conference(ids)).rejects.toMatchObject({ code: 'REFUSED' });
    expect(shown()).toEqual(['held', 'talking']);
    expect(line.conferenced).toEqual([]);
    expect(line.focused).toBe(ids[1]);
  });

  test('lets one wait while the others go on', async () => {
    const { calls, ids, shown } = await withCalls(3);
    await calls.conference(ids);
    await calls.hold(ids[0] ?? '', true);
    expect(shown()).toEqual(['held', 'talking together', 'talking together']);
    await calls.conference(ids);
    expect(shown()).toEqual(['talking together', 'talking together', 'talking together']);
  });

  test('is split to one, the others wait', async () => {
    const { calls, ids, shown, line } = await withCalls(3);
    await calls.conference(ids);
    await calls.split(ids[1] ?? '');
    expect(shown()).toEqual(['held', 'talking', 'held']);
    expect(line.conferenced).toEqual([]);
    await expect(calls.split(ids[1] ?? '')).rejects.toMatchObject({ code: 'WRONG_STATE' });
  });

  test('waits while another call is answered', async () => {
    const { calls, ids, shown, line } = await withCalls(2);
    await calls.conference(ids);
    const leg = line.ring();
    expect(shown()).toEqual(['talking together', 'talking together']);
    await calls.answer(leg.callId);
    expect(shown()).toEqual(['held', 'held']);
    expect(line.conferenced).toEqual([]);
    expect(line.focused).toBe(leg.callId);
  });

  test('outlives an answer that fails, and a ring that nobody takes', async () => {
    const { calls, ids, shown, line } = await withCalls(2);
    await calls.conference(ids);
    const leg = line.ring();
    leg.failing = new LineError('NO_VOICE', 'no page');
    await expect(calls.answer(leg.callId)).rejects.toMatchObject({ code: 'NO_VOICE' });
    leg.end('missed');
    expect(shown()).toEqual(['talking together', 'talking together']);
    expect(line.conferenced).toEqual(ids);
  });

  test('is muted as one', async () => {
    const { calls, ids, legs } = await withCalls(2);
    calls.mute(ids[1] ?? '', true);
    await calls.conference(ids);
    expect(legs[0]?.asked.at(-1)).toBe('resume');
    expect(ids.map((id) => calls.currentCall(id)?.muted)).toEqual([true, true]);
    calls.mute(ids[0] ?? '', false);
    expect(ids.map((id) => calls.currentCall(id)?.muted)).toEqual([false, false]);
    expect(legs.map(({ asked }) => asked.at(-1))).toEqual(['unmute', 'unmute']);
  });

  test('needs calls that are up', async () => {
    const { calls, ids, line } = await withCalls(1);
    const leg = line.ring();
    await expect(calls.conference([...ids, leg.callId])).rejects.toMatchObject({
      code: 'WRONG_STATE',
      state: 'ringing',
    });
    await expect(calls.conference([ids[0] ?? '', ids[0] ?? ''])).rejects.toMatchObject({
      code: 'WRONG_STATE',
    });
  });

  test('with the customer and the colleague who was asked', async () => {
    const { calls, ids, shown, line } = await withCalls(1);
    const consultId = await calls.consult(ids[0] ?? '', '202');
    const other = line.legs.at(-1);
    other?.tell({ type: 'answered' });
    await calls.conference([ids[0] ?? '', consultId]);
    expect(shown()).toEqual(['talking together']);
    other?.end('hung-up-there');
    await settled();
    expect(shown()).toEqual(['talking']);
  });
});
