/** The newest revision seen of each thing: what is older, or comes twice, changes nothing. */
import { assertNever } from '#shared/assert-never.ts';
import type { DeskEvent } from '#shared/contract/desk.ts';

/** So many gone calls are remembered, lest an older snapshot of one bring it back; a day has hundreds. */
const goneRemembered = 50;

export function thingOf(event: DeskEvent): string {
  switch (event.type) {
    case 'call':
      return `call ${event.call.callId}`;
    case 'call.gone':
      return `call ${event.callId}`;
    case 'level':
      return `level ${event.callId}`;
    case 'session':
    case 'line':
    case 'sync':
    case 'operator':
    case 'audio':
    case 'history':
    case 'preflight':
    case 'dial-wish':
    case 'lights':
      return event.type;
    default:
      return assertNever(event);
  }
}

/** A call has gone: its level, and the oldest of the calls that went before it, need no revision any more. */
export function revisionsWithout(
  state: {
    readonly revisions: Readonly<Record<string, number>>;
    readonly calls: Readonly<Record<string, unknown>>;
  },
  goneId: string,
): Readonly<Record<string, number>> {
  const { [`level ${goneId}`]: _level, ...revisions } = state.revisions;
  const gone = Object.entries(revisions)
    .filter(([thing]) => {
      const callId = /^call (.+)$/.exec(thing)?.[1];
      return callId !== undefined && (callId === goneId || !(callId in state.calls));
    })
    .toSorted(([, one], [, other]) => other - one);
  const forgotten = new Set(gone.slice(goneRemembered).map(([thing]) => thing));
  return Object.fromEntries(Object.entries(revisions).filter(([thing]) => !forgotten.has(thing)));
}
