/** How names, addresses and numbers become words of the search index, and how a person's text becomes the same words. */
import type { Customer } from '#shared/model/customer.ts';

/** What a customer is found by. */
export type Searchable = Pick<Customer, 'name' | 'numbers' | 'address'>;

/** Marks of the index: a word of the name, a word of the address, four digits in a row of a number. */
export type Mark = 'n' | 'a' | 'd';

const letters: Readonly<Record<string, string>> = {
  đ: 'd',
  ð: 'd',
  ł: 'l',
  ø: 'o',
  æ: 'ae',
  œ: 'oe',
  ß: 'ss',
  þ: 'th',
  ı: 'i',
};

const known = new Map<string, readonly string[]>();

/** Words in small letters without marks: "Čeh-Žagar" → ceh, zagar. Letters of other scripts stay. */
export function wordsOf(text: string): readonly string[] {
  const before = known.get(text);
  if (before) return before;
  const words = text
    .normalize('NFD')
    .replaceAll(/\p{M}+/gu, '')
    .toLowerCase()
    .replaceAll(/[đðłøæœßþı]/g, (letter) => letters[letter] ?? letter)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .map((word) => word.slice(0, 40));
  // The same towns and names come again and again; a bounded memory saves most of the folding.
  if (known.size > 20_000) known.clear();
  known.set(text, words);
  return words;
}

/** Every word a customer is found by, marked, each once. */
export function searchWords(customer: Searchable): readonly string[] {
  const words = new Set<string>();
  for (const part of customer.name.split(' '))
    for (const word of wordsOf(part)) words.add(`n${word}`);
  if (customer.address) {
    for (const part of customer.address.street.split(' '))
      for (const word of wordsOf(part)) words.add(`a${word}`);
    for (const word of wordsOf(customer.address.town)) words.add(`a${word}`);
    for (const word of wordsOf(customer.address.postCode)) words.add(`a${word}`);
  }
  for (const { number } of customer.numbers)
    for (const group of digitGroups(nationalDigits(number))) words.add(`d${group}`);
  return [...words];
}

/** Groups of four digits, and the last three: whatever a person remembers of a number has one. */
export function digitGroups(digits: string): readonly string[] {
  const groups: string[] = [];
  for (let at = 0; at + 4 <= digits.length; at++) groups.push(digits.slice(at, at + 4));
  if (digits.length >= 3) groups.push(digits.slice(-3));
  return groups;
}

// ITU-T E.164 country codes of one and two digits; every other one has three.
const shortCodes = new Set(
  (
    '1 7 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 ' +
    '81 82 84 86 90 91 92 93 94 95 98'
  ).split(' '),
);

/** The digits after the country code: "+38641123456" → "41123456". */
export function nationalDigits(e164: string): string {
  const digits = e164.startsWith('+') ? e164.slice(1) : e164;
  if (shortCodes.has(digits.slice(0, 1))) return digits.slice(1);
  if (shortCodes.has(digits.slice(0, 2))) return digits.slice(2);
  return digits.slice(3);
}
