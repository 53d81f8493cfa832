import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import * as fc from 'fast-check';
import {
  noPreflight,
  preflightAfter,
  preflightChecks,
  PreflightProblem,
  type Preflight,
  type PreflightEvent,
} from '#shared/model/preflight.ts';

const at = '2026-11-23T06:45:00.000Z';
const name = fc.constantFrom(...preflightChecks);
const event: fc.Arbitrary<PreflightEvent> = fc.oneof(
  fc.constant({ type: 'began', at } as const),
  fc.record({ type: fc.constant('check-began' as const), name }),
  fc.record({
    type: fc.constant('check-ended' as const),
    name,
    problem: fc.option(fc.constantFrom(...PreflightProblem.options), { freq: 8 }),
    figures: fc.constant({ ringMs: 20 }),
    at: fc.constant(at),
  }),
  { weight: 1, arbitrary: fc.constant({ type: 'call-came', at } as const) },
  { weight: 1, arbitrary: fc.constant({ type: 'forgotten' } as const) },
);

/** What is wrong with the step from one run to the next; nothing, where it is legal. */
function faultsOf(before: Preflight, now: Preflight): readonly string[] {
  const states = now.checks.map(({ state }) => state);
  const waits = states.indexOf('waiting');
  const isOver = states.every((state) => state === 'passed' || state === 'failed');
  const hasResult = now.state === 'passed' || now.state === 'failed';
  const rules: Readonly<Record<string, boolean>> = {
    'the checks are all there, in their order':
      now.checks.map((check) => check.name).join() === preflightChecks.join(),
    'one runs at a time': states.filter((state) => state === 'running').length <= 1,
    'nothing has begun behind one that waits':
      waits < 0 || states.slice(waits).every((state) => state === 'waiting'),
    'it passes when all did': now.state !== 'passed' || states.every((state) => state === 'passed'),
    'it fails when one did': now.state !== 'failed' || states.includes('failed'),
    'it has a result when all are over': hasResult === isOver,
    'nothing is left of a forgotten run':
      now.state !== 'none' || isDeepStrictEqual(now, noPreflight),
    'it ends when it has a result': (now.finishedAt !== null) === hasResult,
    'a check has a problem when it failed': now.checks.every(
      ({ problem, state }) => (problem !== null) === (state === 'failed'),
    ),
    'only a run that goes on gets a result':
      now === before || !hasResult || before.state === 'running',
  };
  return Object.keys(rules).filter((rule) => rules[rule] === false);
}

describe('the check before the shift', () => {
  test('is never in a state that cannot be, whatever happens in whatever order', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        let run = noPreflight;
        for (const one of events) {
          const before = run;
          run = preflightAfter(run, one);
          expect(faultsOf(before, run)).toEqual([]);
        }
      }),
      { numRuns: 10_000 },
    );
  });

  test('passes when every check has passed, in their order', () => {
    let run = preflightAfter(noPreflight, { type: 'began', at });
    for (const one of preflightChecks) {
      run = preflightAfter(run, { type: 'check-began', name: one });
      expect(run.state).toBe('running');
      run = preflightAfter(run, {
        type: 'check-ended',
        name: one,
        problem: null,
        figures: {},
        at,
      });
    }
    expect(run).toMatchObject({ state: 'passed', finishedAt: at });
  });

  test('gives way to a call: what was not finished has not passed', () => {
    let run = preflightAfter(noPreflight, { type: 'began', at });
    run = preflightAfter(run, { type: 'check-began', name: 'headset' });
    run = preflightAfter(run, { type: 'call-came', at });
    expect(run.state).toBe('failed');
    expect(run.checks.map(({ problem }) => problem)).toEqual(Array(5).fill('in-a-call'));
  });
});
