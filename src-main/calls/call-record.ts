/** What is kept of a call for good. */
import type { CallCard } from '#shared/contract/desk.ts';
import type { Call } from '#shared/model/call.ts';
import type { CallRecord } from '#shared/model/mutation.ts';

export interface Finish {
  readonly outcome: string | null;
  readonly reason: string | null;
  readonly note: string;
}

/** The record of an ended call. */
export function callRecord(call: Call, card: CallCard, finish: Finish): CallRecord {
  return {
    callId: call.callId,
    direction: call.direction,
    number: call.party.number ?? call.party.written,
    customerId: card.customer?.customerId ?? null,
    projectId: card.project?.projectId ?? null,
    queue: call.queue,
    waitedSeconds: call.waitedSeconds,
    startedAt: call.startedAt,
    answeredAt: call.answeredAt,
    endedAt: call.endedAt ?? call.startedAt,
    end: call.end ?? 'failed',
    outcome: finish.outcome,
    reason: finish.reason,
    note: finish.note === '' ? card.draft.note : finish.note,
    scriptId: card.script?.scriptId ?? null,
    scriptRevision: card.script?.revision ?? null,
    scriptAnswers: card.draft.script,
    said: card.draft.said,
  };
}

/** What becomes of an ended call: the operator finishes it, it is recorded by itself, or somebody else has it. */
export function afterEnd(
  call: Call,
  card: Pick<CallCard, 'draft' | 'orders'>,
): 'wrap-up' | 'record' | 'forget' {
  // A colleague was asked: what there is to say of it stands with the call it was about.
  if (call.consultFor !== null && isBlank(card)) return 'record';
  if (call.direction === 'out' || call.answeredAt !== null) return 'wrap-up';
  return call.end === 'answered-elsewhere' ? 'forget' : 'record';
}

function isBlank({ draft, orders }: Pick<CallCard, 'draft' | 'orders'>): boolean {
  const written = [draft.script, draft.form, draft.said].some((one) => Object.keys(one).length > 0);
  return !written && draft.note === '' && orders.length === 0;
}
