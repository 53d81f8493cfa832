import { v7 as uuidv7 } from 'uuid';
import * as z from 'zod';
import type { Store } from '../store/open-store.ts';

/** This desk's own id, made once with its base: the server tells mutations apart by it. */
export function deskIdOf(store: Store): string {
  const known = store.kept('desk.id', z.uuid());
  if (known !== undefined) return known;
  const made = uuidv7();
  store.transaction((tx) => store.keep(tx, 'desk.id', made));
  return made;
}
