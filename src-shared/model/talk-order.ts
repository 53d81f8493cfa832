/** Several calls at once: which two belong together, and whom a swap talks to. The page's keys and the headset's buttons obey it. */
import type { Call } from './call.ts';

type OneOfSeveral = Pick<Call, 'callId' | 'phase' | 'consultFor'>;

/** Ids of the calls in the order in which they were last talked to, now that `call` is as it is. */
export function talkedAfter(
  before: readonly string[],
  { callId, phase }: Pick<Call, 'callId' | 'phase'>,
): readonly string[] {
  if (phase !== 'talking' || before.at(-1) === callId) return before;
  return [...before.filter((one) => one !== callId), callId];
}

/** The call on hold that was talked to last; the newest where none of them was. */
export function lastTalkedTo<One extends OneOfSeveral>(
  calls: readonly One[],
  talked: readonly string[],
): One | undefined {
  const rank = ({ callId }: One) => talked.indexOf(callId);
  return calls
    .filter(({ phase }) => phase === 'held')
    .toSorted((one, other) => rank(one) - rank(other))
    .at(-1);
}

/** The colleague asked and the call it is about, where `live` is one of the two and both are up. */
export function consultation<One extends OneOfSeveral>(
  calls: readonly One[],
  live: One | undefined,
): { readonly consult: One; readonly about: One } | undefined {
  if (!live) return undefined;
  const up = calls.filter(({ phase }) => phase !== 'ended');
  const consult = up.findLast(({ consultFor }) => consultFor === live.callId);
  if (consult) return { consult, about: live };
  const about = up.find(({ callId }) => callId === live.consultFor);
  return about && { consult: live, about };
}

/**
 * Whom a swap talks to: in a consultation the other of the two, and never a stranger to it; else who was talked to last.
 * @param calls in the order in which they began
 * @param talking the call talked to now; undefined: all are on hold
 */
export function swapTarget<One extends OneOfSeveral>(
  calls: readonly One[],
  talking: One | undefined,
  talked: readonly string[],
): One | undefined {
  const pair = consultation(calls, talking);
  if (!pair) return lastTalkedTo(calls, talked);
  const other = pair.consult === talking ? pair.about : pair.consult;
  return other.phase === 'held' ? other : undefined;
}
