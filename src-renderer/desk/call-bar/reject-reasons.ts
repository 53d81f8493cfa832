import type { Call } from '#shared/model/call.ts';

export type RejectReason = 'busy' | 'do-not-disturb' | 'to-queue';

/** How a call can be refused: back to a queue only what came from one. */
export function rejectReasons({ queue }: Pick<Call, 'queue'>): readonly RejectReason[] {
  return queue === null ? ['busy', 'do-not-disturb'] : ['busy', 'to-queue', 'do-not-disturb'];
}
