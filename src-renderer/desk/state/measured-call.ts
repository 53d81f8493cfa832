import type { DeskState } from './desk-state.ts';

/** Of calls heard together the one whose level was measured last: the sound page measures what is heard, not every call. */
export function measuredCall(
  { revisions }: Pick<DeskState, 'revisions'>,
  callIds: readonly string[],
): string | undefined {
  const measured = (callId: string) => revisions[`level ${callId}`] ?? -1;
  return callIds.toSorted((one, other) => measured(other) - measured(one))[0];
}
