import { useEffect } from 'react';
import { liveCall } from '../state/desk-state.ts';
import { useDeskStore } from '../state/desk-store.ts';

/**
 * In the browser host one tab holds the desk and the sound: leaving it in a call asks first. In Electron the sound has a
 * page of its own, and this page may go and come as it likes.
 */
export function useLeaveGuard(): void {
  const inCall = useDeskStore((state) => liveCall(state) !== undefined);
  useEffect(() => {
    if (!inCall || window.centrala?.host === 'electron') return undefined;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [inCall]);
}
