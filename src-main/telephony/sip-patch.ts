/** What sip.js 0.21.2 lacks as a user agent, added to one user agent at a time; like sip-hooks, update and the their- and unusable- files it reaches into sip.js's insides. */
import { Invitation, SessionState, type Inviter, type Session, type UserAgent } from 'sip.js';
import type { IncomingRequestMessage } from 'sip.js/lib/core/messages/incoming-request-message.js';
import { SessionState as DialogState } from 'sip.js/lib/core/session/session.js';
import { TransactionState } from 'sip.js/lib/core/transactions/transaction-state.js';
import { AllowedMethods } from 'sip.js/lib/core/user-agent-core/allowed-methods.js';
import type { Dialog } from 'sip.js/lib/core/dialogs/dialog.js';
import { SessionDialog } from 'sip.js/lib/core/dialogs/session-dialog.js';
import type { IncomingResponseMessage } from 'sip.js/lib/core/messages/incoming-response-message.js';
import { InviteUserAgentClient } from 'sip.js/lib/core/user-agents/invite-user-agent-client.js';
import { UserAgentClient } from 'sip.js/lib/core/user-agents/user-agent-client.js';
import { refuseInvitation } from './refuse-invitation.ts';
import { fitAck, isAckAwaited, isOtherOffer, needDescription } from './their-bodies.ts';
import { limitReinvite } from './their-reinvite.ts';
import { refuseUnusable } from './unusable-answer.ts';

/** What this line really does. REFER is left out: sip.js would follow it, and dial wherever it is told. */
export const methods = [
  'ACK',
  'BYE',
  'CANCEL',
  'INFO',
  'INVITE',
  'NOTIFY',
  'OPTIONS',
  'PRACK',
  'UPDATE',
] as const;

/** Option tags this line understands in Require (RFC 3261 §8.2.2.3). */
const understood: readonly string[] = ['100rel', 'outbound', 'gruu', 'path', 'replaces', 'timer'];

/** The fixed list in sip.js's own requests. */
const fixedAllow = /^Allow: ACK,CANCEL,INVITE,MESSAGE,BYE,OPTIONS,INFO,NOTIFY,REFER\r$/m;

/** RFC 3261 §20.5: Allow lists "the set of methods supported by the UA generating the message". */
export function withTrueAllow(message: string): string {
  return message.replace(fixedAllow, `Allow: ${methods.join(',')}\r`);
}

interface CoreInsides {
  receiveRequest(message: IncomingRequestMessage): void;
  receiveIncomingResponseFromTransport(message: IncomingResponseMessage): void;
}

export interface DialogId {
  readonly callId: string;
  readonly localTag: string;
}

/** What the line says to, and hears of, requests that sip.js does not handle. */
export interface PatchedLine {
  /** Whether an offer of ours is on its way in this dialog. */
  isNegotiating(dialog: DialogId): boolean;
  /** Runs what may throw on bad input. */
  guarded(receive: () => void): void;
  /** The status to refuse an INVITE with these Replaces headers with, or null. */
  refusal(replaces: readonly string[]): number | null;
  /** Whether a request belongs to a call that has ended. */
  hasEnded(request: IncomingRequestMessage): boolean;
  /** A REFER was declined. */
  declined(dialog: DialogId): void;
  /** Nobody has acknowledged the answer to a re-INVITE in this dialog. */
  unacknowledged(dialog: DialogId): void;
}

/** Everything that must hold for a user agent; call it once, after it was made and before it starts. */
export function patchUserAgent(ua: UserAgent, line: PatchedLine): void {
  AllowedMethods.splice(0, AllowedMethods.length, ...methods);
  const core = ua.userAgentCore;
  const insides = core as unknown as CoreInsides;
  const pass = insides.receiveRequest.bind(core);
  const receive = (message: IncomingRequestMessage): void => {
    try {
      pass(message);
      const dialog = dialogOf(ua, message);
      if (message.method === 'INVITE' && dialog)
        limitReinvite(dialog, message, () =>
          line.unacknowledged({ callId: dialog.callId, localTag: dialog.localTag }),
        );
    } catch (error) {
      refuseUnanswered(ua, message);
      throw error;
    }
  };
  insides.receiveRequest = (message) => {
    // RFC 3261 §8.1.1.5: the method of CSeq "MUST match that of the request"; RFC 4475 §3.1.2.17 has it answered 400. A call
    // that rang by such a one could not be cancelled.
    if (cseqMethod(message) !== message.method) {
      if (message.method !== 'ACK') core.replyStateless(message, { statusCode: 400 });
      return;
    }
    const unknown = unknownOptions(message);
    // RFC 3261 §8.2.2.3: unknown option tags in Require are answered 420 with Unsupported; not so in CANCEL and ACK.
    if (unknown.length > 0 && message.method !== 'ACK') {
      core.replyStateless(message, {
        statusCode: 420,
        extraHeaders: [`Unsupported: ${unknown.join(', ')}`],
      });
      return;
    }
    // RFC 3515 §2.4.2, RFC 3261 §21.6.2: nobody but the operator sends this desk's calls anywhere.
    if (message.method === 'REFER') {
      line.declined({ callId: message.callId, localTag: message.toTag });
      core.replyStateless(message, { statusCode: 603 });
      return;
    }
    const refusal =
      message.method === 'INVITE' ? line.refusal(message.getHeaders('replaces')) : null;
    if (refusal !== null) {
      core.replyStateless(message, { statusCode: refusal });
      return;
    }
    // RFC 3261 §14.2: "A UAS that receives an INVITE on a dialog while an INVITE it had sent on that dialog is in progress
    // MUST return a 491". An offer that is being made for one counts already: it cannot be made twice.
    const dialogId = { callId: message.callId, localTag: message.toTag };
    if (message.method === 'INVITE' && message.toTag && line.isNegotiating(dialogId)) {
      core.replyStateless(message, { statusCode: 491 });
      return;
    }
    if (message.method === 'INVITE' && message.toTag && isOtherOffer(message)) {
      const extraHeaders = ['Accept: application/sdp'];
      core.replyStateless(message, { statusCode: 415, extraHeaders });
      return;
    }
    const dialog = dialogOf(ua, message);
    // RFC 3261 §14.2: "500 … Retry-After … between 0 and 10 seconds" to what comes too soon; sip.js would hang up at the ACK that
    // follows (RFC 5407 §3.1.4).
    if (message.method === 'INVITE' && dialog && isAckAwaited(dialog)) {
      const extraHeaders = [`Retry-After: ${Math.floor(11 * Math.random())}`];
      core.replyStateless(message, { statusCode: 500, extraHeaders });
      return;
    }
    // RFC 3262 §3: a PRACK "that does not match any unacknowledged reliable provisional response" is answered 481; sip.js fails at
    // it once the call is answered.
    if (message.method === 'PRACK' && dialog && !dialog.early) {
      core.replyStateless(message, { statusCode: 481 });
      return;
    }
    // RFC 3515 §2.4.4: what becomes of a REFER is told until that is known, also after the BYE (RFC 5057 §4).
    if (
      message.method === 'NOTIFY' &&
      !dialog &&
      isReferReport(message) &&
      line.hasEnded(message)
    ) {
      core.replyStateless(message, { statusCode: 200 });
      return;
    }
    if (message.method === 'ACK' && dialog && !fitAck(message, dialog)) return;
    // sip.js answers 500 to a re-INVITE that comes in one breath with the ACK, as exchanges send them (RFC 5407 §3.1.5).
    if (message.method === 'INVITE' && isTakingAck(ua, message))
      queueMicrotask(() => line.guarded(() => receive(message)));
    else receive(message);
  };

  const passResponse = insides.receiveIncomingResponseFromTransport.bind(core);
  insides.receiveIncomingResponseFromTransport = (response) => {
    const client = core.userAgentClients.get(response.viaBranch + response.method);
    const status = response.statusCode ?? 0;
    if (client && response.method === 'INVITE' && status >= 200 && status < 300) {
      if (client.message.toTag) needDescription(response);
      else refuseUnusable(core, client, response);
    }
    passResponse(response);
  };
}

/**
 * An INVITE that could not be dealt with is not left without an answer: sip.js fails at Replaces that names a call which rang
 * and was refused or cancelled a moment ago (RFC 3891 §3: what "does not match" is answered 481).
 */
function refuseUnanswered(ua: UserAgent, message: IncomingRequestMessage): void {
  const session = ua._sessions[message.callId + message.fromTag];
  if (!(session instanceof Invitation) || session.state !== SessionState.Initial) return;
  if (session.request !== message) return;
  refuseInvitation(session, { statusCode: message.hasHeader('replaces') ? 481 : 500 });
}

function isTakingAck(ua: UserAgent, message: IncomingRequestMessage): boolean {
  const dialog = dialogOf(ua, message);
  return (
    dialog !== undefined &&
    (dialog as unknown as { ackProcessing?: boolean }).ackProcessing === true
  );
}

function dialogOf(ua: UserAgent, message: IncomingRequestMessage): SessionDialog | undefined {
  const id = message.callId + message.toTag + message.fromTag;
  const dialog: Dialog | undefined = ua.userAgentCore.dialogs.get(id);
  return dialog instanceof SessionDialog ? dialog : undefined;
}

function isReferReport(message: IncomingRequestMessage): boolean {
  return /^refer\s*(?:;|$)/i.test(message.getHeader('event') ?? '');
}

function cseqMethod(message: IncomingRequestMessage): string | undefined {
  const parsed: unknown = message.parseHeader('cseq');
  return (parsed as { readonly method?: string } | undefined)?.method;
}

function unknownOptions(message: IncomingRequestMessage): readonly string[] {
  return message
    .getHeaders('require')
    .flatMap((value) => value.split(','))
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '' && !understood.includes(tag.toLowerCase()));
}

interface ClientInsides {
  onTransportError(error: Error): void;
}

interface SessionInsides {
  stateTransition(state: SessionState): void;
}

interface PendingClient {
  _transaction:
    | { readonly state: TransactionState; onTransportError(error: Error): void }
    | undefined;
}

/**
 * Ends a re-INVITE whose answer cannot come any more because its socket is gone; sip.js would wait 32 s and let no other
 * through. RFC 3261 §8.1.3.1: a transport failure is treated as a 503.
 */
export function abortReinvite(session: Session): void {
  fail((session.dialog as SessionDialog | undefined)?.reinviteUserAgentClient);
}

/**
 * The same for the INVITE of a call that is not answered yet. One whose 2xx has come waits for this side only: sip.js acknowledges
 * it when the page has taken the answer; unless it was cancelled and has not ended in time.
 */
export function abortInvite(inviter: Inviter, evenAccepted = false): void {
  const { outgoingInviteRequest } = inviter as unknown as {
    outgoingInviteRequest: UserAgentClient | undefined;
  };
  fail(outgoingInviteRequest, evenAccepted);
}

function fail(client: UserAgentClient | undefined, evenAccepted = false): void {
  const transaction = (client as unknown as PendingClient | undefined)?._transaction;
  if (!transaction || (transaction.state === TransactionState.Accepted && !evenAccepted)) return;
  const error = new Error('socket lost');
  // In "proceeding" sip.js takes it for an ACK that could not be sent, and the call would wait for ever.
  const isDeaf = transaction.state === TransactionState.Proceeding || evenAccepted;
  if (client instanceof InviteUserAgentClient && isDeaf)
    (UserAgentClient.prototype as unknown as ClientInsides).onTransportError.call(client, error);
  if (transaction.state !== TransactionState.Terminated) transaction.onTransportError(error);
}

/** Whether a BYE came before our ACK went out: sip.js drops it, and takes the session for one that is up without a dialog. */
export function isLeft({ state, dialog }: Session): boolean {
  return state === SessionState.Established && dialog?.sessionState === DialogState.Terminated;
}

/** Nothing can be said in this session any more. */
export function forget(session: Session): void {
  (session as unknown as SessionInsides).stateTransition(SessionState.Terminated);
}

/**
 * The session that an INVITE with Replaces matched (RFC 3891 §3), and no more than once: sip.js would hang up in it by itself, and
 * fails at that while it is early.
 */
export function takeReplaced(invitation: Invitation): Session | undefined {
  const insides = invitation as unknown as { _replacee: Session | undefined };
  const replaced = insides._replacee;
  insides._replacee = undefined;
  return replaced;
}

/** No ACK is to come any more: sip.js would hang up in a call that has ended, 32 s after its answer. */
export function forgetAck(session: Session): void {
  const dialog = session.dialog as unknown as { ackWait: boolean } | undefined;
  if (dialog) dialog.ackWait = false;
}

/** Where our BYE waits for the ACK, theirs is the end all the same: sip.js would go on waiting. */
export function heedBye(session: Session): void {
  const delegate = (session.dialog as SessionDialog | undefined)?.delegate;
  if (session.state !== SessionState.Terminating || !delegate) return;
  delegate.onBye = (bye) => {
    bye.accept();
    (session as unknown as { stateTransition(next: SessionState): void }).stateTransition(
      SessionState.Terminated,
    );
  };
}

/**
 * Lets the other branch of a forked INVITE answer (RFC 3261 §13.2.2.4): sip.js would hang up on a 2xx from somebody else than
 * whose early media it took.
 */
export function allowForks(inviter: Inviter, otherAnswers: () => void): void {
  const insides = inviter as unknown as {
    earlyMediaDialog: unknown;
    onAccept(response: { readonly session: unknown }): Promise<void>;
  };
  const onAccept = insides.onAccept.bind(inviter);
  insides.onAccept = (response) => {
    if (insides.earlyMediaDialog && insides.earlyMediaDialog !== response.session) {
      insides.earlyMediaDialog = undefined;
      otherAnswers();
    }
    return onAccept(response);
  };
}
