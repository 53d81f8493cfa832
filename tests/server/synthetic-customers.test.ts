import { describe, expect, test } from 'vitest';
import { Customer } from '#shared/model/customer.ts';
import { mobileNumber, syntheticCustomers } from '#shared/model/synthetic-customers.ts';
import { toE164 } from '#shared/model/phone-number.ts';

describe('invented customers', () => {
  test('are the same for the same seed, and others for another', () => {
    const first = [...syntheticCustomers(50, 1)];
    expect([...syntheticCustomers(50, 1)]).toEqual(first);
    expect([...syntheticCustomers(60, 1)].slice(0, 50)).toEqual(first);
    expect([...syntheticCustomers(50, 2)]).not.toEqual(first);
  });

  test('are sound, with numbers that exist, and all different', () => {
    const customers = [...syntheticCustomers(3000, 7)];
    for (const customer of customers) {
      Customer.parse(customer);
      for (const { number } of customer.numbers) expect(toE164(number, 'SI')).toBe(number);
    }
    expect(new Set(customers.map((one) => one.customerId)).size).toBe(3000);
    const numbers = new Set(Array.from({ length: 100_000 }, (_, index) => mobileNumber(index, 7)));
    expect(numbers.size).toBe(100_000);
  });

  test('have names as skewed as in life: a few are common, most are rare', () => {
    const counts = new Map<string, number>();
    for (const { name } of syntheticCustomers(20_000, 3)) {
      const surname = name.split(' ')[1] ?? '';
      counts.set(surname, (counts.get(surname) ?? 0) + 1);
    }
    const [most = 0, , , , , , , , , tenth = 0] = [...counts.values()].sort((a, b) => b - a);
    expect(most).toBeGreaterThan(tenth * 3);
    expect(counts.size).toBeGreaterThan(100);
  });
});
