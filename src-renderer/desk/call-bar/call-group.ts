/** Which of the calls here is heard, which wait, and what can be done with them together. Pure. */
import { isConnected } from '#shared/model/call-machine.ts';
import { liveCall, type CallEntry, type DeskState } from '../state/desk-state.ts';

export interface CallGroup {
  /** The call in the bar: talked in, or set up, or else held. */
  readonly live: CallEntry | undefined;
  /** Every other call that is up or being set up, oldest first. */
  readonly others: readonly CallEntry[];
  /** Calls heard together, at least two; else empty. */
  readonly conference: readonly CallEntry[];
  /** A colleague being asked about another call. */
  readonly consult: CallEntry | undefined;
  /** The call the colleague is asked about. */
  readonly about: CallEntry | undefined;
  /** The party can be joined with the colleague, or sent there while it still rings. */
  readonly canComplete: boolean;
  /** Whom a swap talks to next. */
  readonly swapTo: CallEntry | undefined;
  /** Calls that a conference would join; fewer than two: none can be made. */
  readonly joinable: readonly CallEntry[];
}

export function callGroup(state: Pick<DeskState, 'calls' | 'order'>): CallGroup {
  const up = state.order.flatMap((callId) => {
    const entry = state.calls[callId];
    return entry && entry.call.phase !== 'ringing' && entry.call.phase !== 'ended' ? [entry] : [];
  });
  const live = liveCall(state);
  const others = up.filter((entry) => entry !== live);
  const connected = up.filter(({ call }) => isConnected(call.phase));
  const members = connected.filter(({ call }) => call.inConference);
  const conference = members.length > 1 ? members : [];
  const callUp = (callId: string | null) => up.find(({ call }) => call.callId === callId);
  const consult =
    conference.length > 0
      ? undefined
      : up.find(({ call }) => callUp(call.consultFor) !== undefined);
  const about = consult && callUp(consult.call.consultFor);
  return {
    live,
    others,
    conference,
    consult,
    about,
    canComplete: about !== undefined && connected.includes(about),
    swapTo:
      conference.length === 0 && live?.call.phase === 'talking'
        ? others.find(({ call }) => call.phase === 'held')
        : undefined,
    joinable: conference.length === 0 ? connected.slice(0, 5) : [],
  };
}
