/** UPDATE (RFC 3311), which sip.js does not know: taken in a dialog, with or without an offer, and sent to refresh a session. */
import type { UserAgent } from 'sip.js';
import type { Dialog } from 'sip.js/lib/core/dialogs/dialog.js';
import type { DialogState } from 'sip.js/lib/core/dialogs/dialog-state.js';
import { SessionDialog } from 'sip.js/lib/core/dialogs/session-dialog.js';
import type { IncomingRequestMessage } from 'sip.js/lib/core/messages/incoming-request-message.js';
import { NonInviteServerTransaction } from 'sip.js/lib/core/transactions/non-invite-server-transaction.js';
import { UserAgentServer } from 'sip.js/lib/core/user-agents/user-agent-server.js';
import { glareDelay } from './glare-delay.ts';
import type { Headers } from './incoming-identity.ts';
import type { RefreshOutcome } from './session-timers.ts';

interface DialogId {
  readonly callId: string;
  readonly localTag: string;
}

export interface UpdateTaker {
  /** Whether an offer of ours is on its way in this dialog. */
  isNegotiating(dialog: DialogId): boolean;
  /** Our answer to their offer. Fails where it cannot be used, or the call is not up. */
  answerOffer(dialog: DialogId, offer: string): Promise<string>;
  /** Headers of the session timer for the 2xx. */
  accepting(request: IncomingRequestMessage, dialogId: string): readonly string[];
  /** An UPDATE was accepted. */
  updated(dialog: DialogId, headers: Headers): void;
}

interface DialogInsides {
  sequenceGuard(message: IncomingRequestMessage): boolean;
  dialogState: DialogState;
  reinviteUserAgentClient: unknown;
  reinviteUserAgentServer: unknown;
}

const againMs = 10_000;
/** Who asks for longer would have the session end meanwhile. */
const longestAgainMs = 30_000;

/** Answers the UPDATEs of one user agent. */
export class UpdateServer {
  readonly #ua: UserAgent;
  readonly #taker: UpdateTaker;
  /** Dialogs in which an offer of an UPDATE is not answered yet. */
  readonly #answering = new Set<string>();

  constructor(ua: UserAgent, taker: UpdateTaker) {
    this.#ua = ua;
    this.#taker = taker;
  }

  take(request: IncomingRequestMessage): void {
    const core = this.#ua.userAgentCore;
    const dialog = core.dialogs.get(request.callId + request.toTag + request.fromTag);
    if (!(dialog instanceof SessionDialog))
      return void core.replyStateless(request, { statusCode: 481 });
    const insides = dialog as unknown as DialogInsides;
    if (!insides.sequenceGuard(request)) return;
    insides.dialogState.remoteSequenceNumber = request.cseq;
    const server = new UserAgentServer(NonInviteServerTransaction, core, request);
    // RFC 3311 §5.2: "the UA is expected to reject … with a 500 …, and MUST include a Retry-After … between 0 and 10 seconds"
    // while an offer or an UPDATE of theirs is not answered, and with 491 while an offer of ours is not.
    if (this.#answering.has(dialog.id) || insides.reinviteUserAgentServer)
      return void server.reject(later());
    if (!request.body) return this.#accept(server, dialog);
    const id = { callId: request.callId, localTag: request.toTag };
    if (insides.reinviteUserAgentClient || this.#taker.isNegotiating(id))
      return void server.reject({ statusCode: 491 });
    if (dialog.early) return void server.reject(later());
    if (!/^application\/sdp\b/i.test(request.getHeader('content-type')?.trim() ?? ''))
      return void server.reject({ statusCode: 415, extraHeaders: ['Accept: application/sdp'] });
    void this.#answer(server, dialog, id);
  }

  async #answer(server: UserAgentServer, dialog: Dialog, id: DialogId): Promise<void> {
    this.#answering.add(dialog.id);
    const answer = await this.#taker.answerOffer(id, server.message.body).catch(() => null);
    this.#answering.delete(dialog.id);
    try {
      // RFC 3311 §5.2: "If the new session description is not acceptable, the UAS MUST reject … with a 488".
      if (answer === null) server.reject({ statusCode: 488 });
      else this.#accept(server, dialog, answer);
    } catch {
      // The transaction is over: whoever asked has given up.
    }
  }

  #accept(server: UserAgentServer, dialog: Dialog, answer?: string): void {
    const { message } = server;
    // RFC 3311 §5.1: UPDATE is a target refresh request.
    const contact: unknown = message.parseHeader('contact');
    if (isNameAddr(contact))
      (dialog as unknown as DialogInsides).dialogState.remoteTarget = contact.uri;
    server.accept({
      statusCode: 200,
      extraHeaders: [
        `Contact: ${this.#ua.contact.toString()}`,
        ...this.#taker.accepting(message, dialog.id),
      ],
      ...(answer !== undefined && {
        body: {
          contentDisposition: 'session',
          contentType: 'application/sdp',
          content: answer,
        },
      }),
    });
    this.#taker.updated({ callId: message.callId, localTag: message.toTag }, (name) =>
      message.getHeaders(name),
    );
  }
}

function later(): { statusCode: number; extraHeaders: string[] } {
  return { statusCode: 500, extraHeaders: [`Retry-After: ${Math.floor(11 * Math.random())}`] };
}

function isNameAddr(value: unknown): value is { uri: DialogState['remoteTarget'] } {
  return typeof value === 'object' && value !== null && 'uri' in value;
}

/** An UPDATE without an offer: nothing changes but that the session lives on (RFC 4028 §7.4). Never fails. */
export function refreshByUpdate(ua: UserAgent, dialogId: string): Promise<RefreshOutcome> {
  const core = ua.userAgentCore;
  const dialog = core.dialogs.get(dialogId);
  if (!dialog) return Promise.resolve({ type: 'again', afterMs: againMs });
  const request = dialog.createOutgoingRequestMessage('UPDATE', {
    extraHeaders: [`Contact: ${ua.contact.toString()}`],
  });
  return new Promise((resolve) => {
    core.request(request, {
      onAccept: () => resolve({ type: 'refreshed' }),
      onRedirect: () => resolve({ type: 'again', afterMs: againMs }),
      onReject: ({ message }) => {
        const status = message.statusCode ?? 0;
        const seconds = Number.parseInt(message.getHeader('retry-after') ?? '', 10);
        // RFC 3261 §12.2.1.2 has a 408 end the dialog too; but sip.js makes one itself where a socket died and took the UPDATE
        // with it, which says nothing of the call. RFC 4028 §10: a session that nobody refreshes ends by its own timer.
        if (status === 481) resolve({ type: 'gone' });
        else if (status === 491)
          resolve({ type: 'again', afterMs: glareDelay(true, Math.random()) });
        else
          resolve({
            type: 'again',
            afterMs: seconds > 0 ? Math.min(seconds * 1000, longestAgainMs) : againMs,
          });
      },
    });
  });
}
