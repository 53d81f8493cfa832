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

/** Whether the condition holds for these answers; an absent answer equals nothing. */
export function holds(condition: Condition, answers: Readonly<JsonObject>): boolean {
  if ('all' in condition) return condition.all.every((part) => holds(part, answers));
  if ('any' in condition) return condition.any.some((part) => holds(part, answers));
  if ('not' in condition) return !holds(condition.not, answers);
  const answer = answers[condition.field];
  if ('equals' in condition) return JSON.stringify(answer) === JSON.stringify(condition.equals);
  if ('in' in condition)
    return condition.in.some((one) => JSON.stringify(one) === JSON.stringify(answer));
  if ('atLeast' in condition) return typeof answer === 'number' && answer >= condition.atLeast;
  if ('given' in condition)
    return (answer !== undefined && answer !== null && answer !== '') === condition.given;
  return assertNever(condition);
}
