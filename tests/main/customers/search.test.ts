import { describe, expect, test } from 'vitest';
import { fc, test as property } from '@fast-check/vitest';
import { seededRandom, syntheticCustomers } from '#shared/model/synthetic-customers.ts';
import type { Customer } from '#shared/model/customer.ts';
import { createCustomerBase } from '../../../src-main/customers/customer-base.ts';
import { nationalDigits, wordsOf } from '../../../src-main/customers/search-words.ts';
import { oneSlipApart } from '../../../src-main/customers/slip.ts';
import { createOutbox } from '../../../src-main/sync/outbox.ts';
import { deskBase } from '../../support/desk-base.ts';
import { customer } from '../../support/synced-desk.ts';

function searched(...customers: readonly Customer[]) {
  const base = deskBase();
  const outbox = createOutbox({ ...base, clock: base.host.clock, userId: () => 'u' });
  const rooms = createCustomerBase({ store: base.store, outbox });
  base.store.transaction((tx) => {
    for (const body of customers)
      rooms.pulled.apply(tx, { entity: 'customer', id: body.customerId, body }, 1);
    rooms.pulled.settle(tx);
  });
  return {
    store: base.store,
    rooms,
    names: (text: string, limit = 10) => rooms.search(text, limit).map((one) => one.name),
    [Symbol.dispose]: () => base[Symbol.dispose](),
  };
}

const at = (street: string, town: string) => ({ street, town, postCode: '1240', country: 'SI' });
const zagar = customer({
  name: 'Marija Žagar',
  numbers: [{ number: '+38641123456', kind: 'mobile' }],
  address: at('Cankarjeva ulica 4', 'Kamnik'),
});
const kovac = customer({
  name: 'Čedomir Kovač',
  numbers: [
    { number: '+38631987654', kind: 'mobile' },
    { number: '+38618317777', kind: 'home' },
  ],
  address: at('Đorđa Martinovića 12a', 'Škofja Loka'),
});
const novak = customer({
  name: 'Ana Novak',
  numbers: [{ number: '+4366412345678', kind: 'work' }],
});
const novakKovac = customer({ name: 'Ana Marija Novak-Kovač', numbers: [] });
const shevchenko = customer({ name: 'Тарас Шевченко', numbers: [] });

describe('searching customers', () => {
  test('finds names with and without their marks, in any letter case and order', () => {
    using base = searched(zagar, kovac, novak, novakKovac, shevchenko);
    for (const text of ['Žagar', 'zagar', 'ZAGAR', 'marija žagar', 'zagar marija'])
      expect(base.names(text)[0]).toBe('Marija Žagar');
    expect(base.names('čedomir')).toEqual(['Čedomir Kovač']);
    expect(base.names('шевченко')).toEqual(['Тарас Шевченко']);
  });

  test('puts the whole name before a longer one, and the name before the address', () => {
    const street = customer({ name: 'Jure Zupan', address: at('Novak 3', 'Ptuj') });
    using base = searched(street, novakKovac, novak);
    expect(base.names('novak')).toEqual(['Ana Novak', 'Ana Marija Novak-Kovač', 'Jure Zupan']);
  });

  test('finds beginnings of the last word and of all words', () => {
    using base = searched(zagar, novak);
    expect(base.names('mar')).toEqual(['Marija Žagar']);
    expect(base.names('m')).toEqual(['Marija Žagar']);
    expect(base.names('ma ža')).toEqual(['Marija Žagar']);
    expect(base.names('marija kam')).toEqual(['Marija Žagar']);
  });

  test('finds streets and towns', () => {
    using base = searched(zagar, kovac, novak);
    expect(base.names('cankarjeva 4')).toEqual(['Marija Žagar']);
    expect(base.names('dorda martinovica')).toEqual(['Čedomir Kovač']);
    expect(base.names('kovac loka')).toEqual(['Čedomir Kovač']);
  });

  test('forgives one slip', () => {
    using base = searched(zagar, kovac, novak);
    for (const text of ['Zagra', 'Zagr', 'Zaggar', 'Zabar', 'Mraija Žagar', 'Marija Xagar'])
      expect(base.names(text)).toContain('Marija Žagar');
    expect(base.names('Zbgrr')).toEqual([]);
  });

  test('finds a number by the whole, a beginning, the middle and the end of it', () => {
    using base = searched(zagar, kovac, novak);
    for (const text of ['+386 41 123 456', '041 123 456', '041/123-456', '0038641123456'])
      expect(base.names(text)).toEqual(['Marija Žagar']);
    for (const text of ['0411', '041123', '41123', '+38641', '456', '23456', '1234'])
      expect(base.names(text)).toContain('Marija Žagar');
    expect(base.names('7777')).toEqual(['Čedomir Kovač']);
    expect(base.names('317 77')).toEqual(['Čedomir Kovač']);
    expect(base.names('99999')).toEqual([]);
  });

  test('survives whatever is typed', () => {
    using base = searched(zagar);
    for (const text of [
      '',
      '  ',
      '"',
      "'; drop",
      '* OR (',
      'a" AND "',
      '+',
      '---',
      '💥',
      '%',
      'NEAR',
    ])
      expect(base.rooms.search(text, 5)).toEqual(expect.any(Array));
  });

  test('follows edits: the old words are gone, the new ones are there', () => {
    using base = searched(zagar, novak);
    base.rooms.edit(zagar.customerId, 1, {
      name: 'Marija Golob',
      numbers: [{ number: '+38640555666', kind: 'mobile' }],
    });
    expect(base.names('zagar')).toEqual([]);
    expect(base.names('golob')).toEqual(['Marija Golob']);
    expect(base.rooms.byNumber('+38641123456')).toEqual([]);
    expect(base.rooms.byNumber('+38640555666')).toHaveLength(1);
    expect(base.names('041123456')).toEqual([]);
  });

  test('is the same after a transaction that failed', () => {
    using base = searched(zagar);
    const failing = () =>
      base.store.transaction(() => {
        base.rooms.create({ ...novak, name: 'Zlatorog Gams' });
        throw new Error('no');
      });
    expect(failing).toThrow('no');
    expect(base.names('zlatorog')).toEqual([]);
    expect(base.rooms.count()).toBe(1);
    base.rooms.create({ ...novak, name: 'Zlatorog Gams' });
    expect(base.names('zlatorog')).toEqual(['Zlatorog Gams']);
    expect(base.rooms.count()).toBe(2);
  });

  test('finds the same after the index was built anew and put in order', () => {
    using base = searched(zagar, kovac, novak);
    base.rooms.reindex();
    while (base.rooms.tidy());
    expect(base.names('kovac')).toEqual(['Čedomir Kovač']);
    expect(base.names('123456')).toContain('Marija Žagar');
    expect(base.names('zagra')).toEqual(['Marija Žagar']);
  });
});

describe('in a base of twenty thousand', () => {
  const all = [...syntheticCustomers(20_000, 5)];
  const random = seededRandom(9);

  test('every one of a sample is found by name with a slip, by a part of the number, by name and town', () => {
    using base = searched(...all);
    let named = 0;
    let tried = 0;
    for (let round = 0; round < 300; round++) {
      const one = all[Math.floor(random() * all.length)];
      if (!one) continue;
      const digits = nationalDigits(one.numbers[0]?.number ?? '');
      const part = digits.slice(1, 7);
      expect(
        base.rooms
          .search(part, 50)
          .some((found) => found.numbers.some(({ number }) => number.includes(part))),
      ).toBe(true);
      expect(base.rooms.byNumber(one.numbers[0]?.number ?? '')).toContainEqual(one);
      const name = wordsOf(one.name);
      const slipped = name.map((word, index) => (index === 0 ? word.slice(0, -1) : word));
      tried++;
      const found = base.rooms.search(slipped.join(' '), 20);
      if (found.some((other) => wordsOf(other.name).join(' ') === name.join(' '))) named++;
    }
    expect(named / tried).toBeGreaterThanOrEqual(0.99);
  });
});

describe('one slip', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd'), maxLength: 8 });

  property.prop([word, word])('is what the restricted Damerau distance calls one', (one, other) => {
    expect(oneSlipApart(one, other)).toBe(distance(one, other) === 1);
  });
});

/** Optimal string alignment, the textbook way. */
function distance(one: string, other: string): number {
  const rows = Array.from({ length: one.length + 1 }, (_, i) =>
    Array.from({ length: other.length + 1 }, (_, j) => (i === 0 ? j : j === 0 ? i : 0)),
  );
  const of = (i: number, j: number): number => rows[i]?.[j] ?? Infinity;
  for (let i = 1; i <= one.length; i++)
    for (let j = 1; j <= other.length; j++) {
      const same = one[i - 1] === other[j - 1] ? 0 : 1;
      let best = Math.min(of(i - 1, j) + 1, of(i, j - 1) + 1, of(i - 1, j - 1) + same);
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1])
        best = Math.min(best, of(i - 2, j - 2) + 1);
      const row = rows[i];
      if (row) row[j] = best;
    }
  return of(one.length, other.length);
}
