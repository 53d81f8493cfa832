/** A small project with a script and a form, for the tests of the rooms of desk main. */
import type { FormDefinition } from '#shared/model/form.ts';
import type { Project } from '#shared/model/project.ts';
import type { Script } from '#shared/model/script.ts';

export const internet: Project = {
  projectId: 'internet',
  name: { sl: 'Internet', en: 'Internet' },
  colour: 'blue',
  greeting: {
    sl: 'Dober dan, {{operator.name}} pri telefonu.',
    en: 'Good day, this is {{operator.name}}.',
  },
  numbers: ['+38612345678'],
  queues: ['internet-hotline'],
  defaultLanguage: 'sl',
  region: 'SI',
  zone: 'Europe/Ljubljana',
  currency: 'EUR',
  autoAnswer: false,
  ringTone: 'classic',
  wrapUpSeconds: 60,
  scriptId: 'internet-sale',
  formId: 'internet-form',
  outcomes: [
    { code: 'sold', label: { sl: 'Prodano' }, kind: 'order', reasons: [] },
    { code: 'no', label: { sl: 'Zavrnil' }, kind: 'refused', reasons: [] },
  ],
  offers: [],
};
export const taxi: Project = {
  ...internet,
  projectId: 'taxi',
  name: { sl: 'Taksi' },
  numbers: ['+38619999'],
  queues: ['taxi'],
  scriptId: null,
  formId: null,
};
export const sale: Script = {
  schemaVersion: 1,
  scriptId: 'internet-sale',
  revision: 3,
  title: { sl: 'Prodaja' },
  start: 'hello',
  steps: [{ id: 'hello', kind: 'say', text: { sl: 'Pozdravljeni' } }],
  mustSay: [
    { id: 'who', text: { sl: 'Kdo kliče' } },
    { id: 'pay', text: { sl: 'Plačilo' }, when: { field: 'package', equals: 'fast' } },
  ],
};
export const form: FormDefinition = {
  formId: 'internet-form',
  revision: 2,
  title: { sl: 'Naročilo' },
  makes: 'order',
  schema: {
    type: 'object',
    properties: { name: { type: 'string', minLength: 2 }, package: { enum: ['slow', 'fast'] } },
    required: ['name', 'package'],
  },
  ui: {},
  amount: {
    currency: 'EUR',
    baseCents: 1000,
    parts: [{ field: 'package', cents: { fast: 3900 } }],
  },
};
