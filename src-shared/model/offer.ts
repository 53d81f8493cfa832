/** An offer: a product at a price. */
import * as z from 'zod';
import { LocalisedText } from './language.ts';
import { Money } from './money.ts';

export const Offer = z.object({
  code: z.string().min(1).max(60),
  name: LocalisedText,
  price: Money,
  /** What the price is for: one payment or every month. */
  per: z.enum(['once', 'month']),
});
export type Offer = z.infer<typeof Offer>;
