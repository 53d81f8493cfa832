/** A customer: the person behind one or more contact numbers. */
import * as z from 'zod';
import { Language } from './language.ts';
import { E164 } from './phone-number.ts';

export const ContactNumber = z.object({
  number: E164,
  kind: z.enum(['mobile', 'home', 'work', 'other']),
});
export type ContactNumber = z.infer<typeof ContactNumber>;

export const Address = z.object({
  street: z.string().max(200),
  postCode: z.string().max(20),
  town: z.string().max(100),
  country: z.string().regex(/^[A-Z]{2}$/),
});
export type Address = z.infer<typeof Address>;

/** The fields a person may edit; each is merged on its own (see `contract/central.ts`, customer.edit). */
export const CustomerFields = z.object({
  name: z.string().min(1).max(200),
  /** First is the main number. */
  numbers: z.array(ContactNumber).max(20),
  address: Address.nullable(),
  email: z.string().max(200).nullable(),
  /** The year the customer came to us. */
  since: z.int().min(1900).max(2200).nullable(),
  language: Language.nullable(),
  note: z.string().max(4000),
  /** What only one project knows about the customer: merged into scripts as {{customer.data.KEY}}. */
  data: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});
export type CustomerFields = z.infer<typeof CustomerFields>;

export const Customer = CustomerFields.extend({
  customerId: z.uuid(),
  /** Counts every accepted change; 0 is a customer only this desk knows yet. */
  version: z.int().min(0),
});
export type Customer = z.infer<typeof Customer>;
