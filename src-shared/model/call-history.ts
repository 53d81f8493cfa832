/** This operator's own calls, newest first; a missed one is a task until somebody closes it. */
import * as z from 'zod';
import { CallEnd, CallParty } from './call.ts';

export const HistoryEntry = z.object({
  callId: z.uuid(),
  direction: z.enum(['in', 'out']),
  party: CallParty,
  /** Made to ask somebody about another call: nobody to dial again. */
  consult: z.boolean(),
  customerId: z.uuid().nullable(),
  customerName: z.string().nullable(),
  projectId: z.string().nullable(),
  queue: z.string().nullable(),
  startedAt: z.iso.datetime(),
  answeredAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime(),
  end: CallEnd,
  /**
   * open: a call to this desk itself was missed and nobody has called back · done: called back, talked to since, or closed by
   * the person. null: nothing to do; a queue's call that rang here unanswered is the queue's to offer again, not a missed call.
   */
  task: z.enum(['open', 'done']).nullable(),
});
export type HistoryEntry = z.infer<typeof HistoryEntry>;
