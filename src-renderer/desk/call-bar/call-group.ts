/** Which of the calls here is heard, which wait, and what can be done with them together. Pure. */
import { isConnected } from '#shared/model/call-machine.ts';
import { consultation, lastTalkedTo, swapTarget } from '#shared/model/talk-order.ts';
import { liveCall, type CallEntry, type CallsHere } from '../state/desk-state.ts';
import { isBeingSent } from './being-sent.ts';

export interface CallGroup {
  /** The call in the bar: talked in, or set up, or else held. */
  readonly live: CallEntry | undefined;
  /** Every other call that is up or being set up, oldest first. */
  readonly others: readonly CallEntry[];
  /** Calls heard together, at least two; else empty. */
  readonly conference: readonly CallEntry[];
  /** The call in the bar can be held, taken back and transferred. */
  readonly changeable: boolean;
  /** A colleague being asked, where the call in the bar is that one or the one it is about. */
  readonly consult: CallEntry | undefined;
  /** The call the colleague is asked about. */
  readonly about: CallEntry | undefined;
  /** The party can be joined with the colleague, or sent there while it still rings. */
  readonly canComplete: boolean;
  /** Whom a swap talks to next; the call in the bar where nobody is talked to. */
  readonly swapTo: CallEntry | undefined;
  /** The two calls that a conference would join; empty: none can be made. */
  readonly joinable: readonly CallEntry[];
}

export function callGroup(state: CallsHere): CallGroup {
  const entryOf = (call: CallEntry['call'] | undefined) => call && state.calls[call.callId];
  const up = state.order.flatMap((callId) => {
    const entry = state.calls[callId];
    return entry && entry.call.phase !== 'ringing' && entry.call.phase !== 'ended' ? [entry] : [];
  });
  const calls = up.map(({ call }) => call);
  const live = liveCall(state);
  const others = up.filter((entry) => entry !== live);
  const members = up.filter(({ call }) => isConnected(call.phase) && call.inConference);
  const conference = members.length > 1 ? members : [];
  const alone = conference.length === 0 ? live?.call : undefined;
  const pair = consultation(calls, alone);
  const pairFree = pair && ![pair.about, pair.consult].some(isBeingSent);
  const free = calls.filter((call) => !isBeingSent(call));
  return {
    live,
    others,
    conference,
    changeable: alone !== undefined && isConnected(alone.phase) && !isBeingSent(alone),
    consult: entryOf(pair?.consult),
    about: entryOf(pair?.about),
    canComplete: pair !== undefined && pairFree === true && isConnected(pair.about.phase),
    swapTo: entryOf(swapTo()),
    joinable: joinable(),
  };

  function swapTo(): CallEntry['call'] | undefined {
    if (alone === undefined || !isConnected(alone.phase) || others.length === 0) return undefined;
    if (pairFree === false) return undefined;
    return swapTarget(free, alone.phase === 'talking' ? alone : undefined, state.talked);
  }

  function joinable(): readonly CallEntry[] {
    if (alone === undefined) return [];
    const waiting = free.filter((call) => call !== alone);
    const two = pair ? [pair.about, pair.consult] : [alone, lastTalkedTo(waiting, state.talked)];
    const able = two.filter((call) => call && isConnected(call.phase) && !isBeingSent(call));
    return able.length === 2 ? able.flatMap((call) => entryOf(call) ?? []) : [];
  }
}
