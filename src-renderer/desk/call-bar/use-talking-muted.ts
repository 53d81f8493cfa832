import { useEffect, useState } from 'react';
import { useDeskStoreApi } from '../state/desk-store.ts';
import { afterSpoken, isTalking, silent } from './talking-muted.ts';

/** Whether the operator talks while this call is muted. Looks at every level that comes, renders only on a change. */
export function useTalkingMuted(callId: string, muted: boolean): boolean {
  const store = useDeskStoreApi();
  const [talking, setTalking] = useState(false);
  useEffect(() => {
    if (!muted) return undefined;
    let heard = silent;
    const look = () => setTalking(isTalking(heard, performance.now()));
    const unsubscribe = store.subscribe((state, before) => {
      const level = state.levels[callId];
      if (!level || level === before.levels[callId]) return;
      heard = afterSpoken(heard, level.spoken, performance.now());
      look();
    });
    // Levels may cease with the sound page: then nobody talks any more.
    const timer = setInterval(look, 500);
    return () => {
      unsubscribe();
      clearInterval(timer);
      setTalking(false);
    };
  }, [store, callId, muted]);
  return talking;
}
