/**
 * BYEs that nobody has answered, and calls that were given up while they rang there. What was said into a dying socket, or could
 * not be said, is said when the line is back: else the exchange, and whoever is at the other end, would go on with a call that
 * has ended here.
 */
import type { UserAgent } from 'sip.js';
import { C } from 'sip.js/lib/core/messages/methods/constants.js';
import type { IncomingResponseMessage } from 'sip.js/lib/core/messages/incoming-response-message.js';
import type { OutgoingRequestMessage } from 'sip.js/lib/core/messages/outgoing-request-message.js';

/** An exchange that answers no BYE costs no more than that. */
const mostKept = 50;

export class Farewells {
  readonly #ua: UserAgent;
  /** By dialog; the oldest first. */
  readonly #unanswered = new Map<string, OutgoingRequestMessage>();
  /** INVITEs that begin a call. */
  readonly #ringing = new Set<OutgoingRequestMessage>();

  constructor(ua: UserAgent) {
    this.#ua = ua;
  }

  /** A request is about to be sent. */
  made(request: OutgoingRequestMessage): void {
    if (request.method === C.INVITE && !request.toTag) {
      this.#ringing.add(request);
      const [oldest] = this.#ringing;
      if (this.#ringing.size > mostKept && oldest) this.#ringing.delete(oldest);
    }
    if (request.method !== C.BYE) return;
    this.#unanswered.delete(dialogOf(request));
    this.#unanswered.set(dialogOf(request), request);
    const [oldest] = this.#unanswered.keys();
    if (this.#unanswered.size > mostKept && oldest !== undefined) this.#unanswered.delete(oldest);
  }

  /** The exchange has given its last word on a request; what sip.js answers itself has not come from there. */
  answered(request: OutgoingRequestMessage, response: IncomingResponseMessage): void {
    if (!response.hasHeader('via')) return;
    this.#ringing.delete(request);
    if (request.method === C.CANCEL)
      for (const invite of this.#ringing)
        if (invite.branch === request.branch) this.#ringing.delete(invite);
    if (request.method === C.BYE) this.#unanswered.delete(dialogOf(request));
  }

  /** The line is registered again, by a new socket. */
  back(): void {
    this.#cancelAll();
    const core = this.#ua.userAgentCore;
    const lost = [...this.#unanswered.values()];
    for (const { callId, fromTag, toTag, cseq, ruri, from, to, headers } of lost) {
      const { Route: routeSet } = headers;
      // The dialog is over for sip.js. RFC 3261 §12.2.1.1: what is the next request in it has the next number.
      const again = core.makeOutgoingRequestMessage(C.BYE, ruri, from.uri, to.uri, {
        callId,
        fromTag,
        toTag,
        cseq: cseq + 1,
        ...(routeSet && { routeSet }),
      });
      core.request(again);
    }
  }

  /**
   * RFC 3261 §9.1: a CANCEL has the branch of its INVITE, and everything else by which the exchange finds that. An INVITE of which
   * it knows nothing costs a 481.
   */
  #cancelAll(): void {
    const core = this.#ua.userAgentCore;
    for (const invite of this.#ringing) {
      const { branch, callId, fromTag, cseq, ruri, from, to, headers } = invite;
      // Not sent yet: the page is still making its offer.
      if (!branch) continue;
      const cancel = core.makeOutgoingRequestMessage(C.CANCEL, ruri, from.uri, to.uri, {
        callId,
        fromTag,
        cseq,
      });
      cancel.branch = branch;
      if (headers['Route']) cancel.headers['Route'] = headers['Route'];
      core.request(cancel);
    }
  }
}

function dialogOf({ callId, fromTag, toTag }: OutgoingRequestMessage): string {
  return `${callId} ${fromTag} ${toTag}`;
}
