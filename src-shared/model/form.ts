/** A project's form: a JSON Schema (draft 2020-12 subset) with labels in both languages. */
import * as z from 'zod';
import { JsonObject, type Json } from './json.ts';
import { LocalisedText, textIn, type Language } from './language.ts';
import type { Money } from './money.ts';

export { answersInUse, fieldsInUse, withShownAnswers } from './form-answers.ts';
export { formFaults, type FormFault } from './form-faults.ts';

/**
 * The schema's own keywords, plus `x-title`, `x-description` ({sl, en}) beside any schema and
 * `x-enum` ({VALUE: {sl, en}}) beside an enum. Conditional fields by if/then/else, dependentSchemas or rjsf `dependencies`.
 */
export const FormDefinition = z.object({
  formId: z.string().regex(/^[a-z0-9-]{1,60}$/),
  revision: z.int().min(1),
  title: LocalisedText,
  /** Whether a saved form is an order (work to be done) or an application (a yes that needs verifying). */
  makes: z.enum(['order', 'application']),
  schema: JsonObject,
  /** rjsf's uiSchema: widgets, order of fields. */
  ui: JsonObject,
  /** The amount due: fixed, or a price for each chosen value of a field, added up. */
  amount: z
    .object({
      currency: z.string().regex(/^[A-Z]{3}$/),
      baseCents: z.int(),
      parts: z
        .array(
          z.object({
            field: z.string(),
            /** Cents for each value of the field; for an array every item counts. */
            cents: z.record(z.string(), z.int()).optional(),
            /** Cents for each unit of a numeric field. */
            centsPerUnit: z.int().optional(),
          }),
        )
        .max(50),
    })
    .optional(),
});
export type FormDefinition = z.infer<typeof FormDefinition>;

/** The schema as rjsf wants it, with titles, descriptions and option names in one language. */
export function localisedSchema(
  form: Pick<FormDefinition, 'schema'>,
  language: Language,
): JsonObject {
  return localise(form.schema, language) as JsonObject;
}

/** The uiSchema with every text that is written as {sl, en} (a placeholder, a help) in one language. */
export function localisedUi(form: Pick<FormDefinition, 'ui'>, language: Language): JsonObject {
  return localiseTexts(form.ui, language) as JsonObject;
}

function localiseTexts(node: Json, language: Language): Json {
  if (Array.isArray(node)) return node.map((item) => localiseTexts(item, language));
  if (typeof node !== 'object' || node === null) return node;
  const keys = Object.keys(node);
  const isText =
    keys.length > 0 &&
    keys.every((key) => (key === 'sl' || key === 'en') && typeof node[key] === 'string');
  if (isText) return textIn(node, language);
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, localiseTexts(value, language)]),
  );
}

function localise(node: Json, language: Language): Json {
  if (Array.isArray(node)) return node.map((item) => localise(item, language));
  if (typeof node !== 'object' || node === null) return node;
  const result: JsonObject = {};
  for (const [key, value] of Object.entries(node)) {
    if (key === 'x-title') result['title'] = textIn(value as LocalisedText, language);
    else if (key === 'x-description')
      result['description'] = textIn(value as LocalisedText, language);
    else if (key !== 'x-enum') result[key] = localise(value, language);
  }
  const names = node['x-enum'];
  if (Array.isArray(node['enum']) && typeof names === 'object' && names !== null) {
    delete result['enum'];
    result['oneOf'] = node['enum'].map((value) => ({
      const: value,
      title:
        textIn((names as Record<string, LocalisedText>)[codeOf(value)], language) || codeOf(value),
    }));
  }
  return result;
}

/** A value as the key under which its name or its price stands. */
function codeOf(value: Json | undefined): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}

/** The amount due for these answers, in cents, or null where the form has no amount. */
export function amountDue(
  form: Pick<FormDefinition, 'amount'>,
  answers: Readonly<JsonObject>,
): Money | null {
  if (!form.amount) return null;
  let cents = form.amount.baseCents;
  for (const part of form.amount.parts) {
    const answer = answers[part.field];
    const chosen = Array.isArray(answer) ? answer : [answer];
    for (const value of chosen) {
      if (part.cents) cents += part.cents[codeOf(value)] ?? 0;
      if (part.centsPerUnit !== undefined && typeof value === 'number')
        cents += Math.round(part.centsPerUnit * value);
    }
  }
  return { cents, currency: form.amount.currency };
}
