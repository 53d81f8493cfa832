/** The rules for the record of a finished call. */
import { belongsInTimeline, type CallRecord } from '#shared/model/mutation.ts';
import type { TimelineEntry } from '#shared/model/timeline.ts';
import { refuse, type Refused, type World, type Writes } from '../sync/world.ts';

/** A call that happened is recorded, also of a project the person has left since; twice changes nothing. */
export function recordCall(call: CallRecord, world: World, writes: Writes): Refused {
  if (call.projectId !== null && !world.projects.has(call.projectId))
    return refuse('unknown-project', { projectId: call.projectId });
  if (call.customerId !== null && !world.customers.has(call.customerId))
    return refuse('unknown-customer', { customerId: call.customerId });
  const owner = world.calls.get(call.callId);
  if (owner !== undefined)
    return owner === world.person.userId ? null : refuse('not-allowed', { callId: call.callId });
  world.calls.set(call.callId, world.person.userId);
  writes.calls.push({
    ...call,
    quality: call.quality ?? null,
    startedAt: new Date(call.startedAt),
    answeredAt: call.answeredAt === null ? null : new Date(call.answeredAt),
    endedAt: new Date(call.endedAt),
    userId: world.person.userId,
    deskId: world.deskId,
    receivedAt: new Date(),
  });
  if (call.customerId !== null && belongsInTimeline(call))
    writes.timeline.push({
      // A call stands in the timeline under its own id: the desk writes the same entry before it is sent.
      entryId: call.callId,
      customerId: call.customerId,
      at: new Date(call.startedAt),
      kind: kindOf(call, world),
      projectId: call.projectId,
      code: call.outcome,
      reason: call.reason,
      text: call.note,
      amount: null,
      operatorName: world.person.name,
    });
  return null;
}

/** An order made in the call has its own entry; the call is then only a call. */
function kindOf(call: CallRecord, world: World): TimelineEntry['kind'] {
  const project = call.projectId === null ? undefined : world.projects.get(call.projectId);
  const outcome = project?.outcomes.find((one) => one.code === call.outcome);
  return outcome?.kind === 'refused' || outcome?.kind === 'callback' ? outcome.kind : 'call';
}
