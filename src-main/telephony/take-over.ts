/**
 * An INVITE that takes the place of another dialog (RFC 3891), as a promise that always settles: the way back into a call
 * from a new voice page, or from a new process.
 */
import { SessionState, type Inviter } from 'sip.js';
import type { JournalledDialog } from '../calls/line.ts';
import type { Clock } from '../host.ts';
import { VoiceError } from '../voice/voice-error.ts';
import type { LegDialog } from './leg-dialog.ts';

export type TakeOver =
  | { readonly type: 'taken' }
  /** The exchange does not do this: the old dialog is as it was. */
  | { readonly type: 'refused'; readonly status: number; readonly detail: string }
  | { readonly type: 'no-voice'; readonly detail: string };

/** The customer hears nothing meanwhile: an exchange that says nothing is not waited for. */
const answerMs = 8000;

/**
 * RFC 3891 §3: the tags as the one who is asked sees them, to-tag its own. RFC 3891 §6.1: with `Require: replaces` an exchange
 * that knows no Replaces refuses (420), instead of making a second call of it.
 */
export function replacesHeaders(dialog: JournalledDialog): string[] {
  const { sipCallId, remoteTag, localTag } = dialog;
  return [`Replaces: ${sipCallId};to-tag=${remoteTag};from-tag=${localTag}`, 'Require: replaces'];
}

/** Whether another address of the same call may do better: this one led nowhere, or round to ourselves. */
export function mayLieElsewhere(outcome: TakeOver): boolean {
  return outcome.type === 'refused' && [404, 481, 482, 484, 604].includes(outcome.status);
}

/** Sends the INVITE that `dialog` was made with. */
export function takeOver(dialog: LegDialog, inviter: Inviter, clock: Clock): Promise<TakeOver> {
  return new Promise((resolve) => {
    let status = 0;
    let detail = 'the call ended';
    const settle = (outcome: TakeOver): void => {
      limit[Symbol.dispose]();
      inviter.stateChange.removeListener(watch);
      resolve(outcome);
    };
    const watch = (state: SessionState): void => {
      if (state === SessionState.Established) settle({ type: 'taken' });
      // sip.js says so before it tells the response, which knows better.
      if (state === SessionState.Terminated)
        queueMicrotask(() => settle({ type: 'refused', status, detail }));
    };
    const limit = clock.after(answerMs, () => {
      detail = 'no answer';
      void dialog.takeLeave(true);
      settle({ type: 'refused', status, detail });
    });
    inviter.stateChange.addListener(watch);
    const told = ({ message }: { message: { statusCode?: number; reasonPhrase?: string } }) => {
      status = message.statusCode ?? 0;
      detail = `${status} ${message.reasonPhrase ?? ''}`.trim();
    };
    inviter
      .invite({ requestDelegate: { onReject: told, onRedirect: told } })
      .catch((error: unknown) => {
        detail = error instanceof Error ? error.message : 'not sent';
        settle(
          error instanceof VoiceError
            ? { type: 'no-voice', detail }
            : { type: 'refused', status, detail },
        );
      });
  });
}
