/** Which missed calls are tasks; a pure rule over one party's calls. */
import type { HistoryEntry } from './call-history.ts';

type CallFacts = Pick<
  HistoryEntry,
  'callId' | 'direction' | 'queue' | 'startedAt' | 'answeredAt' | 'endedAt' | 'end'
>;

/**
 * Whether a call to this desk itself rang in vain. A queue offers its call to somebody else (field-notes.md row 18), and who
 * rejects a call has seen it.
 */
export function wasMissed(call: CallFacts): boolean {
  const rangInVain = call.end === 'missed' || call.end === 'no-answer';
  return call.direction === 'in' && call.queue === null && call.answeredAt === null && rangInVain;
}

/**
 * The task of each call of one party, by call id; in whatever order the calls became known. The newest missed one stands
 * for all, until there was a conversation after it began, or the person closed it.
 */
export function tasksOf(
  calls: readonly (CallFacts & { readonly closed: boolean })[],
): ReadonlyMap<string, HistoryEntry['task']> {
  const missed = calls.filter(wasMissed);
  const newest = missed.reduce<(typeof missed)[number] | null>(
    (last, call) => (last === null || isAfter(call, last) ? call : last),
    null,
  );
  const talkedUntil = calls
    .filter((call) => call.answeredAt !== null)
    .reduce((last, { endedAt }) => (endedAt > last ? endedAt : last), '');
  return new Map(
    calls.map((call) => {
      if (call !== newest) return [call.callId, null];
      return [call.callId, call.closed || talkedUntil > call.startedAt ? 'done' : 'open'];
    }),
  );
}

function isAfter(one: CallFacts, other: CallFacts): boolean {
  return one.startedAt === other.startedAt
    ? one.callId > other.callId
    : one.startedAt > other.startedAt;
}
