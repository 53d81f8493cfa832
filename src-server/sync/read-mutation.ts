/** Reads what a desk sent, one mutation at a time: an unreadable one is refused and does not stop the others. */
import * as z from 'zod';
import { Mutation, type MutationResult } from '#shared/model/mutation.ts';

export interface SentMutation {
  readonly mutationId: string;
  readonly madeAt: string;
  readonly name: string;
  readonly args: unknown;
}

export type ReadMutation =
  | { readonly readable: true; readonly mutation: Mutation }
  | { readonly readable: false; readonly sent: SentMutation; readonly result: MutationResult };

export function readMutation(sent: SentMutation): ReadMutation {
  const { mutationId, madeAt, name, args } = sent;
  const whole = { mutationId, madeAt, name, args };
  if (!storable(JSON.stringify(whole)))
    return unreadable(sent, [{ at: '', problem: 'holds characters that cannot be stored' }]);
  const read = Mutation.safeParse(whole);
  if (read.success) return { readable: true, mutation: withLowerCaseIds(read.data) };
  return unreadable(
    sent,
    read.error.issues.slice(0, 20).map((issue) => ({
      at: issue.path.map(String).join('.'),
      // The issue's code only: its message may quote what was typed.
      problem: issue.code,
    })),
  );
}

function unreadable(
  sent: SentMutation,
  faults: readonly { readonly at: string; readonly problem: string }[],
): ReadMutation {
  return { readable: false, sent, result: malformed(sent.mutationId, [...faults]) };
}

export function malformed(
  mutationId: string,
  faults: { at: string; problem: string }[],
): MutationResult {
  return { mutationId, status: 'refused', code: 'malformed', details: { faults } };
}

/** PostgreSQL stores no NUL and no half of a surrogate pair, neither as text nor in jsonb. */
export function storable(json: string): boolean {
  // JSON.stringify writes both as \uXXXX; a backslash that a person typed is written as two.
  return !/(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/.test(json);
}

const Id = z.uuid();

/** RFC 9562: ids are compared without regard to case, and written in small letters. */
function withLowerCaseIds(mutation: Mutation): Mutation {
  const args = Object.fromEntries(
    Object.entries(mutation.args).map(([key, value]) => [
      key,
      key.endsWith('Id') && Id.safeParse(value).success ? String(value).toLowerCase() : value,
    ]),
  );
  return { ...mutation, args } as Mutation;
}
