/** One re-INVITE on one dialog, as a promise that always settles. */
import { RequestPendingError, SessionState, type Session } from 'sip.js';
import type { IncomingResponseMessage } from 'sip.js/lib/core/messages/incoming-response-message.js';
import type { Clock } from '../host.ts';
import { VoiceError } from '../voice/voice-error.ts';
import type { Headers } from './incoming-identity.ts';
import { isUnanswered, statusLine } from './response-said.ts';
import { abortReinvite } from './sip-patch.ts';

export type ReinviteOutcome =
  | { readonly type: 'accepted'; readonly headers: Headers }
  /** Both sides asked at once (RFC 3261 §14.1): ask again a little later. */
  | { readonly type: 'glare' }
  /** The dialog does not exist any more at the other side (RFC 3261 §12.2.1.2: 481, 408). */
  | { readonly type: 'gone'; readonly detail: string }
  | { readonly type: 'refused'; readonly detail: string }
  | { readonly type: 'no-answer'; readonly detail: string }
  /** The call ended here or there before it was answered, or before it could be asked. */
  | { readonly type: 'ended'; readonly detail: string }
  | { readonly type: 'no-voice'; readonly detail: string };

const answerMs = 10_000;

export function reinvite(session: Session, clock: Clock): Promise<ReinviteOutcome> {
  return new Promise((resolve) => {
    const settle = (outcome: ReinviteOutcome): void => {
      limit[Symbol.dispose]();
      session.stateChange.removeListener(watchEnd);
      resolve(outcome);
    };
    const watchEnd = (state: SessionState): void => {
      if (state === SessionState.Terminated) settle({ type: 'ended', detail: 'the call ended' });
    };
    const limit = clock.after(answerMs, () => {
      abortReinvite(session);
      settle({ type: 'no-answer', detail: 'no answer' });
    });
    session.stateChange.addListener(watchEnd);
    session
      .invite({
        requestDelegate: {
          onAccept: ({ message }) =>
            settle({ type: 'accepted', headers: (name) => message.getHeaders(name) }),
          onReject: ({ message }) => settle(outcomeOf(message)),
        },
      })
      .catch((error: unknown) => settle(unsent(error)));
  });
}

function outcomeOf(message: IncomingResponseMessage): ReinviteOutcome {
  const { statusCode: status } = message;
  const detail = statusLine(message);
  if (status === 491) return { type: 'glare' };
  if (status === 481 || status === 408) return { type: 'gone', detail };
  return { type: isUnanswered(message) ? 'no-answer' : 'refused', detail };
}

function unsent(error: unknown): ReinviteOutcome {
  if (error instanceof VoiceError) return { type: 'no-voice', detail: error.message };
  const pending =
    error instanceof RequestPendingError ||
    (error instanceof Error && error.message.startsWith('There is an ongoing re-INVITE'));
  return pending
    ? { type: 'glare' }
    : { type: 'ended', detail: error instanceof Error ? error.message : 'not sent' };
}
