/**
 * Every distinct word of the search index, in memory. Names and streets repeat so much that a million customers
 * have a few ten thousand words: a beginning or a slip is looked up here, and only then in the index.
 */
import type { Store, Transaction } from '../store/open-store.ts';
import { oneSlipApart } from './slip.ts';

export interface KnownWord {
  /** With its mark. */
  readonly word: string;
  /** Roughly how many customers carry it: for order and cost, never for truth. */
  customers: number;
}

export interface Vocabulary {
  /** Counts a customer's words in; a new word is stored with the customer. */
  add(tx: Transaction, words: readonly string[]): void;
  remove(words: readonly string[]): void;
  find(word: string): KnownWord | undefined;
  /** Words that begin so (mark included), most common first. */
  beginningWith(start: string, atMost: number): readonly KnownWord[];
  /** Words with the same mark, one slip away, most common first. */
  oneSlipFrom(word: string, atMost: number): readonly KnownWord[];
  /** Writes the counts that changed. */
  settle(tx: Transaction): void;
  /** After a failed transaction or a wipe: the words are read again when next needed. */
  forget(): void;
}

export function createVocabulary(store: Store): Vocabulary {
  const insert = store.prepare(
    'INSERT INTO vocabulary (word, customers) VALUES (?, ?) ON CONFLICT (word) DO UPDATE SET customers = excluded.customers',
  );
  const all = new Map<string, KnownWord>();
  const byStart = new Map<string, KnownWord[]>();
  const byLength = new Map<string, KnownWord[]>();
  const changed = new Set<KnownWord>();
  let loaded = false;

  function load(): void {
    if (loaded) return;
    loaded = true;
    for (const [word, customers] of store
      .prepare('SELECT word, customers FROM vocabulary')
      .arrays())
      admit({ word: String(word), customers: Number(customers) });
  }

  function admit(entry: KnownWord): void {
    all.set(entry.word, entry);
    bucket(byStart, entry.word.slice(0, 3)).push(entry);
    bucket(byLength, lengthKey(entry.word, 0)).push(entry);
  }

  return {
    add(tx, words) {
      load();
      for (const word of words) {
        if (!isWord(word)) continue;
        const entry = all.get(word);
        if (entry) {
          entry.customers++;
          changed.add(entry);
        } else {
          insert.run(word, 1);
          admit({ word, customers: 1 });
        }
      }
    },
    remove(words) {
      load();
      for (const word of words) {
        const entry = all.get(word);
        if (!entry) continue;
        entry.customers = Math.max(0, entry.customers - 1);
        changed.add(entry);
      }
    },
    find(word) {
      load();
      return all.get(word);
    },
    beginningWith(start, atMost) {
      load();
      const found: KnownWord[] = [];
      for (const [key, entries] of startBuckets(byStart, start))
        for (const entry of entries)
          if (key.length > start.length || entry.word.startsWith(start)) found.push(entry);
      return mostCommon(found, atMost);
    },
    oneSlipFrom(word, atMost) {
      load();
      const found: KnownWord[] = [];
      for (const more of [-1, 0, 1])
        for (const entry of byLength.get(lengthKey(word, more)) ?? [])
          if (oneSlipApart(entry.word, word)) found.push(entry);
      return mostCommon(found, atMost);
    },
    settle(_tx) {
      for (const entry of changed) insert.run(entry.word, entry.customers);
      changed.clear();
    },
    forget() {
      all.clear();
      byStart.clear();
      byLength.clear();
      changed.clear();
      loaded = false;
    },
  };
}

const digitMark = 'd'.charCodeAt(0);

/** Digit groups are found by the index itself. */
function isWord(word: string): boolean {
  return word.charCodeAt(0) !== digitMark;
}

function lengthKey(word: string, more: number): string {
  return `${word.slice(0, 1)}${word.length + more}`;
}

function bucket(buckets: Map<string, KnownWord[]>, key: string): KnownWord[] {
  let entries = buckets.get(key);
  if (!entries) buckets.set(key, (entries = []));
  return entries;
}

function startBuckets(
  buckets: ReadonlyMap<string, readonly KnownWord[]>,
  start: string,
): Iterable<readonly [string, readonly KnownWord[]]> {
  if (start.length >= 3) {
    const key = start.slice(0, 3);
    const entries = buckets.get(key);
    // A word of two letters and its mark lies in a bucket of its own length.
    return entries ? [[key, entries]] : [];
  }
  return [...buckets].filter(([key]) => key.startsWith(start));
}

function mostCommon(found: KnownWord[], atMost: number): readonly KnownWord[] {
  return found
    .filter((entry) => entry.customers > 0)
    .sort((one, other) => other.customers - one.customers || (one.word < other.word ? -1 : 1))
    .slice(0, atMost);
}
