import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { stepQueueCall } from '../../src-practice/queue/queue-call.ts';
import type {
  QueueCallEffect,
  QueueCallEvent,
  QueueCallState,
} from '../../src-practice/queue/queue-call.ts';

function run(events: readonly QueueCallEvent[]): {
  state: QueueCallState;
  effects: readonly QueueCallEffect[];
} {
  let state: QueueCallState = { phase: 'waiting' };
  const effects: QueueCallEffect[] = [];
  for (const event of events) {
    const [next, more] = stepQueueCall(state, event);
    state = next;
    effects.push(...more);
  }
  return { state, effects };
}

const ring: QueueCallEvent = { type: 'operator-free', extension: '201' };

test('a refusal puts the customer back and looks for another operator', () => {
  const { state, effects } = run([ring, { type: 'refused' }]);
  expect(state).toEqual({ phase: 'waiting' });
  expect(effects.at(-1)).toEqual({ type: 'look-again', after: '201' });
});

test('an answer that crosses the CANCEL is hung up and never talked to', () => {
  const { state, effects } = run([ring, { type: 'gave-up' }, { type: 'answered' }]);
  expect(state).toEqual({ phase: 'gone', why: 'gave-up' });
  expect(effects.map(({ type }) => type)).toEqual(['ring', 'cancel', 'bye', 'finish']);
});

test('whatever happens: one ring at a time, one finish and nothing after it, a BYE only for an answered call', () => {
  const event: fc.Arbitrary<QueueCallEvent> = fc.oneof(
    fc
      .constantFrom('201', '202')
      .map((extension) => ({ type: 'operator-free' as const, extension })),
    fc.boolean().map((held) => ({ type: 'held' as const, held })),
    fc
      .constantFrom(
        'rung-out' as const,
        'refused' as const,
        'answered' as const,
        'gave-up' as const,
        'operator-hung-up' as const,
        'customer-hung-up' as const,
        'lost' as const,
        'closed' as const,
      )
      .map((type) => ({ type })),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), (events) => {
      let state: QueueCallState = { phase: 'waiting' };
      let finished = 0;
      for (const one of events) {
        const before = state;
        const [next, effects] = stepQueueCall(state, one);
        state = next;
        for (const effect of effects) {
          expect(finished).toBe(0);
          const allowed = { ring: ['waiting'], cancel: ['ringing'], bye: ['talking', 'leaving'] };
          const from = effect.type in allowed ? allowed[effect.type as keyof typeof allowed] : null;
          expect(from ?? [before.phase]).toContain(before.phase);
          expect(
            effect.type !== 'bye' || before.phase === 'talking' || one.type === 'answered',
          ).toBe(true);
          if (effect.type === 'finish') finished += 1;
        }
        expect(state.phase === 'gone').toBe(finished === 1);
      }
    }),
  );
});
