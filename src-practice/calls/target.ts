/** What a desk dialled. */
import { toE164 } from '#shared/model/phone-number.ts';
import type { PracticeCentre, PracticeCustomer } from '../centre.ts';

export type Target =
  | { readonly kind: 'line'; readonly extension: string }
  | { readonly kind: 'customer'; readonly number: string; readonly customer: PracticeCustomer }
  | { readonly kind: 'echo' | 'busy' | 'no-answer' | 'tone' | 'decline' | 'unknown' };

/** Numbers for trying things out. */
const trials: Readonly<Record<string, Target>> = {
  600: { kind: 'echo' },
  601: { kind: 'busy' },
  602: { kind: 'no-answer' },
  603: { kind: 'tone' },
  604: { kind: 'decline' },
};

/** @param user the user part of the Request-URI, as dialled. */
export function resolveTarget(user: string, centre: PracticeCentre): Target {
  const line = centre.lines.find(
    ({ extension, sipUser }) => user === extension || user === sipUser,
  );
  if (line) return { kind: 'line', extension: line.extension };
  const trial = trials[user];
  if (trial) return trial;
  const { outsidePrefix, region } = centre;
  const outside =
    outsidePrefix !== '' && user.startsWith(outsidePrefix)
      ? user.slice(outsidePrefix.length)
      : null;
  for (const written of [outside, user]) {
    const number = written === null ? null : toE164(written, region);
    const customer =
      number === null
        ? undefined
        : centre.customers.find(({ numbers }) => numbers.includes(number));
    if (number !== null && customer) return { kind: 'customer', number, customer };
  }
  return { kind: 'unknown' };
}
