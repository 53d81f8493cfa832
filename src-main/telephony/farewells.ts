/**
 * BYEs that nobody has answered. One that was said into a dying socket is said again when the line is back: else the exchange,
 * and whoever is at the other end, would go on with a call that has ended here.
 */
import type { UserAgent } from 'sip.js';
import { C } from 'sip.js/lib/core/messages/methods/constants.js';
import type { OutgoingRequestMessage } from 'sip.js/lib/core/messages/outgoing-request-message.js';

/** An exchange that answers no BYE costs no more than that. */
const mostKept = 50;

export class Farewells {
  readonly #ua: UserAgent;
  /** By dialog; the oldest first. */
  readonly #unanswered = new Map<string, OutgoingRequestMessage>();

  constructor(ua: UserAgent) {
    this.#ua = ua;
  }

  /** A request is about to be sent. */
  made(request: OutgoingRequestMessage): void {
    if (request.method !== C.BYE) return;
    this.#unanswered.delete(dialogOf(request));
    this.#unanswered.set(dialogOf(request), request);
    const [oldest] = this.#unanswered.keys();
    if (this.#unanswered.size > mostKept && oldest !== undefined) this.#unanswered.delete(oldest);
  }

  /** The exchange has given its last word on a request. */
  answered(request: OutgoingRequestMessage): void {
    if (request.method === C.BYE) this.#unanswered.delete(dialogOf(request));
  }

  /** The line is registered again, by a new socket. */
  back(): void {
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
}

function dialogOf({ callId, fromTag, toTag }: OutgoingRequestMessage): string {
  return `${callId} ${fromTag} ${toTag}`;
}
