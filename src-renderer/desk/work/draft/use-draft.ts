import { useEffect, useState, useSyncExternalStore } from 'react';
import type { Draft } from '#shared/model/draft.ts';
import { useDesk } from '../../rpc/desk-client.ts';
import { useDeskStoreApi } from '../../state/desk-store.ts';
import type { DraftKeeper, DraftView } from './draft-keeper.ts';
import { draftShelf } from './draft-shelf.ts';

/**
 * The draft of the call as it stands on this screen, and its keeper. Saved when the window loses focus, is hidden or
 * goes away, and when the card is left. One call for the life of the component (give it a key).
 */
export function useDraft(
  callId: string,
  stored: Draft,
  revision: number,
): DraftView & { readonly keeper: DraftKeeper } {
  const desk = useDesk();
  const store = useDeskStoreApi();
  const [keeper] = useState(() => draftShelf(desk).keeperOf(callId, stored, revision));
  const view = useSyncExternalStore(keeper.subscribe, keeper.view);

  useEffect(() => keeper.offer(stored, revision), [keeper, stored, revision]);
  useEffect(() => {
    const save = (): void => void keeper.flush();
    window.addEventListener('pagehide', save);
    window.addEventListener('blur', save);
    document.addEventListener('visibilitychange', save);
    return () => {
      window.removeEventListener('pagehide', save);
      window.removeEventListener('blur', save);
      document.removeEventListener('visibilitychange', save);
      save();
      draftShelf(desk).keepOnly(Object.keys(store.getState().calls));
    };
  }, [keeper, desk, store]);

  return { ...view, keeper };
}
