/** Refusing an INVITE so that nothing of it stays, whatever has become of its socket. */
import { SessionState, type Invitation } from 'sip.js';

interface Refusal {
  readonly statusCode: number;
  readonly extraHeaders?: string[];
}

/**
 * Never fails. Where the response cannot be sent any more sip.js throws and leaves the invitation waiting for minutes: it ends here
 * all the same.
 */
export function refuseInvitation(invitation: Invitation, refusal: Refusal): void {
  try {
    invitation.reject(refusal).catch(() => end(invitation));
  } catch {
    end(invitation);
  }
}

function end(invitation: Invitation): void {
  const { state } = invitation;
  if (state !== SessionState.Initial && state !== SessionState.Establishing) return;
  (invitation as unknown as { stateTransition(next: SessionState): void }).stateTransition(
    SessionState.Terminated,
  );
}
