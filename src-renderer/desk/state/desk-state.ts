/** What the desk page knows, and how each event of the stream changes it. Pure: no React, no timers. */
import { assertNever } from '#shared/assert-never.ts';
import type { AudioState, CallCard, DeskEvent, Session, SyncState } from '#shared/contract/desk.ts';
import type { HistoryEntry } from '#shared/model/call-history.ts';
import { isConnected } from '#shared/model/call-machine.ts';
import { wasCutOff, type Call } from '#shared/model/call.ts';
import type { LineLights, LineState } from '#shared/model/line.ts';
import type { OperatorState } from '#shared/model/operator-state.ts';
import type { Preflight } from '#shared/model/preflight.ts';
import { lastTalkedTo, talkedAfter } from '#shared/model/talk-order.ts';
import { partyName } from '../ui/party-name.ts';
import { gearMissing } from './gear-missing.ts';
import { revisionsWithout, thingOf } from './revisions.ts';

export interface CallEntry {
  readonly call: Call;
  readonly card: CallCard;
  readonly revision: number;
}

export interface Level {
  readonly out: number;
  readonly in: number;
  /** What the microphone hears, whether or not it is sent. */
  readonly spoken: number;
}

/** This operator's own calls, newest first, and how many missed ones nobody has called back. */
export interface History {
  readonly entries: readonly HistoryEntry[];
  readonly missed: number;
}

/** A number that a link or the global dial key brought. */
export interface DialWish {
  readonly id: string;
  readonly written: string;
}

export interface UnansweredConsult {
  readonly consultId: string;
  /** The call it was about. */
  readonly callId: string;
  readonly to: string;
}

/** Those of the rail, in its order. */
export const screens = ['call', 'history', 'customers', 'sync', 'settings', 'debug'] as const;
export type Screen = (typeof screens)[number] | 'preflight';

export interface DeskState {
  /** connecting: never heard of main yet · down: heard of it, then lost it; the page tries again by itself */
  readonly link: 'connecting' | 'up' | 'down';
  /** Main was tried, and has never answered yet. */
  readonly unanswered: boolean;
  readonly session: Session | null;
  readonly line: LineState | null;
  readonly sync: SyncState | null;
  readonly operator: OperatorState | null;
  readonly audio: AudioState | null;
  /** Names of the devices seen so far, by device id: a missing one can still be named. */
  readonly deviceLabels: Readonly<Record<string, string>>;
  readonly history: History;
  readonly preflight: Preflight | null;
  readonly dialWish: DialWish | null;
  readonly lights: LineLights;
  readonly calls: Readonly<Record<string, CallEntry>>;
  /** Call ids, oldest first. */
  readonly order: readonly string[];
  /** Call ids in the order in which they were last talked to. */
  readonly talked: readonly string[];
  /** The call whose card is on the screen. */
  readonly focusedCallId: string | null;
  readonly levels: Readonly<Record<string, Level>>;
  readonly screen: Screen;
  /** The customer looked at on the customers' screen. */
  readonly customerId: string | null;
  /** The call for whose party the transfer panel asks a number. */
  readonly transferring: string | null;
  /** The call into which the open keypad sends tones. */
  readonly keyedCallId: string | null;
  /** The colleague who was asked last and did not answer; until the next one is asked. */
  readonly unansweredConsult: UnansweredConsult | null;
  /** asked: Ready was wished with a device missing · anyway: the person said so, until the device is back */
  readonly readyWithoutGear: 'asked' | 'anyway' | null;
  /** The newest revision seen of each thing in this watch. */
  readonly revisions: Readonly<Record<string, number>>;
  /** Calls of an earlier watch that this one has not told of yet. */
  readonly unconfirmed: readonly string[];
}

export const emptyDeskState: DeskState = {
  link: 'connecting',
  unanswered: false,
  session: null,
  line: null,
  sync: null,
  operator: null,
  audio: null,
  deviceLabels: {},
  history: { entries: [], missed: 0 },
  preflight: null,
  dialWish: null,
  lights: { mailbox: null, colleagues: [] },
  calls: {},
  order: [],
  talked: [],
  focusedCallId: null,
  levels: {},
  screen: 'call',
  customerId: null,
  transferring: null,
  keyedCallId: null,
  unansweredConsult: null,
  readyWithoutGear: null,
  revisions: {},
  unconfirmed: [],
};

/** The state after one event; an event that is not newer than what is known of its thing changes nothing. */
export function applyEvent(state: DeskState, event: DeskEvent): DeskState {
  const thing = thingOf(event);
  const known = state.revisions[thing];
  if (known !== undefined && event.revision <= known) return state;
  // Of a call that is gone, or not told of yet, no level is known.
  if (event.type === 'level' && !(event.callId in state.calls)) return state;
  const next = { ...state, revisions: { ...state.revisions, [thing]: event.revision } };
  switch (event.type) {
    case 'session':
      return { ...next, session: event.session };
    case 'line':
      return { ...next, line: event.line };
    case 'sync':
      return { ...next, sync: event.sync };
    case 'operator':
      return { ...next, operator: event.operator };
    case 'audio':
      return {
        ...next,
        audio: event.audio,
        deviceLabels: withLabels(state.deviceLabels, event.audio),
        readyWithoutGear: gearMissing(event.audio) ? state.readyWithoutGear : null,
      };
    case 'history':
      return { ...next, history: { entries: event.entries, missed: event.missed } };
    case 'preflight':
      return { ...next, preflight: event.preflight };
    case 'dial-wish':
      return { ...next, dialWish: event.wish };
    case 'lights':
      return { ...next, lights: event.lights };
    case 'level': {
      const level = { out: event.out, in: event.in, spoken: event.spoken };
      return { ...next, levels: { ...state.levels, [event.callId]: level } };
    }
    case 'call':
      return withCall(next, {
        call: event.call,
        card: event.card,
        revision: event.revision,
      });
    case 'call.gone':
      return {
        ...withoutCalls({ ...next, revisions: revisionsWithout(next, event.callId) }, [
          event.callId,
        ]),
        unansweredConsult: unansweredAfter(state, event.callId),
      };
    default:
      return assertNever(event);
  }
}

/**
 * A new watch begins: main may be a new process that counts from 1 again, so old revisions count for nothing.
 * What is known stays on the screen until the new watch says otherwise.
 */
export function watchBegan(state: DeskState): DeskState {
  return { ...state, link: 'up', revisions: {}, unconfirmed: state.order };
}

/** The watch has told its whole state: calls it did not tell of went away while nobody listened. */
export function watchSettled(state: DeskState): DeskState {
  return { ...withoutCalls(state, state.unconfirmed), unconfirmed: [] };
}

export function linkLost(state: DeskState): DeskState {
  if (state.link === 'connecting') return { ...state, unanswered: true };
  return { ...state, link: 'down', levels: {} };
}

/** The incoming calls that ring here, oldest first. */
export function ringingCalls(state: Pick<DeskState, 'calls' | 'order'>): readonly CallEntry[] {
  return state.order.flatMap((callId) => {
    const entry = state.calls[callId];
    return entry?.call.phase === 'ringing' ? [entry] : [];
  });
}

/** What tells which of several calls the operator is with. */
export type CallsHere = Pick<DeskState, 'calls' | 'order' | 'talked'>;

/**
 * The call the operator speaks in or sets up, if any; else the held one that was spoken in last. A ringing or an ended one
 * does not count.
 */
export function liveCall({ calls, order, talked }: CallsHere): CallEntry | undefined {
  const up = order.flatMap((callId) => {
    const call = calls[callId]?.call;
    return call && call.phase !== 'ringing' && call.phase !== 'ended' ? [call] : [];
  });
  const live =
    up.findLast(({ phase }) => phase === 'talking') ??
    up.findLast(({ phase }) => phase !== 'held') ??
    lastTalkedTo(up, talked);
  return live && calls[live.callId];
}

/** The newest call that was cut off, and whose card is still open. */
export function cutOffCall(state: Pick<DeskState, 'calls' | 'order'>): CallEntry | undefined {
  return state.order
    .flatMap((callId) => state.calls[callId] ?? [])
    .findLast(({ call }) => wasCutOff(call));
}

function withLabels(
  before: DeskState['deviceLabels'],
  { devices, wishes }: AudioState,
): DeskState['deviceLabels'] {
  const named = [...(wishes.known ?? []), ...devices].filter(({ label }) => label !== '');
  return { ...before, ...Object.fromEntries(named.map((one) => [one.deviceId, one.label])) };
}

function withCall(state: DeskState, entry: CallEntry): DeskState {
  const { callId } = entry.call;
  const before = state.calls[callId];
  const isNew = !state.order.includes(callId);
  // A ringing call never takes the screen from another card (F22); one that a person dialled or answered does.
  const taken =
    (isNew && entry.call.direction === 'out' && entry.call.phase !== 'ended') ||
    // Also for a page that comes into a conversation (it was reloaded): that card is the one needed.
    ((isNew || before?.call.phase === 'ringing') && isTaken(entry.call));
  // Whoever is asked about a call talks about that call's card, which stays where it is.
  const shown = taken && !(entry.call.consultFor !== null && entry.call.consultFor in state.calls);
  return {
    ...state,
    calls: { ...state.calls, [callId]: entry },
    order: isNew ? [...state.order, callId] : state.order,
    talked: talkedAfter(state.talked, entry.call),
    unconfirmed: state.unconfirmed.filter((id) => id !== callId),
    focusedCallId: shown ? callId : (state.focusedCallId ?? callId),
    screen: shown ? 'call' : state.screen,
    transferring:
      state.transferring === callId && !isConnected(entry.call.phase) ? null : state.transferring,
    unansweredConsult:
      // Somebody else is asked now.
      isNew && entry.call.consultFor !== null ? null : state.unansweredConsult,
  };
}

/** A consultation that goes without an answer is remembered: why, the history tells. */
function unansweredAfter(state: DeskState, goneId: string): UnansweredConsult | null {
  const gone = state.calls[goneId];
  if (!gone || gone.call.consultFor === null || gone.call.answeredAt !== null)
    return state.unansweredConsult;
  const to = partyName(gone);
  return to === null ? null : { consultId: goneId, callId: gone.call.consultFor, to };
}

function isTaken(call: Call): boolean {
  return call.phase === 'answering' || call.phase === 'talking' || call.phase === 'held';
}

function withoutCalls(state: DeskState, gone: readonly string[]): DeskState {
  if (gone.length === 0) return state;
  const kept = (callId: string) => !gone.includes(callId);
  const order = state.order.filter(kept);
  const rest = {
    ...state,
    calls: Object.fromEntries(Object.entries(state.calls).filter(([callId]) => kept(callId))),
    levels: Object.fromEntries(Object.entries(state.levels).filter(([callId]) => kept(callId))),
    order,
    talked: state.talked.filter(kept),
    unconfirmed: state.unconfirmed.filter(kept),
    transferring:
      state.transferring !== null && kept(state.transferring) ? state.transferring : null,
  };
  const focusStays = state.focusedCallId !== null && kept(state.focusedCallId);
  return {
    ...rest,
    focusedCallId: focusStays
      ? state.focusedCallId
      : (liveCall(rest)?.call.callId ?? ringingCalls(rest)[0]?.call.callId ?? order.at(-1) ?? null),
  };
}
