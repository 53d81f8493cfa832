import { fc, test as prop } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { mergeText } from '#shared/model/merge-text.ts';

test('fields are replaced by their values, gaps by an ellipsis', () => {
  const values = { customer: { name: 'Marija Žagar', data: { package: '50/10' } }, count: 0 };
  expect(mergeText('{{customer.name}}: {{ customer.data.package }}', values)).toBe(
    'Marija Žagar: 50/10',
  );
  expect(mergeText('{{customer.street}} {{nobody.name}} {{count}}', values)).toBe('… … 0');
  expect(mergeText('{{customer}}', values)).toBe('…');
});

test('what every object inherits is never merged', () => {
  expect(mergeText('{{constructor}} {{customer.__proto__}}', { customer: {} })).toBe('… …');
});

test('a value that looks like a field is not merged again', () => {
  expect(mergeText('{{a}}', { a: '{{b}}', b: 'secret' })).toBe('{{b}}');
  expect(mergeText('{{a}}', { a: '$& $1' })).toBe('$& $1');
});

prop.prop([fc.string().filter((text) => !text.includes('{{'))])(
  'a text without fields stays as it is',
  (text) => {
    expect(mergeText(text, { a: 'x' })).toBe(text);
  },
);

prop.prop([fc.string(), fc.string({ minLength: 1 })])(
  'text around a field is kept to the letter',
  (around, value) => {
    fc.pre(!around.includes('{') && !around.includes('}'));
    expect(mergeText(`${around}{{a}}${around}`, { a: value })).toBe(`${around}${value}${around}`);
  },
);
