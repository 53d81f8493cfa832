/** Who rings a queue next: mostly customers the centre knows, some it does not, some who hide their number. */
import type { Language } from '#shared/model/language.ts';
import type { PracticeCustomer } from '../centre.ts';

export interface Caller {
  /** E.164; null: withheld (RFC 3323). */
  readonly number: string | null;
  /** The centre knows this number. */
  readonly known: boolean;
  readonly language: Language | null;
}

/** Numbers of the region's mobile plan that belong to nobody here; %d is a digit. */
const strangers: Readonly<Record<string, string>> = { SI: '+38640%d%d%d%d%d%d' };
const elsewhere = '+44770090%d%d%d%d';

/**
 * One caller in ten hides the number, one in six of the others is a stranger; the rest are customers, with any of their
 * numbers.
 * @param random 0 (included) to 1, as Math.random.
 */
export function chooseCaller(
  customers: readonly PracticeCustomer[],
  region: string,
  random: () => number,
): Caller {
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
  const hides = random() < 1 / 10;
  const stranger = random() < 1 / 6;
  const customer = stranger ? undefined : pick(customers);
  const number = customer ? pick(customer.numbers) : undefined;
  if (hides)
    return { number: null, known: customer !== undefined, language: customer?.language ?? null };
  if (number !== undefined) return { number, known: true, language: customer?.language ?? null };
  const invented = (strangers[region] ?? elsewhere).replaceAll('%d', () =>
    String(Math.floor(random() * 10)),
  );
  return { number: invented, known: false, language: null };
}
