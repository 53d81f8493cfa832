/**
 * A customer's call to a queue, as a state machine without effects of its own.
 *
 *              ┌──────── refused (busy, declined, no answer, flow lost) ────────┐
 *              ▼                                                                │
 *   waiting ──operator free──► ringing ──answered──► talking ◄──resumed/held──► (talking, held)
 *      │                          │ gives up             │ operator BYE, customer hangs up, transferred, lost
 *      │ gives up                 ▼                      ▼
 *      └────────────────────► leaving ──refused────────► gone
 *                                 └─answered (200 crossed our CANCEL): BYE ──► gone
 */
import { assertNever } from '#shared/assert-never.ts';

export type QueueCallState =
  | { readonly phase: 'waiting' }
  | { readonly phase: 'ringing'; readonly extension: string }
  /** CANCEL is under way. */
  | { readonly phase: 'leaving'; readonly extension: string; readonly why: GoneWhy }
  | { readonly phase: 'talking'; readonly extension: string; readonly held: boolean }
  | { readonly phase: 'gone'; readonly why: GoneWhy };

/** gave-up: before an answer; transferred: the customer talks to somebody else now; lost: the audio or the dialog broke. */
export type GoneWhy =
  | 'gave-up'
  | 'customer-hung-up'
  | 'operator-hung-up'
  | 'transferred'
  | 'lost'
  | 'closed';

export type QueueCallEvent =
  | { readonly type: 'operator-free'; readonly extension: string }
  | { readonly type: 'rung-out' }
  | { readonly type: 'refused' }
  | { readonly type: 'answered' }
  | { readonly type: 'gave-up' }
  | { readonly type: 'held'; readonly held: boolean }
  | { readonly type: 'operator-hung-up' }
  | { readonly type: 'customer-hung-up' }
  | { readonly type: 'transferred' }
  | { readonly type: 'lost' }
  | { readonly type: 'closed' };

export type QueueCallEffect =
  /** Send the INVITE. */
  | { readonly type: 'ring'; readonly extension: string }
  | { readonly type: 'cancel' }
  /** Look for an operator again, not this one first. */
  | { readonly type: 'look-again'; readonly after: string }
  | { readonly type: 'converse' }
  | { readonly type: 'bye' }
  /** The call is over; nothing follows. */
  | { readonly type: 'finish'; readonly why: GoneWhy };

type Step = readonly [QueueCallState, readonly QueueCallEffect[]];

const gone = (why: GoneWhy, ...before: readonly QueueCallEffect[]): Step => [
  { phase: 'gone', why },
  [...before, { type: 'finish', why }],
];

/** The one transition function. An event that means nothing in a state changes nothing. */
export function stepQueueCall(state: QueueCallState, event: QueueCallEvent): Step {
  switch (state.phase) {
    case 'waiting':
      return whileWaiting(state, event);
    case 'ringing':
      return whileRinging(state, event);
    case 'leaving':
      return whileLeaving(state, event);
    case 'talking':
      return whileTalking(state, event);
    case 'gone':
      return [state, []];
    default:
      return assertNever(state);
  }
}

type In<P extends QueueCallState['phase']> = Extract<QueueCallState, { readonly phase: P }>;

function whileWaiting(state: In<'waiting'>, event: QueueCallEvent): Step {
  switch (event.type) {
    case 'operator-free':
      return [
        { phase: 'ringing', extension: event.extension },
        [{ type: 'ring', extension: event.extension }],
      ];
    case 'gave-up':
    case 'customer-hung-up':
      return gone('gave-up');
    case 'closed':
    case 'lost':
      return gone(event.type);
    case 'rung-out':
    case 'refused':
    case 'answered':
    case 'held':
    case 'operator-hung-up':
    case 'transferred':
      return [state, []];
    default:
      return assertNever(event);
  }
}

function whileRinging(state: In<'ringing'>, event: QueueCallEvent): Step {
  const { extension } = state;
  switch (event.type) {
    case 'answered':
      return [{ phase: 'talking', extension, held: false }, [{ type: 'converse' }]];
    case 'refused':
      return [{ phase: 'waiting' }, [{ type: 'look-again', after: extension }]];
    case 'rung-out':
      // The final answer to the CANCEL, a refusal, goes on with the queue.
      return [state, [{ type: 'cancel' }]];
    case 'gave-up':
    case 'customer-hung-up':
      return [{ phase: 'leaving', extension, why: 'gave-up' }, [{ type: 'cancel' }]];
    case 'closed':
    case 'lost':
      return [{ phase: 'leaving', extension, why: event.type }, [{ type: 'cancel' }]];
    case 'operator-free':
    case 'held':
    case 'operator-hung-up':
    case 'transferred':
      return [state, []];
    default:
      return assertNever(event);
  }
}

function whileLeaving(state: In<'leaving'>, event: QueueCallEvent): Step {
  switch (event.type) {
    case 'answered':
      return gone(state.why, { type: 'bye' });
    case 'refused':
    case 'lost':
      return gone(state.why);
    case 'operator-free':
    case 'rung-out':
    case 'gave-up':
    case 'held':
    case 'operator-hung-up':
    case 'customer-hung-up':
    case 'transferred':
    case 'closed':
      return [state, []];
    default:
      return assertNever(event);
  }
}

function whileTalking(state: In<'talking'>, event: QueueCallEvent): Step {
  switch (event.type) {
    case 'held':
      return [{ ...state, held: event.held }, []];
    case 'operator-hung-up':
    case 'transferred':
      return gone(event.type);
    case 'customer-hung-up':
      return gone('customer-hung-up', { type: 'bye' });
    case 'lost':
    case 'closed':
      return gone(event.type, { type: 'bye' });
    case 'operator-free':
    case 'rung-out':
    case 'refused':
    case 'answered':
    case 'gave-up':
      return [state, []];
    default:
      return assertNever(event);
  }
}
