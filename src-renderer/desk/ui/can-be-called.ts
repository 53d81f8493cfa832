import type { CallParty } from '#shared/model/call.ts';

/** Whether there is a number to call; a withheld one cannot be called back. */
export function canBeCalled({ number, written }: Pick<CallParty, 'number' | 'written'>): boolean {
  return number !== null || written !== null;
}
