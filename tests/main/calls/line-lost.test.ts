/** What the operator does while the line is lost: who waits hears nothing, whatever the exchange knows of it. */
import { expect, test } from 'vitest';
import { LineError } from '../../../src-main/calls/line.ts';
import { callDesk } from '../../support/call-desk-bench.ts';
import type { PracticeLeg } from '../../support/practice-line.ts';

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** From now on the exchange cannot be asked for anything. @returns the way back. */
function cut(...legs: readonly PracticeLeg[]): () => void {
  const ways = legs.map((leg) => {
    const hold = leg.hold.bind(leg);
    leg.hold = () => Promise.reject(new LineError('LINE_DOWN', 'no line'));
    return () => (leg.hold = hold);
  });
  return () => {
    for (const way of ways) way();
  };
}

async function talkingToTwo() {
  const desk = callDesk({ ready: true });
  const held = desk.line.ring();
  await desk.calls.answer(held.callId);
  const talked = desk.line.ring();
  await desk.calls.answer(talked.callId);
  await settled();
  return { ...desk, held, talked };
}

test('hold silences at once, and is told when the line is back', async () => {
  const { calls, line, phase } = callDesk({ ready: true });
  const leg = line.ring();
  await calls.answer(leg.callId);
  const back = cut(leg);
  await calls.hold(leg.callId, true);
  expect(phase(leg.callId)).toBe('held');
  expect(line.focused).toBeNull();
  await settled();
  back();
  line.become('lost');
  line.become('registered');
  expect(leg.asked).toEqual(['answer', 'hold']);
});

test('a hold of which the exchange never heard needs no line to be taken back', async () => {
  const { calls, line, phase } = callDesk({ ready: true });
  const leg = line.ring();
  await calls.answer(leg.callId);
  cut(leg);
  await calls.hold(leg.callId, true);
  await calls.hold(leg.callId, false);
  expect(phase(leg.callId)).toBe('talking');
  expect(line.focused).toBe(leg.callId);
});

test('a swap that cannot be told leaves the operator with whom the screen shows', async () => {
  const { calls, line, phase, held, talked } = await talkingToTwo();
  cut(held, talked);
  await expect(calls.swap(held.callId)).rejects.toMatchObject({ code: 'LINE_DOWN' });
  await settled();
  expect([phase(held.callId), phase(talked.callId)]).toEqual(['held', 'talking']);
  expect(line.focused).toBe(talked.callId);
});

test('a call that is held by the exchange, and cannot be taken back, is not heard', async () => {
  const { calls, line, phase, held, talked } = await talkingToTwo();
  const back = cut(held);
  await expect(calls.swap(held.callId)).rejects.toMatchObject({ code: 'LINE_DOWN' });
  await settled();
  expect(line.focused).toBe(talked.callId);
  back();
  // The exchange has taken the hold, and the way back is lost.
  const hold = talked.hold.bind(talked);
  talked.hold = (wanted) =>
    wanted ? hold(true) : Promise.reject(new LineError('LINE_DOWN', 'no line'));
  held.failing = new LineError('LINE_DOWN', 'no line');
  await expect(calls.swap(held.callId)).rejects.toMatchObject({ code: 'LINE_DOWN' });
  await settled();
  expect([phase(held.callId), phase(talked.callId)]).toEqual(['held', 'held']);
  expect(line.focused).toBeNull();
});
