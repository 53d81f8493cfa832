import { useEffect, useState } from 'react';
import type { Customer } from '#shared/model/customer.ts';
import { useDesk } from '../rpc/desk-client.ts';

/** How long typing pauses before the base is asked, in milliseconds. */
const pause = 120;
const most = 50;

export interface CustomerSearch {
  readonly customers: readonly Customer[];
  /** The text these customers answer; null before the first answer. */
  readonly answered: string | null;
  readonly failed: unknown;
}

const nothing: CustomerSearch = { customers: [], answered: null, failed: undefined };

/** The customers that fit the text as it is typed, best first; an answer that comes late changes nothing. */
export function useCustomerSearch(text: string): CustomerSearch {
  const desk = useDesk();
  const [found, setFound] = useState<CustomerSearch>(nothing);
  const wanted = text.trim();
  useEffect(() => {
    if (wanted === '') return undefined;
    let current = true;
    const timer = setTimeout(() => {
      desk.customers.search({ text: wanted.slice(0, 200), limit: most }).then(
        ({ customers }) => {
          if (current) setFound({ customers, answered: wanted, failed: undefined });
        },
        (error: unknown) => {
          if (current) setFound((before) => ({ ...before, failed: error }));
        },
      );
    }, pause);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [desk, wanted]);
  return wanted === '' ? nothing : found;
}
