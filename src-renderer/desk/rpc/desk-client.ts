/** rpc: the desk page's one way to desk main; components take it with `useDesk`. */
import { createContext, useContext } from 'react';
import type { DeskClient } from '../../wire/desk-link.ts';

export type { DeskClient } from '../../wire/desk-link.ts';

export const DeskContext = createContext<DeskClient | null>(null);

/** The client of the desk this page belongs to. Calls reject with the contract's codes, LINK_DOWN or TIMEOUT. */
export function useDesk(): DeskClient {
  const client = useContext(DeskContext);
  if (!client) throw new Error('useDesk outside of <DeskContext>');
  return client;
}
