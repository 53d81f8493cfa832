/** Zod's issues as faults of a file: unions are told by the branch that was meant, unknown keys one by one. */
import type * as z from 'zod';
import type { Path } from './locate.ts';

export interface ShapeFault {
  readonly path: Path;
  /** A key inside `path` that should not be there. */
  readonly key?: string;
  readonly message: string;
}

export function shapeFaults(issue: z.core.$ZodIssue, above: Path = []): readonly ShapeFault[] {
  const path = [...above, ...issue.path];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ path, key, message: `"${key}" is not known here` }));
    case 'invalid_union': {
      const meant = meantBranch(issue.errors);
      return meant
        ? meant.flatMap((one) => shapeFaults(one, path))
        : [{ path, message: 'has none of the shapes it may have' }];
    }
    case 'invalid_type':
      return [
        {
          path,
          message:
            issue.input === undefined
              ? `is missing (${issue.expected})`
              : `must be ${issue.expected}`,
        },
      ];
    case 'invalid_value':
      return [{ path, message: `must be one of ${issue.values.map(String).join(', ')}` }];
    default:
      return [{ path, message: issue.message }];
  }
}

/** The one branch that is not simply of another type. */
function meantBranch(
  branches: readonly (readonly z.core.$ZodIssue[])[],
): readonly z.core.$ZodIssue[] | undefined {
  const likely = branches.filter(
    (issues) => !issues.some((one) => one.path.length === 0 && one.code === 'invalid_type'),
  );
  return likely.length === 1 ? likely[0] : undefined;
}
