/** Port: the calls that are up, on the disk, for a desk that is killed in a call and starts again. */
import type { Call } from '#shared/model/call.ts';
import type { Ring } from './card-source.ts';
import type { JournalledDialog } from './line.ts';

export interface JournalledCall {
  readonly call: Call;
  readonly ring: Ring;
  readonly dialog: JournalledDialog;
}

/** A call of an earlier run. */
export interface LeftCall extends JournalledCall {
  /** When it was last known to be up, milliseconds since 1970; null where an earlier version wrote it. */
  readonly aliveAt: number | null;
}

/** Everything here belongs to the person signed in. Errors: StoreError. */
export interface CallJournal {
  /** One small write; the same call again replaces what was kept. */
  keep(entry: JournalledCall, aliveAt: number): void;
  /** All of them are up still: one small write. */
  alive(at: number): void;
  remove(callId: string): void;
  /** Calls that were up when an earlier run ended, oldest first. */
  left(): readonly LeftCall[];
}
