/** A customer's timeline: what happened between the customer and us, newest first. */
import * as z from 'zod';
import { Money } from './money.ts';

export const TimelineEntry = z.object({
  entryId: z.uuid(),
  customerId: z.uuid(),
  at: z.iso.datetime(),
  kind: z.enum(['call', 'order', 'application', 'refused', 'callback', 'note']),
  projectId: z.string().nullable(),
  /** Outcome or state code within its project; the page finds the label. */
  code: z.string().nullable(),
  reason: z.string().nullable(),
  text: z.string().max(10_000),
  amount: Money.nullable(),
  operatorName: z.string().nullable(),
});
export type TimelineEntry = z.infer<typeof TimelineEntry>;
