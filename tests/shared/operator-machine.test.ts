import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  operatorAfter,
  operatorOffline,
  type OperatorEvent,
  type WrapUp,
} from '#shared/model/operator-machine.ts';
import { OperatorState } from '#shared/model/operator-state.ts';

const at = '2026-11-23T09:00:00.000Z';
const callIds = [
  '018f3a4e-5b6c-7d8e-9f00-0123456789ab',
  '018f3a4e-5b6c-7d8e-9f00-0123456789ac',
] as const;
const wrapUp: fc.Arbitrary<WrapUp | null> = fc.option(
  fc.record({ callId: fc.constantFrom(...callIds), until: fc.option(fc.constant(at)) }),
);
const event: fc.Arbitrary<OperatorEvent> = fc.oneof(
  fc.constantFrom<OperatorEvent>(
    { type: 'signed-in', at },
    { type: 'signed-out', at },
    { type: 'ready-chosen', at },
    { type: 'not-ready-chosen', reason: 'break', at },
    { type: 'not-ready-chosen', reason: 'lunch', at },
    { type: 'call-began', at },
    { type: 'call-began', at },
    { type: 'line-lost', at },
    { type: 'line-back', at },
  ),
  wrapUp.map((one): OperatorEvent => ({ type: 'calls-over', wrapUp: one, at })),
  wrapUp.map((next): OperatorEvent => ({ type: 'finished', next, at })),
  fc
    .constantFrom(...callIds)
    .map((callId): OperatorEvent => ({ type: 'wrap-up-limit', callId, at })),
);

test('no history of 10,000 makes an operator Ready whom no person made so', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), (events) => {
      let now = operatorOffline(at);
      /** The last choice of a person that still holds. */
      let choice: 'ready' | 'not-ready' = 'not-ready';
      for (const one of events) {
        const { taken, operator: next } = operatorAfter(now, one);
        expect(OperatorState.safeParse(next).success).toBe(true);
        expect(taken || next === now).toBe(true);
        if (taken && one.type === 'ready-chosen') choice = 'ready';
        if (
          taken &&
          ['not-ready-chosen', 'wrap-up-limit', 'signed-in', 'signed-out'].includes(one.type)
        )
          choice = 'not-ready';
        expect(next.then).toBe(choice);
        expect(next.phase !== 'ready' || choice === 'ready').toBe(true);
        expect(next.phase === 'wrap-up').toBe(next.wrapUpCallId !== null);
        expect(next.wrapUpCallId !== null || next.wrapUpUntil === null).toBe(true);
        expect(next.phase === 'not-ready').toBe(next.reason !== null);
        expect(now.phase !== 'offline' || !taken || next.reason === 'signed-in').toBe(true);
        now = next;
      }
    }),
    { numRuns: 10_000 },
  );
});

describe('an operator', () => {
  const run = (...events: OperatorEvent[]) =>
    events.reduce((now, one) => operatorAfter(now, one).operator, operatorOffline(at));
  const signedIn: OperatorEvent = { type: 'signed-in', at };
  const ready: OperatorEvent = { type: 'ready-chosen', at };
  const call: OperatorEvent = { type: 'call-began', at };
  const over: OperatorEvent = {
    type: 'calls-over',
    wrapUp: { callId: callIds[0], until: at },
    at,
  };

  test('is ready again after wrap-up, because ready was chosen before the call', () => {
    const state = run(signedIn, ready, call, over, { type: 'finished', next: null, at });
    expect(state.phase).toBe('ready');
  });

  test('who takes a break during a call has it after the wrap-up', () => {
    const state = run(
      signedIn,
      ready,
      call,
      { type: 'not-ready-chosen', reason: 'break', at },
      over,
      {
        type: 'finished',
        next: null,
        at,
      },
    );
    expect(state).toMatchObject({ phase: 'not-ready', reason: 'break' });
  });

  test('who passes the wrap-up limit is not ready until a person says so', () => {
    const state = run(signedIn, ready, call, over, {
      type: 'wrap-up-limit',
      callId: callIds[0],
      at,
    });
    expect(state).toMatchObject({ phase: 'not-ready', reason: 'wrap-up-limit', then: 'not-ready' });
    expect(operatorAfter(state, ready).operator.phase).toBe('ready');
  });

  test('is not made not ready by the limit of another call', () => {
    const state = run(signedIn, ready, call, over);
    expect(operatorAfter(state, { type: 'wrap-up-limit', callId: callIds[1], at }).taken).toBe(
      false,
    );
  });

  test('who calls out during a wrap-up comes back to it', () => {
    const state = run(signedIn, ready, call, over, call, over);
    expect(state).toMatchObject({ phase: 'wrap-up', wrapUpCallId: callIds[0] });
  });

  test('without a line is not ready, and ready again with it', () => {
    const lost = run(signedIn, ready, { type: 'line-lost', at });
    expect(lost).toMatchObject({ phase: 'not-ready', reason: 'line-lost', then: 'ready' });
    expect(operatorAfter(lost, { type: 'line-back', at }).operator.phase).toBe('ready');
    const away = operatorAfter(lost, { type: 'not-ready-chosen', reason: 'break', at }).operator;
    expect(operatorAfter(away, { type: 'line-back', at }).taken).toBe(false);
  });

  test('cannot become ready while the line is lost', () => {
    const lost = run(signedIn, ready, { type: 'line-lost', at }, ready);
    expect(lost).toMatchObject({ phase: 'not-ready', reason: 'line-lost' });
  });
});
