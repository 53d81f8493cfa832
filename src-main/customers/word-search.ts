import type { Customer } from '#shared/model/customer.ts';
import type { Store } from '../store/open-store.ts';
import type { CustomerTable } from './customer-table.ts';
import { wordsOf, type Mark } from './search-words.ts';
import type { KnownWord } from './vocabulary.ts';
import { worthOf } from './word-worth.ts';

/** How many completions of a beginning, and how many words one slip away, are followed. */
const mostCompletions = 48;
const mostSlips = 24;

/**
 * Customers by words of name and address, best first. The words are first looked up in the vocabulary, so that
 * the index is only asked for words it has; the candidates are capped before any of them is weighed.
 */
export function createWordSearch(store: Store, table: CustomerTable) {
  const match = store.prepare(
    'SELECT rowid FROM customer_search WHERE customer_search MATCH ? LIMIT ?',
  );
  const { vocabulary } = table;

  const rowsOf = (query: string | null, atMost: number): readonly number[] =>
    query === null || atMost <= 0 ? [] : match.arrays(query, atMost).map(([row]) => Number(row));

  const exactly = (word: string): readonly string[] => marked(['n', 'a'], word);

  const beginning = (word: string): readonly string[] =>
    ['n', 'a'].flatMap((mark) =>
      vocabulary.beginningWith(mark + word, mostCompletions).map((entry) => entry.word),
    );

  const slips = (word: string): readonly string[] =>
    word.length < 3
      ? []
      : ['n', 'a']
          .flatMap((mark) => vocabulary.oneSlipFrom(mark + word, mostSlips))
          .sort((one: KnownWord, other: KnownWord) => other.customers - one.customers)
          .slice(0, mostSlips)
          .map((entry) => entry.word);

  function marked(marks: readonly Mark[], word: string): readonly string[] {
    return marks.map((mark) => mark + word).filter((one) => vocabulary.find(one));
  }

  function exact(words: readonly string[], atMost: number): readonly number[] {
    const inName = rowsOf(allOf(words.map((word) => marked(['n'], word))), atMost);
    if (inName.length >= atMost || words.every((word) => marked(['a'], word).length === 0))
      return inName;
    const anywhere = rowsOf(allOf(words.map(exactly)), atMost);
    return [...new Set([...inName, ...anywhere])].slice(0, atMost);
  }

  /** The last word, then every word, as a beginning. */
  function begun(words: readonly string[], atMost: number): readonly number[] {
    const last = words.at(-1) ?? '';
    if (words.length === 1) {
      // The most common completion first, names before places: no need to weigh thousands.
      const rows: number[] = [];
      for (const one of beginning(last)) {
        if (rows.length >= atMost) break;
        if (one.slice(1) !== last) rows.push(...rowsOf(quoted(one), atMost - rows.length));
      }
      return rows;
    }
    const rows = new Set(
      rowsOf(allOf([...words.slice(0, -1).map(exactly), beginning(last)]), atMost),
    );
    if (rows.size < atMost)
      for (const row of rowsOf(allOf(words.map(beginning)), atMost)) rows.add(row);
    return [...rows];
  }

  /** One of the words slipped: each possible word in its turn, so that a common one does not hide the others. */
  function slipped(words: readonly string[], atMost: number): readonly number[] {
    const turns: (readonly number[])[] = [];
    for (const [at, word] of words.entries())
      for (const other of slips(word))
        turns.push(
          rowsOf(allOf(words.map((one, index) => (index === at ? [other] : exactly(one)))), atMost),
        );
    return inTurns(turns);
  }

  return (text: string, limit: number): readonly Customer[] => {
    const words = [...new Set(wordsOf(text))].slice(0, 6);
    if (words.length === 0) return [];
    const whole = exact(words, 2 * limit);
    const best = weighed(table, whole, words).slice(0, limit);
    if (best.length >= limit) return best;
    const chosen = new Set(whole);
    const rest = limit - best.length;
    const completed = begun(words, 2 * limit).filter((row) => !chosen.has(row));
    const mended = slipped(words, Math.max(3, Math.ceil(limit / 4))).filter(
      (row) => !chosen.has(row) && !completed.slice(0, rest).includes(row),
    );
    // Both get their share of the places left: a slip may look like the beginning of a rare word.
    const forMended = Math.min(
      mended.length,
      Math.max(Math.floor(rest / 2), rest - completed.length),
    );
    return [
      ...best,
      ...weighed(table, completed, words).slice(0, rest - forMended),
      ...mended.slice(0, forMended).flatMap((row) => table.byRow(row) ?? []),
    ];
  };
}

function weighed(
  table: CustomerTable,
  rows: readonly number[],
  words: readonly string[],
): readonly Customer[] {
  return rows
    .flatMap((row) => table.byRow(row) ?? [])
    .map((customer) => ({ customer, worth: worthOf(customer, words) }))
    .filter(({ worth }) => worth > 0)
    .sort((one, other) => other.worth - one.worth)
    .map(({ customer }) => customer);
}

/** An FTS5 query in which each group has one of its words; null when a group has none. */
function allOf(groups: readonly (readonly string[])[]): string | null {
  if (groups.some((group) => group.length === 0)) return null;
  return groups.map((group) => `(${group.map(quoted).join(' OR ')})`).join(' AND ');
}

function quoted(word: string): string {
  return `"${word}"`;
}

function inTurns(lists: readonly (readonly number[])[]): readonly number[] {
  const rows = new Set<number>();
  const longest = Math.max(0, ...lists.map((list) => list.length));
  for (let turn = 0; turn < longest; turn++)
    for (const list of lists) {
      const row = list[turn];
      if (row !== undefined) rows.add(row);
    }
  return [...rows];
}
