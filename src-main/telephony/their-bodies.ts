/** Bodies that a dialog does not expect: sip.js would hang up for them. They cost no call (RFC 3261 §14.1: the session stays). */
import type { SessionDialog } from 'sip.js/lib/core/dialogs/session-dialog.js';
import type { IncomingMessage } from 'sip.js/lib/core/messages/incoming-message.js';
import { SignalingState } from 'sip.js/lib/core/session/session.js';
import { TransactionState } from 'sip.js/lib/core/transactions/transaction-state.js';

const descriptions = 'application/sdp';

/** RFC 3261 §21.4.13: whether an INVITE has a body that is no description, to be refused 415. */
export function isOtherOffer(message: IncomingMessage): boolean {
  return message.body !== '' && !isDescription(message);
}

/**
 * What should have answered an offer of ours and does not: an empty description is refused by the page like any other that cannot
 * be used, and the leg decides.
 */
export function needDescription(message: IncomingMessage): void {
  if (isDescription(message)) return;
  message.body = '\r\n';
  message.setHeader('content-type', descriptions);
}

/** An ACK answers an offer in the 2xx (RFC 3261 §13.2.1), or says nothing. @returns whether it may go on to the dialog. */
export function fitAck(message: IncomingMessage, dialog: SessionDialog): boolean {
  const reinvite = dialog.reinviteUserAgentServer;
  // There is nothing yet to acknowledge.
  if (!isAckAwaited(dialog) && reinvite?.transaction.state === TransactionState.Proceeding)
    return false;
  if (dialog.signalingState === SignalingState.HaveLocalOffer) needDescription(message);
  else message.body = '';
  return true;
}

/** Whether our first 2xx is not acknowledged yet. */
export function isAckAwaited(dialog: SessionDialog): boolean {
  const { ackWait } = dialog as unknown as { readonly ackWait: boolean };
  return ackWait && !dialog.early;
}

function isDescription(message: IncomingMessage): boolean {
  return message.body !== '' && message.getHeader('content-type') === descriptions;
}
