import type { Change, EntityName } from '#shared/model/change.ts';
import type { Transaction } from '../store/open-store.ts';

/** Port: a room of the base that is filled by pulling. Each call is inside the pull's own transaction. */
export interface PulledRoom<Name extends EntityName = EntityName> {
  /** Takes the whole new thing, or its tombstone. Twice is harmless. */
  apply(tx: Transaction, change: Extract<Change, { entity: Name }>, generation: number): void;
  /** One small step (some milliseconds) of removing what was last seen in another generation; false when there is nothing left. */
  sweep(tx: Transaction, generation: number): boolean;
  /** Forgets everything pulled: somebody with other rights signs in. What was made here and is unsent stays. */
  wipe(tx: Transaction): void;
  /** The pull has come to an end for now. */
  settle(tx: Transaction): void;
}

export type PulledRooms = { readonly [Name in EntityName]: PulledRoom<Name> };
