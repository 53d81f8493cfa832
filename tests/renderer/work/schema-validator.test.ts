import { expect, test } from 'vitest';
import { parseTypedDate } from '../../../src-renderer/desk/work/form/parse-date.ts';
import { createSchemaValidator } from '../../../src-renderer/desk/work/form/schema-validator.ts';
import { outcomeKeys } from '../../../src-renderer/desk/work/finish/finish-rules.ts';

const root = {
  $defs: { code: { type: 'string' as const, pattern: '^\\d{4}$' } },
  type: 'object' as const,
  required: ['name'],
  properties: { name: { type: 'string' as const }, post: { $ref: '#/$defs/code' } },
};

test('a part of a schema is judged with the definitions of the whole', () => {
  const validator = createSchemaValidator();
  expect(validator.isValid({ $ref: '#/$defs/code' }, '1241' as never, root)).toBe(true);
  expect(validator.isValid({ $ref: '#/$defs/code' }, '12' as never, root)).toBe(false);
});

test('errors are told by property; a key without a value is missing', () => {
  const validator = createSchemaValidator();
  const { errors, errorSchema } = validator.validateFormData({ name: undefined, post: 'x' }, root);
  expect(errors.map((one) => `${String(one.property)} ${String(one.name)}`).sort()).toEqual([
    '.name required',
    '.post pattern',
  ]);
  expect(Object.keys(errorSchema).sort()).toEqual(['name', 'post']);
});

test('a schema that cannot be read holds for nothing, and does not throw', () => {
  const validator = createSchemaValidator();
  const broken = { type: 'string' as const, pattern: '(' };
  expect(validator.isValid(broken, 'x' as never, broken)).toBe(false);
  expect(
    validator.rawValidation({ properties: { a: broken } }, { a: 'x' }).validationError,
  ).toBeInstanceOf(Error);
});

test.each([
  ['1.12.', '2026-12-01'],
  ['1. 12. 2027', '2027-12-01'],
  ['1/12/27', '2027-12-01'],
  ['2026-12-01', '2026-12-01'],
  ['3.2.', '2027-02-03'],
  ['23.11', '2026-11-23'],
  ['31.2.2027', null],
  ['jutri', null],
  ['', null],
])('the date typed as "%s" is %s', (typed, date) => {
  expect(parseTypedDate(typed, '2026-11-23')).toBe(date);
});

test('every outcome has a key of its own, and M stays for what must be said', () => {
  expect(outcomeKeys(['Order', 'Open', 'Moved', 'Zavrnjeno', 'Ž'])).toEqual([
    'o',
    'p',
    'v',
    'z',
    '5',
  ]);
  const many = outcomeKeys(Array.from({ length: 12 }, () => 'aa'));
  expect(new Set(many.slice(0, 10)).size).toBe(10);
});
