/** The call journal: dialog and facts of every call that is up, for a desk that is killed in a call and starts again. */
import * as z from 'zod';
import { Call } from '#shared/model/call.ts';
import type { CallJournal, LeftCall } from '../calls/call-journal.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/open-store.ts';

interface Row {
  readonly callId: string;
  readonly call: string;
  readonly ring: string;
  readonly dialog: string;
  readonly aliveAt: number | null;
}

const Entry = z.object({
  call: Call,
  ring: z.object({
    callId: z.string(),
    direction: z.enum(['in', 'out']),
    number: z.string().nullable(),
    written: z.string().nullable().optional(),
    sentBy: z.string().nullable().optional(),
    dialled: z.string().nullable(),
    queue: z.string().nullable(),
    projectId: z.string().nullable(),
    customerId: z.string().nullable(),
  }),
  dialog: z.object({
    sipCallId: z.string(),
    localTag: z.string(),
    remoteTag: z.string(),
    remoteUri: z.string(),
  }),
});

export function createJournalBase(deps: {
  readonly store: Store;
  readonly log: Log;
  readonly userId: () => string | null;
}): CallJournal {
  const { store, log } = deps;
  const put = store.prepare(
    `INSERT INTO call_journal (call_id, user_id, started_at, alive_at, call, ring, dialog)
     VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (call_id) DO UPDATE SET alive_at = excluded.alive_at, call = excluded.call,
       ring = excluded.ring, dialog = excluded.dialog`,
  );
  const touch = store.prepare('UPDATE call_journal SET alive_at = ? WHERE user_id = ?');
  const drop = store.prepare('DELETE FROM call_journal WHERE call_id = ?');
  const mine = store.prepare<Row>(
    `SELECT call_id AS callId, call, ring, dialog, alive_at AS aliveAt FROM call_journal WHERE user_id = ?
     ORDER BY started_at, call_id`,
  );

  const remove = (callId: string): void => store.transaction(() => void drop.run(callId));

  /** null: what another version of the desk wrote and nobody can read is no call any more. */
  function entryOf(row: Row): LeftCall | null {
    try {
      const entry = Entry.parse({
        call: JSON.parse(row.call),
        ring: JSON.parse(row.ring),
        dialog: JSON.parse(row.dialog),
      });
      return { ...entry, aliveAt: row.aliveAt };
    } catch {
      log.warn({ callId: row.callId }, 'journalled call not readable');
      remove(row.callId);
      return null;
    }
  }

  return {
    keep: ({ call, ring, dialog }, aliveAt) => {
      const userId = deps.userId();
      if (userId === null) return;
      const texts = [call, ring, dialog].map((one) => JSON.stringify(one));
      const [callText = '', ringText = '', dialogText = ''] = texts;
      store.transaction(
        () =>
          void put.run(
            call.callId,
            userId,
            call.startedAt,
            aliveAt,
            callText,
            ringText,
            dialogText,
          ),
      );
    },
    alive: (at) => {
      const userId = deps.userId();
      if (userId !== null) store.transaction(() => void touch.run(at, userId));
    },
    remove,
    left: () => {
      const userId = deps.userId();
      if (userId === null) return [];
      return mine.all(userId).flatMap((row) => entryOf(row) ?? []);
    },
  };
}
