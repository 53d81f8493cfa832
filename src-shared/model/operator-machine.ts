/**
 * The operator as a state machine: one pure transition function.
 *
 *             signed-in                ready-chosen
 *   offline ────────────► not-ready ─────────────────► ready
 *      ▲                    ▲  │  ▲ ◄─────────────────  │  │
 *      │ signed-out         │  │  │  not-ready-chosen    │  │
 *      │ (from all)         │  │  └───── line-lost ──────┘  │
 *                           │  │        line-back ─► ready  │ call-began
 *                           │  └── call-began ─► busy ◄─────┘
 *            wrap-up-limit  │                    │  ▲
 *                           │        calls-over  ▼  │ call-began
 *                           └────────────────  wrap-up
 *
 *   busy ──calls-over without a wrap-up──► what the person last chose (`then`)
 *   wrap-up ──finished──► the next card's wrap-up, or what the person last chose
 *
 * Ready is entered only because a person chose it: at once, or after the call, the wrap-up or the lost line that came
 * between (rules the screen names). Passing the wrap-up limit takes the choice away.
 */
import { assertNever } from '../assert-never.ts';
import type { NotReadyReason, OperatorState } from './operator-state.ts';

/** One card to be finished; `until` is when the project's limit passes, null for no limit (ISO 8601, UTC). */
export interface WrapUp {
  readonly callId: string;
  readonly until: string | null;
}

/** Reasons a person may choose; the others are the machine's own. */
export type ChosenReason = Exclude<NotReadyReason, 'signed-in' | 'wrap-up-limit' | 'line-lost'>;

/** What happened to the operator. `at` is ISO 8601, UTC. */
export type OperatorEvent = { readonly at: string } & (
  | { readonly type: 'signed-in' }
  | { readonly type: 'signed-out' }
  | { readonly type: 'ready-chosen' }
  | { readonly type: 'not-ready-chosen'; readonly reason: ChosenReason }
  | { readonly type: 'call-began' }
  /** The last live call has ended. */
  | { readonly type: 'calls-over'; readonly wrapUp: WrapUp | null }
  /** The card being wrapped up is finished; `next` is another one that waits. */
  | { readonly type: 'finished'; readonly next: WrapUp | null }
  | { readonly type: 'wrap-up-limit'; readonly callId: string }
  | { readonly type: 'line-lost' }
  | { readonly type: 'line-back' }
);

export interface OperatorStep {
  /** False: the event cannot happen in this state, which is the one that was given. */
  readonly taken: boolean;
  readonly operator: OperatorState;
}

/** The state of a desk at which nobody is signed in. */
export function operatorOffline(at: string): OperatorState {
  return {
    phase: 'offline',
    reason: null,
    since: at,
    wrapUpCallId: null,
    wrapUpUntil: null,
    then: 'not-ready',
    thenReason: null,
  };
}

/** The operator after `event`, or the same state and `taken: false` where the event is illegal. */
export function operatorAfter(operator: OperatorState, event: OperatorEvent): OperatorStep {
  const refused: OperatorStep = { taken: false, operator };
  const { phase } = operator;
  if (event.type === 'signed-out')
    return phase === 'offline' ? refused : taken(operatorOffline(event.at));
  if (event.type === 'signed-in')
    return phase === 'offline'
      ? taken(notReady({ ...operator, thenReason: 'signed-in' }, 'signed-in', event.at))
      : refused;
  if (phase === 'offline') return refused;
  switch (event.type) {
    case 'ready-chosen':
      return taken(chosen({ ...operator, then: 'ready', thenReason: null }, event.at));
    case 'not-ready-chosen':
      return taken(chosen({ ...operator, then: 'not-ready', thenReason: event.reason }, event.at));
    case 'call-began':
      return phase === 'busy' ? refused : taken(enter(operator, 'busy', event.at));
    case 'calls-over':
      return phase === 'busy' ? taken(afterWork(operator, event.wrapUp, event.at)) : refused;
    case 'finished':
      return phase === 'wrap-up' ? taken(afterWork(operator, event.next, event.at)) : refused;
    case 'wrap-up-limit':
      return phase === 'wrap-up' && operator.wrapUpCallId === event.callId
        ? taken(
            notReady(
              { ...operator, then: 'not-ready', thenReason: 'wrap-up-limit' },
              'wrap-up-limit',
              event.at,
            ),
          )
        : refused;
    case 'line-lost':
      return phase === 'ready' ? taken(notReady(operator, 'line-lost', event.at)) : refused;
    case 'line-back':
      return phase === 'not-ready' && operator.reason === 'line-lost'
        ? taken(afterWork(operator, null, event.at))
        : refused;
    default:
      return assertNever(event);
  }
}

/** A choice takes effect at once where nothing is going on; else it says what follows. */
function chosen(operator: OperatorState, at: string): OperatorState {
  if (operator.phase === 'busy' || operator.phase === 'wrap-up') return operator;
  // Without a line Ready would be a promise to the queues that cannot be kept: it follows when the line is back.
  if (operator.reason === 'line-lost' && operator.then === 'ready') return operator;
  return afterWork(operator, null, at);
}

function afterWork(operator: OperatorState, wrapUp: WrapUp | null, at: string): OperatorState {
  if (wrapUp)
    return {
      ...enter(operator, 'wrap-up', at),
      wrapUpCallId: wrapUp.callId,
      wrapUpUntil: wrapUp.until,
    };
  return operator.then === 'ready'
    ? enter(operator, 'ready', at)
    : notReady(operator, operator.thenReason, at);
}

function notReady(
  operator: OperatorState,
  reason: NotReadyReason | null,
  at: string,
): OperatorState {
  const since = operator.phase === 'not-ready' && operator.reason === reason ? operator.since : at;
  return { ...enter(operator, 'not-ready', at), reason, since };
}

function enter(operator: OperatorState, phase: OperatorState['phase'], at: string): OperatorState {
  const since = operator.phase === phase && phase !== 'wrap-up' ? operator.since : at;
  return { ...operator, phase, reason: null, since, wrapUpCallId: null, wrapUpUntil: null };
}

function taken(operator: OperatorState): OperatorStep {
  return { taken: true, operator };
}
