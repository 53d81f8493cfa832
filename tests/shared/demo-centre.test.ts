/** The demo centre is sound: it parses, its scripts lead somewhere, its forms can be filled, its numbers can be dialled. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { CentreFile, type CentreCustomer } from '#shared/model/centre-file.ts';
import { withScriptAnswer, emptyDraft, unsaidItems } from '#shared/model/draft.ts';
import { amountDue, formFaults, localisedSchema, type FormDefinition } from '#shared/model/form.ts';
import type { JsonObject } from '#shared/model/json.ts';
import { languages } from '#shared/model/language.ts';
import { toE164 } from '#shared/model/phone-number.ts';
import { scriptFaults, stepsTaken, type Script } from '#shared/model/script.ts';

const source: unknown = parse(readFileSync('assets/centres/demo.yaml', 'utf8'));
const centre = CentreFile.parse(source);
const customers = centre.customers as readonly CentreCustomer[];
const { region } = centre.organisation;

const script = (id: string): Script => found(centre.scripts.find((one) => one.scriptId === id));
const form = (id: string): FormDefinition => found(centre.forms.find((one) => one.formId === id));

/** Answers that only the conversation needs: the form has no field for them. */
const onlySpoken: Readonly<Record<string, readonly string[]>> = {
  'internet-sales': ['topic', 'lightGreen'],
  'bank-loans': ['identified'],
  'taxi-order': [],
  'mobile-retention': [],
};

const filled: Readonly<Record<string, JsonObject>> = {
  'internet-order': {
    name: 'Marija Žagar',
    street: 'Cankarjeva ulica 4',
    postCode: '1241',
    town: 'Kamnik',
    package: 'fibre-200',
    provider: 'telko',
    competitorPrice: 32.5,
    endContract: true,
    contractEnds: '2026-12-31',
    visitDate: '2026-12-01',
    visitSlot: '8-10',
    materials: ['router'],
    cableMetres: 20,
    identityDocument: 'passport',
  },
  'bank-loan': {
    name: 'Mojca Pavlin',
    purpose: 'loan',
    employment: 'fixed-term',
    employedUntil: '2027-12-31',
    income: 1450,
    amount: 8000,
    months: 60,
  },
  'taxi-ride': {
    pickUp: 'Celovška cesta 150, Ljubljana',
    destination: 'Letališče Brnik',
    people: 5,
    when: 'later',
    pickUpTime: '05:10',
    zone: 'airport',
    extras: ['van'],
  },
  'mobile-tariff': {
    name: 'Matej Bizjak',
    subscriberNumber: '068 555 107',
    tariff: 'medium',
    leavingReason: 'price',
    competitor: 'hitrofon',
    competitorPrice: 14.99,
    phone: true,
    phoneModel: 'basic',
  },
};

describe('the demo centre', () => {
  it('says everything in Slovenian and in English', () => {
    expect(textsWithoutBoth(source)).toEqual([]);
  });

  it('has four projects with a script, a form, queues and numbers of their own', () => {
    expect(centre.projects.flatMap((project) => project.queues)).toEqual([
      'internet',
      'bank',
      'taxi',
      'mobilni',
    ]);
    const numbers = centre.projects.flatMap((project) => project.numbers);
    expect(new Set(numbers).size).toBe(numbers.length);
    for (const project of centre.projects) {
      expect(project.numbers.length).toBeGreaterThan(0);
      expect(script(project.scriptId ?? '').steps.length).toBeGreaterThanOrEqual(5);
      expect(form(project.formId ?? '').formId).toBe(project.formId);
    }
  });

  it('knows every project that people and histories name, and every outcome code', () => {
    const known = new Map(centre.projects.map((project) => [project.projectId, project]));
    for (const person of centre.people)
      for (const id of person.projects) expect(known.has(id)).toBe(true);
    const unknown = customers
      .flatMap((customer) => customer.history ?? [])
      .filter(({ project, code, reason }) => {
        const outcomes = found(known.get(project ?? '')).outcomes;
        const outcome = outcomes.find((one) => one.code === code);
        const reasons = outcome?.reasons.map((one) => one.code) ?? [];
        return (
          (code !== undefined && !outcome) || (reason !== undefined && !reasons.includes(reason))
        );
      });
    expect(unknown).toEqual([]);
  });

  it('lists only numbers that can be dialled', () => {
    const written = [
      ...centre.projects.flatMap((project) => project.numbers),
      ...customers.flatMap((customer) => customer.numbers.map(writtenNumber)),
    ];
    expect(written.filter((number) => toE164(number, region) === null)).toEqual([]);
  });

  it('has enough customers: households that share a number, second numbers, mobiles', () => {
    expect(customers.length).toBeGreaterThanOrEqual(24);
    expect(new Set(customers.map((customer) => customer.key)).size).toBe(customers.length);
    const owners = new Map<string, number>();
    for (const number of customers.flatMap((customer) => customer.numbers.map(writtenNumber)))
      owners.set(number, (owners.get(number) ?? 0) + 1);
    expect([...owners.values()].filter((count) => count > 1).length).toBeGreaterThanOrEqual(3);
    expect(customers.filter((customer) => customer.numbers.length > 1).length).toBeGreaterThan(4);
    const mobiles = customers.filter((customer) =>
      customer.numbers.some((one) => typeof one === 'object' && one.kind === 'mobile'),
    );
    expect(mobiles.length).toBeGreaterThanOrEqual(8);
  });

  it('gives every operator a line of the practice exchange', () => {
    for (const person of centre.people.filter(({ role }) => role === 'operator' || role === 'lead'))
      expect(person.line).toEqual({
        extension: person.line?.extension,
        sipUser: person.line?.extension,
        secret: `practice-${person.line?.extension}`,
      });
  });
});

describe.each(centre.scripts.map((one) => [one.scriptId, one] as const))(
  'script %s',
  (_id, one) => {
    const project = found(centre.projects.find((each) => each.scriptId === one.scriptId));
    const properties = Object.keys(form(project.formId ?? '').schema['properties'] as JsonObject);

    it('leads somewhere from every step, and every step can be reached', () => {
      expect(scriptFaults(one)).toEqual([]);
      const reached = new Set<string>([one.start]);
      for (const id of reached) {
        const step = found(one.steps.find((each) => each.id === id));
        for (const to of [
          step.next,
          ...(step.branches ?? []).map((branch) => branch.to),
          ...(step.ask?.options ?? []).map((option) => option.next),
        ])
          if (to !== undefined) reached.add(to);
      }
      expect(one.steps.map((step) => step.id).filter((id) => !reached.has(id))).toEqual([]);
    });

    it('asks what the form has a field for, with the values the field knows', () => {
      const schema = form(project.formId ?? '').schema['properties'] as JsonObject;
      for (const step of one.steps) {
        if (!step.ask || onlySpoken[one.scriptId]?.includes(step.ask.name)) continue;
        expect(properties).toContain(step.ask.name);
        const allowed = (schema[step.ask.name] as JsonObject)['enum'] as unknown[] | undefined;
        // "none" may lead past the form; then the form need not know it.
        const unknown = (step.ask.options ?? [])
          .map((option) => option.value)
          .filter((value) => value !== 'none' && !allowed?.includes(value));
        expect(unknown).toEqual([]);
      }
    });

    it('makes conditions only on answers somebody gives', () => {
      const asked = one.steps.flatMap((step) => step.ask?.name ?? []);
      for (const field of fieldsIn([one.mustSay, one.steps]))
        expect([...asked, ...properties]).toContain(field);
    });
  },
);

describe.each(centre.forms.map((one) => [one.formId, one] as const))('form %s', (id, one) => {
  it('takes a filled form and names what is missing in an empty one', () => {
    expect(formFaults(one, found(filled[id]))).toEqual([]);
    expect(formFaults(one, {}).length).toBeGreaterThan(0);
  });

  it('prices only values that its fields know', () => {
    for (const part of one.amount?.parts ?? []) {
      const field = found(findProperty(one.schema, part.field));
      const values = (field['enum'] ?? (field['items'] as JsonObject | undefined)?.['enum']) as
        | string[]
        | undefined;
      const numeric = field['type'] === 'number' || field['type'] === 'integer';
      expect(part.cents ? Object.keys(part.cents) : numeric).toEqual(part.cents ? values : true);
    }
  });

  it.each(languages)('names every field and every option in %s', (language) => {
    expect(JSON.stringify(localisedSchema(one, language))).not.toContain('"x-');
  });
});

describe('the conditions of the demo forms', () => {
  it('wants an hour only for a later ride', () => {
    const { pickUpTime: _time, ...ride } = found(filled['taxi-ride']);
    expect(formFaults(form('taxi-ride'), ride)).not.toEqual([]);
    expect(formFaults(form('taxi-ride'), { ...ride, when: 'now' })).toEqual([]);
  });

  it('wants income for a loan, and a promise for a reminder', () => {
    const bank = form('bank-loan');
    const reminder = { name: 'Petra Oblak', purpose: 'reminder' };
    expect(formFaults(bank, { ...reminder, purpose: 'loan' })).not.toEqual([]);
    expect(formFaults(bank, reminder)).not.toEqual([]);
    const promised = { ...reminder, promiseDate: '2026-12-05', promisedAmount: 184.2 };
    expect(formFaults(bank, promised)).toEqual([]);
    expect(formFaults(bank, { ...promised, coBorrower: 'Jan Oblak' })).not.toEqual([]);
  });

  it('adds up materials, metres and fares', () => {
    expect(amountDue(form('internet-order'), found(filled['internet-order']))?.cents).toBe(6700);
    expect(amountDue(form('taxi-ride'), found(filled['taxi-ride']))?.cents).toBe(4700);
    expect(amountDue(form('mobile-tariff'), found(filled['mobile-tariff']))?.cents).toBe(4900);
    expect(amountDue(form('bank-loan'), found(filled['bank-loan']))).toBeNull();
  });

  it('leads a sale through the competitor to the form, and wants the account said', () => {
    const sales = script('internet-sales');
    const answers = {
      topic: 'sales',
      provider: 'telko',
      competitorPrice: 32.5,
      package: 'fibre-200',
    };
    expect(stepsTaken(sales, answers).map((step) => step.id)).toEqual([
      'hello',
      'provider',
      'competitor',
      'offer',
      'order',
      'bye',
    ]);
    const draft = withScriptAnswer(
      { ...emptyDraft, script: answers },
      'package',
      'fibre-200',
      form('internet-order').schema,
    );
    expect(draft.form).toEqual({ package: 'fibre-200' });
    expect(unsaidItems(draft, sales).map((item) => item.id)).toEqual([
      'who-calls',
      'passport',
      'pay-to-account',
      'notice-period',
    ]);
  });
});

function found<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('the demo centre lacks something the test looks for');
  return value;
}

const writtenNumber = (one: CentreCustomer['numbers'][number]) =>
  typeof one === 'string' ? one : one.number;

/** Paths of texts that are written in one language only. */
function textsWithoutBoth(node: unknown, path = ''): string[] {
  if (typeof node !== 'object' || node === null) return [];
  const entries = Object.entries(node);
  const keys = entries.map(([key]) => key);
  if (keys.includes('sl') !== keys.includes('en')) return [path];
  const empty = entries.some(([key, value]) => (key === 'sl' || key === 'en') && value === '');
  const known = Array.isArray((node as { enum?: unknown }).enum)
    ? ((node as { enum: unknown[]; 'x-enum'?: object }).enum ?? []).filter(
        (value) => !Object.hasOwn((node as { 'x-enum'?: object })['x-enum'] ?? {}, String(value)),
      )
    : [];
  // An enum within a condition ("if") names values; only a field's own enum has labels.
  const unlabelled = known.length > 0 && !path.includes('/if/') ? [`${path}/x-enum`] : [];
  return [
    ...(empty ? [path] : []),
    ...unlabelled,
    ...entries.flatMap(([key, value]) => textsWithoutBoth(value, `${path}/${key}`)),
  ];
}

function fieldsIn(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) =>
    key === 'field' && typeof value === 'string' ? [value] : fieldsIn(value),
  );
}

function findProperty(node: unknown, name: string): JsonObject | undefined {
  if (typeof node !== 'object' || node === null) return undefined;
  const properties = (node as { properties?: Record<string, JsonObject> }).properties;
  if (properties?.[name] && 'type' in properties[name]) return properties[name];
  for (const value of Object.values(node)) {
    const inner = findProperty(value, name);
    if (inner) return inner;
  }
  return undefined;
}

describe('every label of a form', () => {
  const labels = (node: unknown, path: string): readonly (readonly [string, unknown])[] => {
    if (typeof node !== 'object' || node === null) return [];
    return Object.entries(node).flatMap(([key, value]) =>
      key === 'x-title' || key === 'x-description'
        ? [[`${path}/${key}`, value] as const]
        : labels(value, `${path}/${key}`),
    );
  };
  it.each(centre.forms.flatMap((one) => labels(one.schema, one.formId)))(
    '%s is a text in both languages and nothing else',
    (_path, label) => {
      expect(label).toEqual({ sl: expect.any(String), en: expect.any(String) });
    },
  );
});
