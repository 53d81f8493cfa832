/** Words that are part of somebody's name, address or user name, as far as this desk knows them. */
import { wordsOf } from '../customers/search-words.ts';
import type { Store } from '../store/open-store.ts';

/** Looks once at who has been here and called; customers are asked for word by word. */
export function personalWords(store: Store): (word: string) => boolean {
  const rows = store
    .prepare<{ name: string | null }>(
      `SELECT username AS name FROM people UNION SELECT opened ->> 'name' FROM people
       UNION SELECT entry ->> 'customerName' FROM history
       UNION SELECT entry -> 'party' ->> 'displayName' FROM history
       UNION SELECT card ->> 'fromName' FROM handed_cards`,
    )
    .all();
  const known = new Set(rows.flatMap(({ name }) => wordsOf(name ?? '')));
  const ofCustomers = store.prepare('SELECT 1 FROM vocabulary WHERE word IN (?, ?)');
  return (text) =>
    wordsOf(text).some(
      (word) => known.has(word) || ofCustomers.get(`n${word}`, `a${word}`) !== undefined,
    );
}
