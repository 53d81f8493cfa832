import type { Customer } from '#shared/model/customer.ts';
import type { Store } from '../store/open-store.ts';
import type { CustomerTable } from './customer-table.ts';
import { digitGroups, nationalDigits } from './search-words.ts';

/** How many customers are looked at before the best of them are chosen. */
const cap = 200;

/** The digits of a text that is a number or a part of one (at least three digits), or null. */
export function soughtDigits(text: string): string | null {
  if (!/^[+\d\s()/.-]+$/.test(text)) return null;
  const digits = text.replaceAll(/\D/g, '');
  return digits.length >= 3 && digits.length <= 20 ? digits : null;
}

/**
 * Customers by a number or a part of it, best first: whole, from the beginning (with or without the country code
 * or the leading 0), the end, the middle.
 */
export function createNumberSearch(store: Store, table: CustomerTable) {
  const range = store.prepare<{ customer_row: number }>(
    'SELECT DISTINCT customer_row FROM customer_numbers WHERE number >= ? AND number < ? LIMIT ?',
  );
  const match = store.prepare(
    'SELECT rowid FROM customer_search WHERE customer_search MATCH ? LIMIT ?',
  );

  return (text: string, limit: number): readonly Customer[] => {
    const digits = soughtDigits(text);
    if (digits === null) return [];
    const international = text.trim().startsWith('+');
    const found = new Map<number, { customer: Customer; worth: number }>();
    const consider = (row: number, sought: string): void => {
      if (found.has(row)) return;
      const customer = table.byRow(row);
      const worth = Math.max(
        0,
        ...(customer?.numbers ?? []).map(({ number }) => worthOf(number, sought)),
      );
      if (customer && worth > 0) found.set(row, { customer, worth });
    };

    // "00" is how the "+" is dialled, or two digits from the middle of a number.
    const whole = international ? digits : digits.replace(/^00/, '');
    for (const { customer_row } of range.all(whole, `${whole}:`, international ? limit : 5))
      consider(customer_row, whole);
    if (!international)
      // A leading 0 is how numbers are dialled at home, or a digit from the middle of one.
      for (const sought of new Set([digits.replace(/^0+/, ''), digits])) {
        const query = groupQuery(sought);
        if (query === null) continue;
        const atMost = sought.length <= 4 ? 3 * limit : cap;
        for (const [row] of match.arrays(query, atMost)) consider(Number(row), sought);
      }
    return [...found]
      .sort(([a, one], [b, other]) => other.worth - one.worth || a - b)
      .slice(0, limit)
      .map(([, { customer }]) => customer);
  };
}

function groupQuery(digits: string): string | null {
  if (digits.length < 3) return null;
  // Three digits: the last three of a number, or the beginning of any four of it.
  if (digits.length === 3) return `"d${digits}" OR "d${digits}" *`;
  return digitGroups(digits)
    .filter((group) => group.length === 4)
    .map((group) => `"d${group}"`)
    .join(' AND ');
}

function worthOf(number: string, sought: string): number {
  const digits = number.slice(1);
  const national = nationalDigits(number);
  if (digits === sought || national === sought) return 5;
  if (national.startsWith(sought)) return 4;
  if (digits.startsWith(sought)) return 3;
  if (national.endsWith(sought)) return 2;
  return national.includes(sought) ? 1 : 0;
}
