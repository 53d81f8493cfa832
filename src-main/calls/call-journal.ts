/** Port: the calls that are up, on the disk, for a desk that is killed in a call and starts again. */
import type { Call } from '#shared/model/call.ts';
import type { Ring } from './card-source.ts';
import type { JournalledDialog } from './line.ts';

export interface JournalledCall {
  readonly call: Call;
  readonly ring: Ring;
  readonly dialog: JournalledDialog;
}

/** Everything here belongs to the person signed in. Errors: StoreError. */
export interface CallJournal {
  /** One small write; the same call again replaces what was kept. */
  keep(entry: JournalledCall): void;
  remove(callId: string): void;
  /** Calls that were up when an earlier run ended, oldest first. */
  left(): readonly JournalledCall[];
}
