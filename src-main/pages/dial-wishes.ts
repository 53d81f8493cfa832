/** Numbers that links and the dial key bring: shown to the person, who alone dials. */
import { v7 as uuidv7 } from 'uuid';
import type { Host } from '../host.ts';
import type { SnapshotHub } from './snapshot-hub.ts';

export interface DialWishes extends Disposable {
  /** The person has seen it; an older wish than the last is nothing. */
  seen(wishId: string): void;
}

const longest = 200;

export function createDialWishes(
  host: Pick<Host, 'onDialWish'>,
  hub: Pick<SnapshotHub, 'publish'>,
): DialWishes {
  let shown: string | null = null;
  const subscription = host.onDialWish((asked) => {
    // Anybody may write a link: what cannot be seen is not part of a number.
    const written = asked
      .replaceAll(/\p{C}+/gu, ' ')
      .trim()
      .slice(0, longest);
    if (written === '') return;
    shown = uuidv7();
    hub.publish({ type: 'dial-wish', wish: { id: shown, written } });
  });
  return {
    seen: (wishId) => {
      if (wishId !== shown) return;
      shown = null;
      hub.publish({ type: 'dial-wish', wish: null });
    },
    [Symbol.dispose]: () => subscription[Symbol.dispose](),
  };
}
