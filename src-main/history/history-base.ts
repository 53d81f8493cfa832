/** This operator's own calls: written when a call has ended, kept for 90 days; a missed one is a task. */
import type { CallCard } from '#shared/contract/desk.ts';
import type { HistoryEntry } from '#shared/model/call-history.ts';
import { tasksOf } from '#shared/model/call-tasks.ts';
import type { Call } from '#shared/model/call.ts';
import type { CallRecord } from '#shared/model/mutation.ts';
import type { Clock } from '../host.ts';
import { Listeners } from '../listeners.ts';
import type { Store } from '../store/open-store.ts';

type WholeQuality = NonNullable<CallRecord['quality']>;

const shownCalls = 200;
const keptMs = 90 * 24 * 60 * 60_000;

export interface HistoryBase {
  /**
   * A call has ended, or something of its card has changed since; on the disk when it returns. A queue's call that a
   * colleague took is nobody's history here. Errors: StoreError.
   * @param quality of the whole call; null where nothing was measured, which takes nothing back.
   */
  ended(call: Call, card: CallCard, quality: WholeQuality | null): void;
  /** The newest 200 calls of the person signed in, newest first, and all open tasks. */
  shown(): { readonly entries: readonly HistoryEntry[]; readonly missed: number };
  entry(callId: string): HistoryEntry | null;
  /** The last call this person made; a colleague who was only asked about one is not meant. */
  lastDialled(): HistoryEntry | null;
  /** False: there is no such call. */
  closeTask(callId: string): boolean;
  quality(callId: string): WholeQuality | null;
  onChange(changed: () => void): Disposable;
}

interface Row {
  readonly callId: string;
  readonly task: HistoryEntry['task'];
  readonly closed: number;
  readonly entry: string;
}

export function createHistoryBase(deps: {
  readonly store: Store;
  readonly clock: Clock;
  readonly userId: () => string | null;
}): HistoryBase {
  const { store, clock } = deps;
  const listeners = new Listeners<void>();
  const columns = 'call_id AS callId, task, closed, entry';
  const mine = store.prepare<Row>(
    `SELECT ${columns} FROM history WHERE user_id = ?
     ORDER BY started_at DESC, call_id DESC LIMIT ${shownCalls}`,
  );
  const openOnes = store.prepare<Row>(
    `SELECT ${columns} FROM history WHERE user_id = ? AND task = 'open'
     ORDER BY started_at DESC, call_id DESC`,
  );
  const one = store.prepare<Row>(
    `SELECT ${columns} FROM history WHERE call_id = ? AND user_id = ?`,
  );
  const ofParty = store.prepare<Row>(
    `SELECT ${columns} FROM history WHERE user_id = ? AND party = ?`,
  );
  const dialled = store.prepare<Row>(
    `SELECT ${columns} FROM history WHERE user_id = ? AND entry ->> 'direction' = 'out'
       AND entry ->> 'consult' IS NOT 1
     ORDER BY started_at DESC, call_id DESC LIMIT 1`,
  );
  const soundOf = store.prepare<{ quality: string | null }>(
    'SELECT quality FROM history WHERE call_id = ?',
  );
  const put = store.prepare(
    `INSERT INTO history (call_id, user_id, party, started_at, entry, quality) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (call_id) DO UPDATE SET entry = excluded.entry,
       quality = coalesce(excluded.quality, quality)`,
  );
  const setTask = store.prepare('UPDATE history SET task = ? WHERE call_id = ?');
  const close = store.prepare('UPDATE history SET closed = 1 WHERE call_id = ?');
  const forget = store.prepare('DELETE FROM history WHERE started_at < ?');

  /** The whole party is judged anew, so that the order in which calls become known does not matter. */
  function judge(userId: string, party: string): void {
    const rows = ofParty.all(userId, party);
    const calls = rows.map((row) => ({ ...entryOf(row), closed: row.closed === 1 }));
    const tasks = tasksOf(calls);
    for (const { callId, task } of rows) {
      const now = tasks.get(callId) ?? null;
      if (now !== task) setTask.run(now, callId);
    }
  }

  const withTask = (callId: string): HistoryEntry | null => {
    const userId = deps.userId();
    const row = userId === null ? undefined : one.get(callId, userId);
    return row ? entryOf(row) : null;
  };

  return {
    ended(call, card, quality) {
      const userId = deps.userId();
      if (userId === null || !belongsHere(call)) return;
      const before = withTask(call.callId);
      // What is left of a call of an earlier run does not know how it ended: what was written then stays.
      const fresh = entryFor(call, card);
      const entry = before ? { ...before, ...cardFacts(card) } : fresh;
      if (before && !quality && JSON.stringify(before) === JSON.stringify(entry)) return;
      store.transaction((tx) => {
        const { task: _task, ...kept } = entry;
        const party = partyOf(entry);
        put.run(
          call.callId,
          userId,
          party,
          entry.startedAt,
          JSON.stringify(kept),
          quality && JSON.stringify(quality),
        );
        if (party !== null) judge(userId, party);
        forget.run(new Date(clock.now() - keptMs).toISOString());
        tx.afterCommit(() => listeners.tell());
      });
    },
    shown() {
      const userId = deps.userId();
      if (userId === null) return { entries: [], missed: 0 };
      const newest = mine.all(userId);
      const open = openOnes.all(userId);
      const there = new Set(newest.map(({ callId }) => callId));
      const older = open.filter(({ callId }) => !there.has(callId));
      return { entries: [...newest, ...older].map(entryOf), missed: open.length };
    },
    entry: withTask,
    lastDialled() {
      const userId = deps.userId();
      const row = userId === null ? undefined : dialled.get(userId);
      return row ? entryOf(row) : null;
    },
    closeTask(callId) {
      const userId = deps.userId();
      const entry = withTask(callId);
      if (userId === null || !entry) return false;
      store.transaction((tx) => {
        close.run(callId);
        const party = partyOf(entry);
        if (party !== null) judge(userId, party);
        tx.afterCommit(() => listeners.tell());
      });
      return true;
    },
    quality(callId) {
      const row = soundOf.get(callId);
      return row?.quality ? (JSON.parse(row.quality) as WholeQuality) : null;
    },
    onChange: (changed) => listeners.add(changed),
  };
}

function belongsHere(call: Call): boolean {
  return call.phase === 'ended' && !(call.queue !== null && call.end === 'answered-elsewhere');
}

function entryFor(call: Call, card: CallCard): HistoryEntry {
  const { callId, direction, party, consultFor, queue, startedAt, answeredAt } = call;
  return {
    callId,
    direction,
    party,
    consult: consultFor !== null,
    ...cardFacts(card),
    queue,
    startedAt,
    answeredAt,
    endedAt: call.endedAt ?? startedAt,
    end: call.end ?? 'failed',
    task: null,
  };
}

function cardFacts(
  card: CallCard,
): Pick<HistoryEntry, 'customerId' | 'customerName' | 'projectId'> {
  return {
    customerId: card.customer?.customerId ?? null,
    customerName: card.customer?.name ?? null,
    projectId: card.project?.projectId ?? null,
  };
}

/** null: the caller was withheld; nobody can be called back, and no two such calls are known to be of one party. */
function partyOf({ party }: HistoryEntry): string | null {
  return party.number ?? party.written;
}

function entryOf(row: Row): HistoryEntry {
  const kept = JSON.parse(row.entry) as Omit<HistoryEntry, 'task' | 'consult'>;
  // Absent in what earlier versions wrote.
  return { consult: false, ...kept, task: row.task };
}
