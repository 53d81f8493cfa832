import { fc, test as prop } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '#shared/model/json.ts';
import {
  mustSayFor,
  nextStep,
  Script,
  scriptFaults,
  stepById,
  stepsExpected,
  stepsTaken,
  type ScriptStep,
} from '#shared/model/script.ts';

const text = { sl: 'x' };
const ids = ['s0', 's1', 's2', 's3', 's4', 's5'] as const;
const anId = fc.constantFrom(...ids);
const aStep = (id: string): fc.Arbitrary<ScriptStep> =>
  fc.record(
    {
      id: fc.constant(id),
      kind: fc.constantFrom('say' as const, 'ask' as const, 'form' as const),
      text: fc.constant(text),
      ask: fc.record({
        name: fc.constant(`answer-${id}`),
        input: fc.constant('choice' as const),
        options: fc.array(
          fc.record(
            { value: fc.integer({ min: 0, max: 2 }), label: fc.constant(text), next: anId },
            { requiredKeys: ['value', 'label'] },
          ),
          { maxLength: 3 },
        ),
      }),
      branches: fc.array(
        fc.record({
          when: fc.record({
            field: fc.constant('answer-s0'),
            equals: fc.integer({ min: 0, max: 2 }),
          }),
          to: anId,
        }),
        { maxLength: 2 },
      ),
      next: anId,
    },
    { requiredKeys: ['id', 'kind', 'text'] },
  );
const scripts: fc.Arbitrary<Script> = fc.tuple(...ids.map(aStep)).map((steps) => ({
  schemaVersion: 1 as const,
  scriptId: 'any',
  revision: 1,
  title: text,
  start: 's0',
  steps,
  mustSay: [],
}));
const answers: fc.Arbitrary<JsonObject> = fc.dictionary(
  fc.constantFrom(...ids.map((id) => `answer-${id}`)),
  fc.integer({ min: 0, max: 2 }),
);

describe('any script, with any answers', () => {
  prop.prop([scripts, answers])(
    'is walked from its start, no step twice, each the next of the one before',
    (script, given) => {
      const taken = stepsTaken(script, given);
      expect(taken[0]?.id).toBe('s0');
      expect(new Set(taken).size).toBe(taken.length);
      for (const [index, step] of taken.entries())
        if (index > 0) expect(nextStep(script, taken[index - 1] as ScriptStep, given)).toBe(step);
    },
  );

  prop.prop([scripts, answers])(
    'expects at least the steps that were taken, in the same order',
    (script, given) => {
      const taken = stepsTaken(script, given);
      expect(stepsExpected(script, given).slice(0, taken.length)).toEqual(taken);
    },
  );

  prop.prop([scripts])(
    'has no faults where every step is there, and survives the wire',
    (script) => {
      expect(scriptFaults(script).filter((fault) => !fault.includes('asks'))).toEqual([]);
      expect(Script.parse(JSON.parse(JSON.stringify(script)))).toEqual(script);
    },
  );
});

const sale: Script = {
  schemaVersion: 1,
  scriptId: 'sale',
  revision: 1,
  title: text,
  start: 'hello',
  steps: [
    { id: 'hello', kind: 'say', text, next: 'speed' },
    {
      id: 'speed',
      kind: 'ask',
      text,
      ask: {
        name: 'speed',
        input: 'choice',
        options: [
          { value: '50', label: text },
          { value: 'other', label: text, next: 'provider' },
        ],
      },
      branches: [{ when: { field: 'vip', equals: true }, to: 'end' }],
      next: 'offer',
    },
    { id: 'provider', kind: 'ask', text, ask: { name: 'provider', input: 'text' }, next: 'offer' },
    { id: 'offer', kind: 'form', text, next: 'end' },
    { id: 'end', kind: 'end', text },
  ],
  mustSay: [
    { id: 'always', text },
    { id: 'other', text, when: { field: 'speed', equals: 'other' } },
  ],
};
const way = (given: JsonObject) => stepsTaken(sale, given).map((step) => step.id);

test('an option’s own step goes before a branch, a branch before the usual next', () => {
  expect(way({})).toEqual(['hello', 'speed', 'offer', 'end']);
  expect(way({ speed: 'other' })).toEqual(['hello', 'speed', 'provider', 'offer', 'end']);
  expect(way({ vip: true })).toEqual(['hello', 'speed', 'end']);
  expect(way({ vip: true, speed: 'other' })).toEqual([
    'hello',
    'speed',
    'provider',
    'offer',
    'end',
  ]);
});

test('a must-say item with a condition is there only when it holds', () => {
  expect(mustSayFor(sale, {}).map((item) => item.id)).toEqual(['always']);
  expect(mustSayFor(sale, { speed: 'other' }).map((item) => item.id)).toEqual(['always', 'other']);
});

test('a script that leads nowhere names every such place', () => {
  const broken: Script = {
    ...sale,
    start: 'nowhere',
    steps: [
      { id: 'a', kind: 'ask', text, next: 'b' },
      { id: 'a', kind: 'say', text, branches: [{ when: { field: 'x', given: true }, to: 'c' }] },
    ],
  };
  expect(scriptFaults(broken)).toHaveLength(5);
  expect(stepsTaken(broken, {})).toEqual([]);
  expect(stepById(broken, 'nowhere')).toBeUndefined();
});
