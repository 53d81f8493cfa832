import { expect, test } from 'vitest';
import {
  emptyDraft,
  scriptProgress,
  stepNow,
  unsaidItems,
  withFormAnswers,
  withSaid,
  withScriptAnswer,
} from '#shared/model/draft.ts';
import type { JsonObject } from '#shared/model/json.ts';
import { internetForm, internetScript } from '../support/fake-desk-data.ts';

const schema: JsonObject = {
  properties: { package: { type: 'string' } },
  allOf: [{ if: {}, then: { properties: { tax: { type: 'string' } } } }],
  dependentSchemas: { package: { properties: { router: { type: 'boolean' } } } },
};

test('a script answer fills the form property of its name, conditional ones too, and no other', () => {
  for (const name of ['package', 'tax', 'router']) {
    const draft = withScriptAnswer(emptyDraft, name, 'x', schema);
    expect(draft.form).toEqual({ [name]: 'x' });
    expect(withScriptAnswer(draft, name, undefined, schema)).toEqual(emptyDraft);
  }
  expect(withScriptAnswer(emptyDraft, 'mood', 'good', schema)).toMatchObject({
    script: { mood: 'good' },
    form: {},
  });
  expect(withScriptAnswer(emptyDraft, 'constructor', 'x', schema).form).toEqual({});
});

test('the script follows the form, also when a field is emptied', () => {
  const filled = withFormAnswers(emptyDraft, { provider: 'T-2' }, internetScript);
  expect(filled.script).toEqual({ provider: 'T-2' });
  expect(withFormAnswers(filled, {}, internetScript).script).toEqual({});
  const own = { ...emptyDraft, script: { speed: '50' } };
  expect(withFormAnswers(own, { name: 'x' }, internetScript).script).toEqual({ speed: '50' });
});

test('what was said is kept with its time, and can be taken back', () => {
  const at = '2026-11-23T10:00:00.000Z';
  const draft = withSaid(emptyDraft, 'who', at);
  expect(draft.said).toEqual({ who: at });
  expect(unsaidItems(draft, internetScript).map((item) => item.id)).toEqual([
    'account',
    'passport',
  ]);
  expect(withSaid(draft, 'who', null)).toEqual(emptyDraft);
  expect(unsaidItems(draft, undefined)).toEqual([]);
});

test('the progress counts the steps these answers lead through', () => {
  expect(scriptProgress(emptyDraft, internetScript)).toEqual({ at: 1, of: 4 });
  const other = { ...emptyDraft, script: { speed: 'other' }, step: 'provider' };
  expect(scriptProgress(other, internetScript)).toEqual({ at: 3, of: 5 });
});

test('a step that an earlier answer took away gives way to the first open question, or the last step', () => {
  const away = { ...emptyDraft, script: { speed: '50' }, step: 'provider' };
  expect(stepNow(away, internetScript)?.id).toBe('end');
  expect(stepNow({ ...away, script: {} }, internetScript)?.id).toBe('speed');
  expect(stepNow({ ...emptyDraft, step: 'no such step' }, internetScript)?.id).toBe('speed');
  expect(internetForm.makes).toBe('order');
});
