/**
 * The call as a state machine: one pure transition function.
 *
 *                 answer-began              answered
 *   in ─► ringing ────────────► answering ───────────┐
 *            ▲                      │                ▼    held(true)
 *            └──── answer-failed ───┘             talking ──────────► held
 *                                                    ▲   ◄──────────
 *   out ─► dialling ──alerting──► alerting ──────────┘    held(false)
 *              └────────────── answered ─────────────┘
 *
 *   a journalled call of an earlier run ─► returning ──answered──► talking
 *
 *   every state but ended ──ended──► ended (final)
 *
 * `muted`, `held-there`, `audio`, `transfer`, `conference`, `quality` and `party` are facts beside the phase; mute changes by `muted` alone.
 */
import { assertNever } from '../assert-never.ts';
import type { Call, CallEnd, CallParty, CallPhase, CallQuality, Transfer } from './call.ts';

/** What happened to a call. Times are ISO 8601, UTC. */
export type CallEvent =
  /** The operator took the call; the exchange has not confirmed it yet. */
  | { readonly type: 'answer-began'; readonly auto?: boolean }
  /** It could not be taken (no sound, no line); it rings on. */
  | { readonly type: 'answer-failed' }
  | { readonly type: 'alerting' }
  | { readonly type: 'answered'; readonly at: string }
  | { readonly type: 'held'; readonly here: boolean }
  | { readonly type: 'held-there'; readonly there: boolean }
  | { readonly type: 'muted'; readonly muted: boolean }
  | { readonly type: 'audio'; readonly state: 'connecting' | 'flowing' | 'lost' }
  | { readonly type: 'transfer'; readonly transfer: Transfer | null }
  | { readonly type: 'conference'; readonly joined: boolean }
  | { readonly type: 'quality'; readonly quality: CallQuality }
  /** Somebody else is at the other end now (RFC 4916; a colleague has completed a transfer). */
  | { readonly type: 'party'; readonly party: CallParty }
  | { readonly type: 'ended'; readonly end: CallEnd; readonly at: string };

export type CallStep =
  | { readonly taken: true; readonly call: Call }
  /** The event cannot happen in this phase; the call is the one that was given. */
  | { readonly taken: false; readonly call: Call };

/** Phases in which there is a conversation, so that it can be held, keyed and heard. */
export function isConnected(phase: CallPhase): boolean {
  return phase === 'talking' || phase === 'held';
}

/** The call after `event`, or the same call and `taken: false` where the event is illegal. */
export function callAfter(call: Call, event: CallEvent): CallStep {
  if (call.phase === 'ended') return { taken: false, call };
  switch (event.type) {
    case 'answer-began':
      return step(call, ['ringing'], { phase: 'answering', autoAnswered: event.auto ?? false });
    case 'answer-failed':
      return step(call, ['answering'], { phase: 'ringing', autoAnswered: false });
    case 'alerting':
      return step(call, ['dialling'], { phase: 'alerting' });
    case 'answered':
      return step(call, ['answering', 'dialling', 'alerting', 'returning'], {
        phase: 'talking',
        answeredAt: call.answeredAt ?? event.at,
        audio: call.audio === 'flowing' ? 'flowing' : 'connecting',
      });
    case 'held':
      return event.here
        ? step(call, ['talking', 'held'], { phase: 'held', inConference: false })
        : step(call, ['talking', 'held'], { phase: 'talking' });
    case 'held-there':
      return step(call, ['talking', 'held'], { heldThere: event.there });
    case 'muted':
      return { taken: true, call: { ...call, muted: event.muted } };
    case 'audio':
      // Before the answer only an outgoing call has sound: early media (RFC 3960).
      return step(call, ['dialling', 'alerting', 'answering', 'returning', 'talking', 'held'], {
        audio: event.state,
      });
    case 'transfer':
      return step(call, ['talking', 'held'], { transfer: event.transfer });
    case 'conference':
      return event.joined
        ? step(call, ['talking', 'held'], { inConference: true, phase: 'talking' })
        : step(call, ['talking', 'held'], { inConference: false });
    case 'quality':
      return step(call, ['talking', 'held'], { quality: event.quality });
    case 'party':
      return { taken: true, call: { ...call, party: event.party } };
    case 'ended':
      return {
        taken: true,
        call: {
          ...call,
          phase: 'ended',
          audio: 'none',
          heldThere: false,
          transfer: null,
          inConference: false,
          endedAt: event.at,
          end: event.end,
        },
      };
    default:
      return assertNever(event);
  }
}

function step(call: Call, from: readonly CallPhase[], change: Partial<Call>): CallStep {
  return from.includes(call.phase)
    ? { taken: true, call: { ...call, ...change } }
    : { taken: false, call };
}
