/** Port: the calls of the person signed in that have ended, also those of earlier runs. */
import type { HistoryEntry } from '#shared/model/call-history.ts';

export type PastCall = Pick<HistoryEntry, 'party' | 'projectId' | 'customerId'>;

export interface PastCalls {
  /** null: no such call. */
  entry(callId: string): PastCall | null;
  /** null: nothing was dialled yet. */
  lastDialled(): (PastCall & Pick<HistoryEntry, 'startedAt'>) | null;
}
