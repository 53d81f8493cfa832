/** A 2xx to our INVITE that makes no dialog: sip.js drops it, and the call would be dialled for ever. */
import type { IncomingResponseMessage } from 'sip.js/lib/core/messages/incoming-response-message.js';
import type { UserAgentClient } from 'sip.js/lib/core/user-agents/user-agent-client.js';
import { TransactionState } from 'sip.js/lib/core/transactions/transaction-state.js';
import type { UserAgentCore } from 'sip.js/lib/core/user-agent-core/user-agent-core.js';

/**
 * RFC 3261 §8.2.6.2, §12.1.1: a 2xx has a To tag and a Contact. One without is turned into a refusal, whose ACK the transaction
 * sends; the other side, which takes the call for answered, is told BYE where it was asked.
 */
export function refuseUnusable(
  core: UserAgentCore,
  client: UserAgentClient,
  response: IncomingResponseMessage,
): void {
  if (response.toTag && response.hasHeader('contact')) return;
  const { state } = client.transaction;
  if (state !== TransactionState.Calling && state !== TransactionState.Proceeding) return;
  response.statusCode = 500;
  response.reasonPhrase = 'Unusable Answer';
  const { callId, fromTag, cseq, ruri, from, to } = client.message;
  const { toTag } = response;
  const dialog = { callId, fromTag, ...(toTag && { toTag }), cseq: cseq + 1 };
  core.request(core.makeOutgoingRequestMessage('BYE', ruri, from.uri, to.uri, dialog));
}
