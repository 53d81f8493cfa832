/** How a call ended for the project: outcomes, and the reasons below them. */
import * as z from 'zod';
import { LocalisedText } from './language.ts';

export const outcomeKinds = [
  'order',
  'application',
  'solved',
  'refused',
  'callback',
  'no-contact',
] as const;

export const OutcomeReason = z.object({ code: z.string().min(1).max(60), label: LocalisedText });

export const Outcome = z.object({
  code: z.string().min(1).max(60),
  label: LocalisedText,
  kind: z.enum(outcomeKinds),
  /** A reason must be named when there are any. */
  reasons: z.array(OutcomeReason).max(50),
});
export type Outcome = z.infer<typeof Outcome>;
