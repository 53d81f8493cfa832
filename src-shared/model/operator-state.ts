/** The operator's state: what queues may expect of the person. */
import * as z from 'zod';

export const notReadyReasons = [
  'signed-in', // has not said Ready yet
  'break',
  'lunch',
  'training',
  'meeting',
  'back-office',
  'wrap-up-limit', // the project's wrap-up limit passed: a rule, named on screen
  'line-lost', // could not be reached: a rule, named on screen
] as const;
export const NotReadyReason = z.enum(notReadyReasons);
export type NotReadyReason = z.infer<typeof NotReadyReason>;

export const OperatorState = z.object({
  /** offline: nobody signed in. busy: rung or talking. */
  phase: z.enum(['offline', 'not-ready', 'ready', 'busy', 'wrap-up']),
  reason: NotReadyReason.nullable(),
  /** When this phase began (ISO 8601, UTC). */
  since: z.iso.datetime(),
  /** The call being wrapped up. */
  wrapUpCallId: z.uuid().nullable(),
  /** When the wrap-up limit passes (ISO 8601, UTC). */
  wrapUpUntil: z.iso.datetime().nullable(),
  /** What follows busy and wrap-up: what the person last chose. */
  then: z.enum(['ready', 'not-ready']),
  thenReason: NotReadyReason.nullable(),
});
export type OperatorState = z.infer<typeof OperatorState>;
