/** Invented customers in any number: the same seed gives the same people. Names, towns and providers are skewed as in life. */
import type { Customer } from './customer.ts';
import { firstNames, streets, surnames, towns } from './synthetic-names.ts';

/** Mobile prefixes of the Slovenian operators. */
const mobilePrefixes = ['41', '31', '40', '51', '70', '30', '68', '64', '71', '69'];

/**
 * `count` invented Slovenian customers in a fixed order for a seed; ids, numbers and names repeat exactly.
 * About one in forty shares the number of an earlier one (families do); about one in five has a landline too.
 */
export function* syntheticCustomers(count: number, seed: number): Generator<Customer> {
  const random = seededRandom(seed);
  const surname = skewed(surnames, random, 0.75);
  const firstName = skewed(firstNames, random, 0.7);
  const town = skewed(towns, random, 0.9);
  const street = skewed(streets, random, 0.6);
  for (let index = 0; index < count; index++) {
    const place = town();
    const shared = index > 40 && random() < 0.025;
    const mobile = mobileNumber(shared ? Math.floor(random() * index) : index, seed);
    const numbers: Customer['numbers'] = [{ number: mobile, kind: 'mobile' }];
    if (random() < 0.2)
      numbers.push({ number: `+386${place.area}${digits(random, 7)}`, kind: 'home' });
    const first = firstName();
    const last = random() < 0.04 ? `${surname()} ${surname()}` : surname();
    const house = Math.floor(random() ** 2 * 120) + 1;
    yield {
      customerId: uuidFrom(random),
      version: 1,
      name: `${first} ${last}`,
      numbers,
      address: {
        street: `${street()} ${house}${random() < 0.08 ? 'a' : ''}`,
        postCode: place.postCode,
        town: place.town,
        country: 'SI',
      },
      email: random() < 0.35 ? `${plain(first)}.${plain(last)}${index}@example.si` : null,
      since: random() < 0.9 ? 2026 - Math.floor(random() ** 2 * 25) : null,
      language: random() < 0.97 ? 'sl' : 'en',
      note: '',
      data: {},
    };
  }
}

/**
 * The mobile number of the customer with this index: all different up to ten million. The index is spread over the
 * number space by a multiplier prime to it, so that neighbours do not look alike.
 */
export function mobileNumber(index: number, seed: number): string {
  const spread = (index * 7_654_321 + seed * 1_000_003) % 10_000_000;
  const rest = String(spread % 1_000_000).padStart(6, '0');
  return `+386${mobilePrefixes[Math.floor(spread / 1_000_000)] ?? '41'}${rest}`;
}

/** Numbers in [0, 1): sfc32, the same for the same seed on every machine. */
export function seededRandom(seed: number): () => number {
  let a = 0x9e3779b9;
  let b = 0x243f6a88;
  let c = seed | 0;
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 4_294_967_296;
  };
  for (let round = 0; round < 15; round++) next();
  return next;
}

/** Picks from a list in which the place n is chosen with weight 1/n^exponent (Zipf's law). */
function skewed<T>(list: readonly T[], random: () => number, exponent: number): () => T {
  const sums: number[] = [];
  let sum = 0;
  for (let place = 1; place <= list.length; place++) sums.push((sum += 1 / place ** exponent));
  return () => {
    const wanted = random() * sum;
    let low = 0;
    let high = list.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] ?? 0) < wanted) low = middle + 1;
      else high = middle;
    }
    const chosen = list[low];
    if (chosen === undefined) throw new RangeError('nothing to choose from');
    return chosen;
  };
}

function digits(random: () => number, count: number): string {
  // A Slovenian landline does not begin with 0 or 1 after its area code.
  return (
    String(2 + Math.floor(random() * 7)) +
    String(Math.floor(random() * 10 ** (count - 1))).padStart(count - 1, '0')
  );
}

function uuidFrom(random: () => number): string {
  const word = (): string =>
    Math.floor(random() * 4_294_967_296)
      .toString(16)
      .padStart(8, '0');
  const hex = word() + word() + word() + word();
  // Version 8 of RFC 9562: made by a rule of our own.
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}

function plain(name: string): string {
  return name
    .normalize('NFD')
    .replaceAll(/[^a-zA-Z]/g, '')
    .toLowerCase();
}
