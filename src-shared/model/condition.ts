/** Conditions in scripts and must-say lists: a small tree, interpreted; never code from data. */
import * as z from 'zod';
import { assertNever } from '../assert-never.ts';
import { Json, type JsonObject } from './json.ts';

export type Condition =
  | { readonly field: string; readonly equals: Json }
  | { readonly field: string; readonly in: readonly Json[] }
  | { readonly field: string; readonly atLeast: number }
  | { readonly field: string; readonly given: boolean }
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition };

export const Condition: z.ZodType<Condition> = z.lazy(() =>
  z.union([
    z.strictObject({ field: z.string(), equals: Json }),
    z.strictObject({ field: z.string(), in: z.array(Json).readonly() }),
    z.strictObject({ field: z.string(), atLeast: z.number() }),
    z.strictObject({ field: z.string(), given: z.boolean() }),
    z.strictObject({ all: z.array(Condition).readonly() }),
    z.strictObject({ any: z.array(Condition).readonly() }),
    z.strictObject({ not: Condition }),
  ]),
);

/** Whether two JSON values say the same, whatever the order of their keys; absent is the same as nothing but absent. */
export function sameJson(one: Json | undefined, other: Json | undefined): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null)
    return false;
  if (Array.isArray(one) || Array.isArray(other))
    return (
      Array.isArray(one) &&
      Array.isArray(other) &&
      one.length === other.length &&
      one.every((item, index) => sameJson(item, other[index]))
    );
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && sameJson(one[key], other[key]))
  );
}

/** Whether the condition holds for these answers; an absent answer equals nothing. */
export function holds(condition: Condition, answers: Readonly<JsonObject>): boolean {
  if ('all' in condition) return condition.all.every((part) => holds(part, answers));
  if ('any' in condition) return condition.any.some((part) => holds(part, answers));
  if ('not' in condition) return !holds(condition.not, answers);
  const answer = Object.hasOwn(answers, condition.field) ? answers[condition.field] : undefined;
  if ('equals' in condition) return sameJson(answer, condition.equals);
  if ('in' in condition) return condition.in.some((one) => sameJson(one, answer));
  if ('atLeast' in condition) return typeof answer === 'number' && answer >= condition.atLeast;
  if ('given' in condition)
    return (answer !== undefined && answer !== null && answer !== '') === condition.given;
  return assertNever(condition);
}
