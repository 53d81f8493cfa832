/** Orders (work to be done) and applications (a customer's yes that needs verifying). */
import * as z from 'zod';
import { JsonObject } from './json.ts';
import { Money } from './money.ts';

export const Order = z.object({
  orderId: z.uuid(),
  kind: z.enum(['order', 'application']),
  projectId: z.string(),
  customerId: z.uuid().nullable(),
  callId: z.uuid().nullable(),
  formId: z.string(),
  formRevision: z.int(),
  scriptId: z.string().nullable(),
  scriptRevision: z.int().nullable(),
  answers: JsonObject,
  /** Answers given in the script that the form has no field for. */
  scriptAnswers: JsonObject,
  /** Must-say items and when each was said (ISO 8601, UTC). */
  said: z.record(z.string(), z.iso.datetime()),
  amountDue: Money.nullable(),
  placedAt: z.iso.datetime(),
});
export type Order = z.infer<typeof Order>;
