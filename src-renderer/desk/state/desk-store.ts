/** state: the page's copy of what desk main says, fed by `watch`; components read it with `useDeskStore`. */
import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { emptyDeskState, type DeskState } from './desk-state.ts';

export type DeskStore = StoreApi<DeskState>;

export function createDeskStore(initial: Partial<DeskState> = {}): DeskStore {
  return createStore<DeskState>(() => ({ ...emptyDeskState, ...initial }));
}

export const DeskStoreContext = createContext<DeskStore | null>(null);

/** The store itself, for commands that change what is shown (`setState`). */
export function useDeskStoreApi(): DeskStore {
  const store = useContext(DeskStoreContext);
  if (!store) throw new Error('useDeskStore outside of <DeskStoreContext>');
  return store;
}

/** Selects from the page's state; renders again when the selected value changes (Object.is). */
export function useDeskStore<T>(select: (state: DeskState) => T): T {
  return useStore(useDeskStoreApi(), select);
}
