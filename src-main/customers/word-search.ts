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

  const slips = (word: string): readonly KnownWord[] =>
    word.length < 2
      ? []
      : ['n', 'a'].flatMap((mark) => vocabulary.oneSlipFrom(mark + word, mostSlips));

  function marked(marks: readonly Mark[], word: string): readonly string[] {
    return marks.map((mark) => mark + word).filter((one) => vocabulary.find(one));
  }

  /** At most `atMost`; whoever has the words in the name is enough when there are `enough`. */
  function exact(words: readonly string[], enough: number, atMost: number): readonly number[] {
    const inName = rowsOf(allOf(words.map((word) => marked(['n'], word))), atMost);
    if (inName.length >= enough || words.every((word) => marked(['a'], word).length === 0))
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

  /**
   * One of the words slipped: each possible word in its turn, so that a common one does not hide the others.
   * @param each How many customers of each, @param most of how many words, the most common first.
   */
  function slipped(words: readonly string[], each: number, most: number): readonly number[] {
    const others = words
      .flatMap((word, at) => slips(word).map((other) => ({ at, other })))
      .sort((one, two) => two.other.customers - one.other.customers)
      .slice(0, most);
    return inTurns(
      others.map(({ at, other }) =>
        rowsOf(
          allOf(words.map((word, index) => (index === at ? [other.word] : exactly(word)))),
          each,
        ),
      ),
    );
  }

  return (text: string, limit: number): readonly Customer[] => {
    const words = [...new Set(wordsOf(text))].slice(0, 6);
    if (words.length === 0) return [];
    const whole = exact(words, limit, Math.ceil(1.5 * limit));
    const best = weighed(table, whole, words).slice(0, limit);
    const full = best.length === limit;
    const known = new Set(whole);
    const completed = full ? [] : begun(words, 2 * limit).filter((row) => !known.has(row));
    const answered = [...best, ...weighed(table, completed, words)];
    // The last places are for slips, also when there is enough without: "Jan Novak" may have been meant for Jana.
    const share = Math.ceil(limit / 4);
    const places = Math.max(share, limit - answered.length);
    const plenty = answered.length >= limit;
    const mended = slipped(words, plenty ? 1 : share, plenty ? 2 * share : mostSlips)
      .filter((row) => !known.has(row))
      .slice(0, places)
      .flatMap((row) => table.byRow(row) ?? []);
    const shown = new Map(
      answered.slice(0, limit - mended.length).map((customer) => [customer.customerId, customer]),
    );
    for (const customer of [...mended, ...answered])
      if (shown.size < limit) shown.set(customer.customerId, customer);
    return [...shown.values()];
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
