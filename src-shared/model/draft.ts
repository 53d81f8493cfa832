/** A draft: everything typed and ticked for one call, before it is an order. Keyed by call id. */
import * as z from 'zod';
import { JsonObject, type Json } from './json.ts';
import { stepsTaken, mustSayFor, type MustSayItem, type Script } from './script.ts';

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
  return hasProperty(formSchema, name)
    ? { ...draft, script, form: replaced(draft.form, name, value) }
    : { ...draft, script };
}

/** The draft after the form changed; script answers of the same name follow the form. */
export function withFormAnswers(draft: Draft, form: JsonObject, script: Script | undefined): Draft {
  let answers = draft.script;
  for (const step of script?.steps ?? []) {
    const name = step.ask?.name;
    if (name !== undefined && name in form) answers = replaced(answers, name, form[name]);
  }
  return { ...draft, form, script: answers };
}

/** Must-say items that still block saving. */
export function unsaidItems(draft: Draft, script: Script | undefined): readonly MustSayItem[] {
  if (!script) return [];
  const answers = { ...draft.form, ...draft.script };
  return mustSayFor(script, answers).filter((item) => !(item.id in draft.said));
}

/** Where the operator is: step number (from 1) and how many steps these answers lead through. */
export function scriptProgress(draft: Draft, script: Script): { at: number; of: number } {
  const taken = stepsTaken(script, { ...draft.form, ...draft.script });
  const index = taken.findIndex((step) => step.id === (draft.step ?? script.start));
  return { at: Math.max(index, 0) + 1, of: taken.length };
}

function replaced(object: JsonObject, name: string, value: Json | undefined): JsonObject {
  const { [name]: _old, ...rest } = object;
  return value === undefined ? rest : { ...rest, [name]: value };
}

function hasProperty(schema: Readonly<JsonObject> | undefined, name: string): boolean {
  const properties = schema?.['properties'];
  return typeof properties === 'object' && properties !== null && name in properties;
}
