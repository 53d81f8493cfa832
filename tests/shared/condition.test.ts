import { fc, test as prop } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { Condition, holds, sameJson } from '#shared/model/condition.ts';
import type { Json, JsonObject } from '#shared/model/json.ts';

const names = ['a', 'b', 'c'] as const;
const values: fc.Arbitrary<Json> = fc.oneof(
  fc.integer({ min: 0, max: 3 }),
  fc.boolean(),
  fc.constantFrom('', 'x', 'y', null),
  fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 2 }),
);
const answers: fc.Arbitrary<JsonObject> = fc.dictionary(fc.constantFrom(...names), values);
const { condition: conditions } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3 },
    fc.record({ field: fc.constantFrom(...names), equals: values }),
    fc.record({ field: fc.constantFrom(...names), in: fc.array(values, { maxLength: 3 }) }),
    fc.record({ field: fc.constantFrom(...names), atLeast: fc.integer({ min: 0, max: 3 }) }),
    fc.record({ field: fc.constantFrom(...names), given: fc.boolean() }),
    fc.record({ all: fc.array(tie('condition'), { maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('condition'), { maxLength: 3 }) }),
    fc.record({ not: tie('condition') }),
  ),
}));

describe('conditions', () => {
  test('an absent answer equals nothing and is in nothing', () => {
    expect(holds({ field: 'a', equals: null }, {})).toBe(false);
    expect(holds({ field: 'a', in: [null, ''] }, {})).toBe(false);
    expect(holds({ field: 'a', given: false }, {})).toBe(true);
    expect(holds({ field: 'a', given: true }, { a: '' })).toBe(false);
    expect(holds({ field: 'a', given: true }, { a: false })).toBe(true);
  });

  test('names that every object has are no answers', () => {
    expect(holds({ field: 'constructor', given: true }, {})).toBe(false);
    expect(holds({ field: 'toString', given: true }, {})).toBe(false);
  });

  test('a number in words is not at least anything', () => {
    expect(holds({ field: 'a', atLeast: 1 }, { a: '5' })).toBe(false);
    expect(holds({ field: 'a', atLeast: 1 }, { a: 1 })).toBe(true);
  });

  test('a condition with a word nobody knows is refused when read', () => {
    expect(Condition.safeParse({ field: 'a', run: 'x' }).success).toBe(false);
    expect(Condition.safeParse({ all: [{ field: 'a' }] }).success).toBe(false);
  });

  prop.prop([conditions, answers])('not is the opposite', (condition, given) => {
    expect(holds({ not: condition }, given)).toBe(!holds(condition, given));
  });

  prop.prop([fc.array(conditions, { maxLength: 4 }), answers])(
    'all and any obey De Morgan',
    (parts, given) => {
      expect(holds({ not: { all: parts } }, given)).toBe(
        holds({ any: parts.map((part) => ({ not: part })) }, given),
      );
    },
  );

  prop.prop([conditions])('every condition survives the wire', (condition) => {
    expect(Condition.parse(JSON.parse(JSON.stringify(condition)))).toEqual(condition);
  });
});

describe('sameJson', () => {
  prop.prop([fc.jsonValue()])('a copy is the same', (value) => {
    const copy = JSON.parse(JSON.stringify(value)) as Json;
    expect(sameJson(JSON.parse(JSON.stringify(value)) as Json, copy)).toBe(true);
  });

  test('the order of keys does not matter, the order of items does', () => {
    expect(sameJson({ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 })).toBe(true);
    expect(sameJson([1, 2], [2, 1])).toBe(false);
    expect(sameJson({ a: 1 }, { a: 1, b: 2 })).toBe(false);
    expect(sameJson({}, [])).toBe(false);
    expect(sameJson(null, {})).toBe(false);
  });
});
