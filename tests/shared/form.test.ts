import { fc, test as prop } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import {
  amountDue,
  answersInUse,
  fieldsInUse,
  formFaults,
  localisedSchema,
  localisedUi,
  withShownAnswers,
  type FormDefinition,
} from '#shared/model/form.ts';
import type { JsonObject } from '#shared/model/json.ts';

const schema: JsonObject = {
  type: 'object',
  required: ['name'],
  properties: {
    name: { type: 'string', minLength: 2, 'x-title': { sl: 'Ime', en: 'Name' } },
    pay: {
      type: 'string',
      enum: ['bill', 'card'],
      'x-enum': { bill: { sl: 'položnica', en: 'bill' }, card: { sl: 'kartica' } },
    },
    čas: { type: 'string', format: 'date' },
    address: { type: 'object', required: ['town'], properties: { town: { type: 'string' } } },
  },
  allOf: [
    {
      if: { properties: { pay: { const: 'card' } }, required: ['pay'] },
      then: { properties: { bank: { type: 'string', enum: ['a', 'b'] } }, required: ['bank'] },
    },
    {
      if: { properties: { bank: { const: 'b' } }, required: ['bank'] },
      then: { properties: { branch: { type: 'string' } } },
    },
  ],
  dependentSchemas: { čas: { properties: { urgent: { type: 'boolean' } } } },
};
const form = { schema };
const faults = (answers: JsonObject) =>
  formFaults(form, answers).map((fault) => `${fault.at} ${fault.keyword}`);

describe('faults', () => {
  test('name the field that is missing, not the object it is missing in', () => {
    expect(faults({})).toEqual(['/name required']);
    expect(faults({ name: 'Ana', address: {} })).toEqual(['/address/town required']);
    expect(faults({ name: 'Ana', pay: 'card' })).toEqual(['/bank required']);
  });

  test('say each thing once, with the limit that was broken', () => {
    expect(formFaults(form, { name: 'A' })).toMatchObject([
      { at: '/name', keyword: 'minLength', limit: 2 },
    ]);
    expect(faults({ name: 'Ana', pay: 'gold' })).toEqual(['/pay enum']);
  });

  test('name fields whose names are not plain letters', () => {
    expect(faults({ name: 'Ana', čas: 'jutri' })).toEqual(['/čas format']);
  });

  test('of a choice of branches only the chosen one is told about', () => {
    const choice: JsonObject = {
      properties: { kind: { enum: ['home', 'firm'] } },
      dependencies: {
        kind: {
          oneOf: [
            { properties: { kind: { const: 'home' } } },
            { properties: { kind: { const: 'firm' }, tax: { type: 'string' } }, required: ['tax'] },
          ],
        },
      },
    };
    const found = formFaults({ schema: choice }, { kind: 'firm' });
    expect(found.map((fault) => `${fault.at} ${fault.keyword}`)).toEqual(['/tax required']);
    expect(formFaults({ schema: choice }, { kind: 'home' })).toEqual([]);
    expect([...fieldsInUse({ schema: choice }, { kind: 'firm' })]).toEqual(['kind', 'tax']);
  });

  test('a key without a value is no answer', () => {
    expect(faults({ name: undefined } as unknown as JsonObject)).toEqual(['/name required']);
  });
});

describe('answers in use', () => {
  test('leave out a field that is hidden, and what only it had opened', () => {
    const answers = { name: 'Ana', pay: 'card', bank: 'b', branch: 'Kamnik' };
    expect(answersInUse(form, answers)).toEqual(answers);
    expect(answersInUse(form, { ...answers, pay: 'bill' })).toEqual({ name: 'Ana', pay: 'bill' });
    expect(answersInUse(form, { urgent: true })).toEqual({});
    expect(answersInUse(form, { čas: '2026-12-01', urgent: true })).toHaveProperty('urgent');
  });

  test('what was typed in a hidden field waits for its field; an emptied field stays empty', () => {
    const before = { pay: 'card', bank: 'b', branch: 'Kamnik' };
    const hidden = withShownAnswers(form, before, { pay: 'bill' });
    expect(hidden).toEqual({ pay: 'bill', bank: 'b', branch: 'Kamnik' });
    const back = withShownAnswers(form, hidden, { pay: 'card' });
    expect(answersInUse(form, back)).toEqual(before);
    expect(withShownAnswers(form, before, { pay: 'card', bank: 'b' })).not.toHaveProperty('branch');
  });

  const any = fc.dictionary(
    fc.constantFrom('name', 'pay', 'bank', 'branch', 'čas', 'urgent', 'other'),
    fc.constantFrom<string | boolean>('card', 'bill', 'a', 'b', '2026-12-01', true),
  );
  prop.prop([any])('are a part of the answers, and the same when asked again', (answers) => {
    const used = answersInUse(form, answers);
    expect(answers).toMatchObject(used);
    expect(answersInUse(form, used)).toEqual(used);
  });

  prop.prop([any, any])('nothing typed is lost by hiding and showing', (before, change) => {
    const shown = answersInUse(form, { ...answersInUse(form, before), ...change });
    const after = withShownAnswers(form, before, shown);
    expect(after).toMatchObject(shown);
    for (const name of Object.keys(before))
      if (!(name in after)) {
        expect(fieldsInUse(form, before).has(name)).toBe(true);
        expect(fieldsInUse(form, shown).has(name)).toBe(true);
      }
  });
});

test('the schema speaks one language, and falls back to the other', () => {
  const english = localisedSchema(form, 'en') as {
    properties: { name: JsonObject; pay: { oneOf: JsonObject[] } };
  };
  expect(english.properties.name).toEqual({ type: 'string', minLength: 2, title: 'Name' });
  expect(english.properties.pay.oneOf).toEqual([
    { const: 'bill', title: 'bill' },
    { const: 'card', title: 'kartica' },
  ]);
  expect(
    localisedUi(
      { ui: { name: { 'ui:help': { sl: 'Pomoč', en: 'Help' } }, 'ui:order': ['a'] } },
      'sl',
    ),
  ).toEqual({ name: { 'ui:help': 'Pomoč' }, 'ui:order': ['a'] });
});

describe('the amount due', () => {
  const amount: FormDefinition['amount'] = {
    currency: 'EUR',
    baseCents: 1000,
    parts: [
      { field: 'package', cents: { small: 500, big: 900 } },
      { field: 'extras', cents: { router: 3000, box: 1500 } },
      { field: 'cable', centsPerUnit: 33 },
    ],
  };
  test('adds up what was chosen', () => {
    expect(amountDue({ amount }, {})).toEqual({ cents: 1000, currency: 'EUR' });
    expect(
      amountDue({ amount }, { package: 'big', extras: ['router', 'box'], cable: 10 })?.cents,
    ).toBe(1000 + 900 + 4500 + 330);
    expect(amountDue({ amount }, { package: 'unknown', cable: 'ten' })?.cents).toBe(1000);
    expect(amountDue({ amount: undefined }, {})).toBeNull();
  });
  prop.prop([fc.double({ min: 0, max: 1e6, noNaN: true })])('is whole cents', (cable) => {
    expect(Number.isInteger(amountDue({ amount }, { cable })?.cents)).toBe(true);
  });
});
