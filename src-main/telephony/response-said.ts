/** What a response to a request of ours says. */
import type { IncomingResponseMessage } from 'sip.js/lib/core/messages/incoming-response-message.js';

/** "486 Busy Here" */
export function statusLine(message: IncomingResponseMessage): string {
  return `${message.statusCode ?? 0} ${message.reasonPhrase ?? ''}`.trim();
}

/**
 * Nobody answered: RFC 3261 §8.1.3.1 has sip.js make a 408 or a 503 of a timeout or a lost socket, which no Via has brought here;
 * and a proxy says 408 of whoever did not answer it.
 */
export function isUnanswered(message: IncomingResponseMessage): boolean {
  return message.statusCode === 408 || !message.hasHeader('via');
}
