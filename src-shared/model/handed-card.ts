/** A card on its way to a colleague: what the first operator knew and wrote, for the desk to which the call is transferred. */
import * as z from 'zod';
import { Draft } from './draft.ts';
import { E164 } from './phone-number.ts';

/** Ten minutes after it was handed over a card is no longer put on a call: the transfer was given up. */
export const handedCardMinutes = 10;

export const HandedCard = z.object({
  handOverId: z.uuid(),
  /** The call at the desk that hands over. */
  callId: z.uuid(),
  /** The colleague's extension, as the exchange dials it. */
  toExtension: z.string().min(1).max(40),
  fromExtension: z.string().max(40).nullable(),
  /** The line as SIP names it, where that is another name; absent from older desks. */
  fromSipUser: z.string().max(100).nullable().optional(),
  fromName: z.string().max(200),
  /** The customer's number: what the colleague's desk knows the call by. */
  number: E164.nullable(),
  customerId: z.uuid().nullable(),
  projectId: z.string().nullable(),
  draft: Draft,
  at: z.iso.datetime(),
});
export type HandedCard = z.infer<typeof HandedCard>;
