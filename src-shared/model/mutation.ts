/** Mutations: what a desk tells the server. Names and meanings are for ever; a changed meaning is a new name. */
import * as z from 'zod';
import { CallEnd } from './call.ts';
import { CustomerFields } from './customer.ts';
import { JsonObject } from './json.ts';
import { HandedCard } from './handed-card.ts';
import { Order } from './order.ts';
import { AttendanceStamp } from './preflight.ts';

export const CallRecord = z.object({
  callId: z.uuid(),
  direction: z.enum(['in', 'out']),
  /** E.164, an extension, or null when withheld. */
  number: z.string().max(200).nullable(),
  customerId: z.uuid().nullable(),
  projectId: z.string().nullable(),
  queue: z.string().nullable(),
  waitedSeconds: z.number().nullable(),
  startedAt: z.iso.datetime(),
  answeredAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime(),
  end: CallEnd,
  outcome: z.string().nullable(),
  reason: z.string().nullable(),
  note: z.string().max(10_000),
  scriptId: z.string().nullable(),
  scriptRevision: z.int().nullable(),
  scriptAnswers: JsonObject,
  said: z.record(z.string(), z.iso.datetime()),
  /** The whole call's sound, by the E-model (ITU-T G.107); absent where nothing was heard or an older desk made the record. */
  quality: z
    .object({
      /** Mean opinion scores, 1.0 to 4.5. */
      mosMean: z.number(),
      mosWorst: z.number(),
      /** Share of packets that did not come, 0 to 1. */
      loss: z.number(),
      /** Seconds. */
      jitter: z.number(),
      roundTrip: z.number().nullable(),
      codec: z.string().nullable(),
    })
    .nullable()
    .optional(),
});
export type CallRecord = z.infer<typeof CallRecord>;

/**
 * Whether the call stands in its customer's timeline. A ring that nobody took at this desk does not: the caller may be talking
 * to a colleague, and every desk of a queue would tell of it.
 */
export function belongsInTimeline(call: Pick<CallRecord, 'direction' | 'answeredAt'>): boolean {
  return call.direction === 'out' || call.answeredAt !== null;
}

export const CustomerCreate = CustomerFields.extend({ customerId: z.uuid() });
export const CustomerEdit = z.object({
  customerId: z.uuid(),
  /** The version the person looked at: fields changed since by others are conflicts. */
  baseVersion: z.int().min(0),
  changes: CustomerFields.partial(),
});

const envelope = { mutationId: z.uuid(), madeAt: z.iso.datetime() };
export const Mutation = z.discriminatedUnion('name', [
  z.object({ ...envelope, name: z.literal('call.record'), args: CallRecord }),
  z.object({ ...envelope, name: z.literal('order.place'), args: Order }),
  z.object({ ...envelope, name: z.literal('customer.create'), args: CustomerCreate }),
  z.object({ ...envelope, name: z.literal('customer.edit'), args: CustomerEdit }),
  z.object({ ...envelope, name: z.literal('card.hand-over'), args: HandedCard }),
  /** The colleague's desk has put the card on the call: nobody else gets it. */
  z.object({
    ...envelope,
    name: z.literal('card.taken'),
    args: z.object({ handOverId: z.uuid() }),
  }),
  /** The call did not go to the colleague: what is on no call yet is for nobody. */
  z.object({
    ...envelope,
    name: z.literal('card.withdraw'),
    args: z.object({ handOverId: z.uuid() }),
  }),
  z.object({ ...envelope, name: z.literal('attendance.stamp'), args: AttendanceStamp }),
]);
export type Mutation = z.infer<typeof Mutation>;

export const refusals = [
  'conflict', // somebody else changed the same field: both values in `details`
  'form-invalid', // the answers break the form's schema: faults in `details`
  'unknown-project',
  'unknown-customer',
  'unknown-extension', // of earlier servers: a card for a line that nobody has is dropped now
  'not-allowed',
  'duplicate-number',
  'malformed', // the server cannot read it at all
] as const;
export const Refusal = z.enum(refusals);
export type Refusal = z.infer<typeof Refusal>;

export const MutationResult = z.discriminatedUnion('status', [
  z.object({ mutationId: z.string(), status: z.literal('applied') }),
  z.object({
    mutationId: z.string(),
    status: z.literal('refused'),
    code: Refusal,
    details: JsonObject,
  }),
]);
export type MutationResult = z.infer<typeof MutationResult>;
