/** A draft: everything typed and ticked for one call, before it is an order. Keyed by call id. */
import * as z from 'zod';
import { JsonObject, type Json } from './json.ts';
import {
  isOpen,
  mustSayFor,
  stepsExpected,
  stepsTaken,
  type MustSayItem,
  type Script,
  type ScriptStep,
} from './script.ts';

export const Draft = z.object({
  /** Answers given in the script, by answer name. */
  script: JsonObject,
  /** Answers in the form, as its schema wants them; kept even where they break it. */
  form: JsonObject,
  /** When each must-say item was ticked (ISO 8601, UTC): the evidence of what was said. */
  said: z.record(z.string(), z.iso.datetime()),
  /** The step the operator looks at. */
  step: z.string().nullable(),
  note: z.string().max(10_000),
});
export type Draft = z.infer<typeof Draft>;

export const emptyDraft: Draft = { script: {}, form: {}, said: {}, step: null, note: '' };

/** The draft after an answer in the script; a form property of the same name is filled too. */
export function withScriptAnswer(
  draft: Draft,
  name: string,
  value: Json | undefined,
  formSchema: Readonly<JsonObject> | undefined,
): Draft {
  const script = replaced(draft.script, name, value);
  return formSchema && hasProperty(formSchema, name)
    ? { ...draft, script, form: replaced(draft.form, name, value) }
    : { ...draft, script };
}

/** The draft after the form changed; script answers of the same name follow the form, also when a field is emptied. */
export function withFormAnswers(draft: Draft, form: JsonObject, script: Script | undefined): Draft {
  let answers = draft.script;
  for (const step of script?.steps ?? []) {
    const name = step.ask?.name;
    if (name !== undefined && (name in form || name in draft.form))
      answers = replaced(answers, name, form[name]);
  }
  return { ...draft, form, script: answers };
}

/** All that is known so far, by name: what conditions and merge fields look at. */
export function answersOf(draft: Draft): JsonObject {
  return { ...draft.form, ...draft.script };
}

/** The draft with a must-say item ticked at `at` (ISO 8601, UTC), or the tick taken back with null. */
export function withSaid(draft: Draft, itemId: string, at: string | null): Draft {
  const { [itemId]: _old, ...rest } = draft.said;
  return { ...draft, said: at === null ? rest : { ...rest, [itemId]: at } };
}

/** Must-say items that still block saving. */
export function unsaidItems(draft: Draft, script: Script | undefined): readonly MustSayItem[] {
  if (!script) return [];
  return mustSayFor(script, answersOf(draft)).filter((item) => !Object.hasOwn(draft.said, item.id));
}

/**
 * The step the operator is at. When an earlier answer was changed and the step is no longer on the way, it is the
 * first open question of the new way, or its last step.
 */
export function stepNow(draft: Draft, script: Script): ScriptStep | undefined {
  const answers = answersOf(draft);
  const taken = stepsTaken(script, answers);
  return (
    taken.find((step) => step.id === (draft.step ?? script.start)) ??
    taken.find((step) => isOpen(step, answers)) ??
    taken.at(-1)
  );
}

/** Where the operator is: step number (from 1) and how many steps are to be expected with these answers. */
export function scriptProgress(draft: Draft, script: Script): { at: number; of: number } {
  const answers = answersOf(draft);
  const now = stepNow(draft, script);
  const index = stepsTaken(script, answers).findIndex((step) => step.id === now?.id);
  return { at: Math.max(index, 0) + 1, of: Math.max(stepsExpected(script, answers).length, 1) };
}

function replaced(object: JsonObject, name: string, value: Json | undefined): JsonObject {
  const { [name]: _old, ...rest } = object;
  return value === undefined ? rest : { ...rest, [name]: value };
}

/** Conditional parts of a schema may name the property too. */
function hasProperty(schema: Readonly<JsonObject>, name: string): boolean {
  if (isObject(schema['properties']) && Object.hasOwn(schema['properties'], name)) return true;
  const parts = [schema['then'], schema['else']];
  for (const list of [schema['allOf'], schema['anyOf'], schema['oneOf']])
    if (Array.isArray(list)) parts.push(...list);
  for (const map of [schema['dependentSchemas'], schema['dependencies']])
    if (isObject(map)) parts.push(...Object.values(map));
  return parts.some((part) => isObject(part) && hasProperty(part, name));
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
