/** A re-INVITE of theirs, from its arrival to its ACK: sip.js forgets none that is never acknowledged, and lets no other through. */
import type { Session } from 'sip.js';
import type { SessionDialog } from 'sip.js/lib/core/dialogs/session-dialog.js';
import type { IncomingRequestMessage } from 'sip.js/lib/core/messages/incoming-request-message.js';
import { TransactionState } from 'sip.js/lib/core/transactions/transaction-state.js';

/** Whether one is in work, or its 2xx not acknowledged yet. */
export function isReinvited(session: Session): boolean {
  return dialogOf(session)?.reinviteUserAgentServer !== undefined;
}

/** Has it end with its transaction, 32 s after the 2xx (RFC 6026 §7.1), where no ACK has come. */
export function limitReinvite(
  dialog: SessionDialog,
  message: IncomingRequestMessage,
  over: () => void,
): void {
  const server = dialog.reinviteUserAgentServer;
  if (server?.message !== message) return;
  const { transaction } = server;
  transaction.addStateChangeListener(() => {
    if (transaction.state !== TransactionState.Terminated) return;
    if (dialog.reinviteUserAgentServer !== server) return;
    forget(dialog);
    over();
  });
}

/** Its socket is gone: it cannot be answered any more, nor acknowledged. */
export function abandonReinvite(session: Session): void {
  const dialog = dialogOf(session);
  if (dialog?.reinviteUserAgentServer) forget(dialog);
}

function forget(dialog: SessionDialog): void {
  // What the page says of it later finds nobody.
  const late = (): { readonly message: string } => ({ message: '' });
  Object.assign(dialog.reinviteUserAgentServer ?? {}, { accept: late, reject: late });
  dialog.reinviteUserAgentServer = undefined;
  dialog.signalingStateRollback();
}

function dialogOf(session: Session): SessionDialog | undefined {
  return session.dialog as SessionDialog | undefined;
}
