/** A script: what the operator says and asks, step by step, with branches and must-say items. */
import * as z from 'zod';
import { Condition, holds, sameJson } from './condition.ts';
import { Json, type JsonObject } from './json.ts';
import { LocalisedText } from './language.ts';

export const AnswerOption = z.object({
  value: Json,
  label: LocalisedText,
  /** The step that this answer leads to, before any branch is looked at. */
  next: z.string().optional(),
});
export type AnswerOption = z.infer<typeof AnswerOption>;

export const Branch = z.object({ when: Condition, to: z.string() });

export const ScriptStep = z.object({
  id: z.string().min(1).max(60),
  /** say: only read · ask: an answer is noted · form: go to the form · end: the last words */
  kind: z.enum(['say', 'ask', 'form', 'end']),
  /** Said aloud; {{customer.…}}, {{operator.name}}, {{answer.NAME}} and {{project.name}} are merged. */
  text: LocalisedText,
  /** A word to the operator that is not said. */
  hint: LocalisedText.optional(),
  ask: z
    .object({
      /** The answer's name; a form property of the same name is filled by it. */
      name: z.string().min(1).max(60),
      input: z.enum(['choice', 'text', 'number', 'yes-no', 'date']),
      options: z.array(AnswerOption).max(30).optional(),
      required: z.boolean().optional(),
    })
    .optional(),
  branches: z.array(Branch).max(30).optional(),
  next: z.string().optional(),
});
export type ScriptStep = z.infer<typeof ScriptStep>;

export const MustSayItem = z.object({
  id: z.string().min(1).max(60),
  text: LocalisedText,
  /** Only then must it be said; always when absent. */
  when: Condition.optional(),
});
export type MustSayItem = z.infer<typeof MustSayItem>;

export const Script = z.object({
  schemaVersion: z.literal(1),
  scriptId: z.string().regex(/^[a-z0-9-]{1,60}$/),
  /** Revisions are immutable; a call stores the one it was led by. */
  revision: z.int().min(1),
  title: LocalisedText,
  start: z.string(),
  steps: z.array(ScriptStep).min(1).max(300),
  mustSay: z.array(MustSayItem).max(50),
});
export type Script = z.infer<typeof Script>;

export function stepById(script: Script, id: string): ScriptStep | undefined {
  return script.steps.find((step) => step.id === id);
}

/** The step after `step` for these answers, or undefined at the end of the script. */
export function nextStep(
  script: Script,
  step: ScriptStep,
  answers: Readonly<JsonObject>,
): ScriptStep | undefined {
  const given = step.ask ? answers[step.ask.name] : undefined;
  const chosen = step.ask?.options?.find((option) => sameJson(option.value, given));
  const branch = step.branches?.find((one) => holds(one.when, answers));
  const target = chosen?.next ?? branch?.to ?? step.next;
  return target === undefined ? undefined : stepById(script, target);
}

/** Whether the step asks something that these answers do not hold yet. */
export function isOpen(step: ScriptStep, answers: Readonly<JsonObject>): boolean {
  return step.ask !== undefined && !holds({ field: step.ask.name, given: true }, answers);
}

/**
 * The steps that these answers lead through, from the start on: past an open question only where it has a way on
 * that no answer decides. A loop in a script ends at its first repeated step.
 */
export function stepsTaken(script: Script, answers: Readonly<JsonObject>): readonly ScriptStep[] {
  return walk(script, stepById(script, script.start), (step) => nextStep(script, step, answers));
}

/**
 * The steps still to be expected after `stepsTaken`: the first option of every open question is taken for its answer.
 * An estimate for "step 3 of 7"; it changes with the answers.
 */
export function stepsExpected(
  script: Script,
  answers: Readonly<JsonObject>,
): readonly ScriptStep[] {
  const likely = (step: ScriptStep): ScriptStep | undefined => {
    const known = nextStep(script, step, answers);
    if (known || !isOpen(step, answers)) return known;
    const target = step.ask?.options?.find((option) => option.next !== undefined)?.next;
    const branch = target ?? step.branches?.[0]?.to;
    return branch === undefined ? undefined : stepById(script, branch);
  };
  return walk(script, stepById(script, script.start), likely);
}

function walk(
  script: Script,
  start: ScriptStep | undefined,
  after: (step: ScriptStep) => ScriptStep | undefined,
): readonly ScriptStep[] {
  const taken = new Set<ScriptStep>();
  let step = start;
  while (step && !taken.has(step) && taken.size < script.steps.length) {
    taken.add(step);
    step = after(step);
  }
  return [...taken];
}

/** The must-say items that hold for these answers. */
export function mustSayFor(script: Script, answers: Readonly<JsonObject>): readonly MustSayItem[] {
  return script.mustSay.filter((item) => !item.when || holds(item.when, answers));
}

/** Places in a script that lead nowhere or name a missing step; empty for a sound script. */
export function scriptFaults(script: Script): readonly string[] {
  const ids = new Set<string>();
  const faults: string[] = [];
  for (const step of script.steps) {
    if (ids.has(step.id)) faults.push(`step "${step.id}" is there twice`);
    ids.add(step.id);
    if (step.kind === 'ask' && !step.ask) faults.push(`step "${step.id}" asks, but has no "ask"`);
  }
  const targets = script.steps.flatMap((step) => [
    ...(step.next === undefined ? [] : [{ from: step.id, to: step.next }]),
    ...(step.branches ?? []).map((branch) => ({ from: step.id, to: branch.to })),
    ...(step.ask?.options ?? []).flatMap((option) =>
      option.next === undefined ? [] : [{ from: step.id, to: option.next }],
    ),
  ]);
  for (const { from, to } of [{ from: 'start', to: script.start }, ...targets])
    if (!ids.has(to)) faults.push(`"${from}" leads to the missing step "${to}"`);
  return faults;
}
