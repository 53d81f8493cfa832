import { oneSlipApart } from './slip.ts';
import { wordsOf, type Searchable } from './search-words.ts';

/**
 * How well a customer answers the sought words: whole words before beginnings before slips, the name before
 * the address, the name's own order before another. Bigger is better; 0 when a word is not there at all.
 */
export function worthOf(customer: Searchable, sought: readonly string[]): number {
  const name = wordsOf(customer.name);
  const place = customer.address
    ? wordsOf(`${customer.address.street} ${customer.address.town} ${customer.address.postCode}`)
    : [];
  let worth = 0;
  for (const word of sought) {
    const best = Math.max(2 * likeness(name, word), likeness(place, word));
    if (best === 0) return 0;
    worth += best;
  }
  const inOrder = name.join(' ').startsWith(sought.join(' ')) ? 1 : 0;
  // Of two people with the sought name, the one without a further name.
  return worth + inOrder - name.length / 10;
}

function likeness(words: readonly string[], sought: string): number {
  let best = 0;
  for (const word of words) {
    if (word === sought) return 10;
    if (word.startsWith(sought)) best = Math.max(best, 7);
    else if (oneSlipApart(word, sought)) best = Math.max(best, 4);
  }
  return best;
}
