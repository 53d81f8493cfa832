/** Money is integer cents with a currency (ISO 4217); never a float. */
import * as z from 'zod';
import { localeOf, type Language } from './language.ts';

export const Money = z.object({ cents: z.int(), currency: z.string().regex(/^[A-Z]{3}$/) });
export type Money = z.infer<typeof Money>;

export function formatMoney(money: Readonly<Money>, language: Language): string {
  return new Intl.NumberFormat(localeOf(language), {
    style: 'currency',
    currency: money.currency,
  }).format(money.cents / 100);
}
