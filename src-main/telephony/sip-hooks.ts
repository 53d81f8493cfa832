/**
 * Where a user agent's messages pass: requests as they are made, as they are refused, as they are answered; replies as they go
 * out. What sip.js lacks on the wire (digests, session timers) is built upon these.
 */
import { SessionState, type UserAgent } from 'sip.js';
import type { Dialog } from 'sip.js/lib/core/dialogs/dialog.js';
import type { IncomingRequestMessage } from 'sip.js/lib/core/messages/incoming-request-message.js';
import type { IncomingResponseMessage } from 'sip.js/lib/core/messages/incoming-response-message.js';
import type { OutgoingRequestMessage } from 'sip.js/lib/core/messages/outgoing-request-message.js';
import type { ResponseOptions } from 'sip.js/lib/core/messages/outgoing-response.js';

export interface SipHooks {
  /** A request has been made and not yet been sent: headers may still be set. */
  made(request: OutgoingRequestMessage): void;
  /** A request came; a reply given here is the last word on it. */
  arrived(request: IncomingRequestMessage): Refusal | null;
  /** Whether a request that came has been dealt with. */
  taken(request: IncomingRequestMessage): boolean;
  /** A final refusal came. True: the request has been changed so that it may be asked again, if that is wanted at all. */
  refused(
    request: OutgoingRequestMessage,
    response: IncomingResponseMessage,
    isWanted: boolean,
  ): boolean;
  /** A 2xx came. */
  accepted(request: OutgoingRequestMessage, response: IncomingResponseMessage): void;
  /** A 2xx goes out. @returns headers to put into it. */
  accepting(request: IncomingRequestMessage, dialogId: string): readonly string[];
  /** A dialog is over. */
  ended(dialogId: string): void;
}

export interface Refusal {
  readonly statusCode: number;
  readonly extraHeaders: readonly string[];
}

interface ClientInsides {
  readonly message: OutgoingRequestMessage;
  readonly transaction: { readonly id: string };
  authenticationGuard(message: IncomingResponseMessage, dialog?: Dialog): boolean;
  init(): void;
}

interface ServerInsides {
  readonly message: IncomingRequestMessage;
  readonly toTag: string;
  reply(options: ResponseOptions): unknown;
}

interface DialogInsides {
  ackWait: boolean;
  reinviteUserAgentServer: unknown;
}

interface CoreInsides {
  receiveRequest(message: IncomingRequestMessage): void;
  receiveIncomingResponseFromTransport(message: IncomingResponseMessage): void;
}

/** Call it once for a user agent, before anything else is put around its core. */
export function hookUserAgent(ua: UserAgent, hooks: SipHooks): void {
  const core = ua.userAgentCore;
  const insides = core as unknown as CoreInsides;

  const make = core.makeOutgoingRequestMessage.bind(core);
  core.makeOutgoingRequestMessage = (...how) => {
    const request = make(...how);
    hooks.made(request);
    return request;
  };

  const equipped = new WeakSet<ClientInsides>();
  const equip = (client: ClientInsides): void => {
    if (equipped.has(client)) return;
    equipped.add(client);
    client.authenticationGuard = (response) => {
      const status = response.statusCode ?? 0;
      if (status >= 200 && status < 300) hooks.accepted(client.message, response);
      if (status < 300) return true;
      if (!hooks.refused(client.message, response, !isCalledOff(ua, client.message))) return true;
      askAgain(ua, client);
      return false;
    };
  };
  const receiveResponse = insides.receiveIncomingResponseFromTransport.bind(core);
  insides.receiveIncomingResponseFromTransport = (response) => {
    const found = core.userAgentClients.get(response.viaBranch + response.method);
    const client = found as unknown as ClientInsides | undefined;
    // RFC 3261 §17.1.2.2: a final response that comes again is absorbed. Where the request was asked again meanwhile, sip.js
    // would take it for the answer to that.
    if (client && client.transaction.id !== response.viaBranch) return;
    if (client) equip(client);
    receiveResponse(response);
  };

  const receive = insides.receiveRequest.bind(core);
  insides.receiveRequest = (request) => {
    const refusal = hooks.arrived(request);
    if (refusal) {
      const { statusCode, extraHeaders } = refusal;
      core.replyStateless(request, { statusCode, extraHeaders: [...extraHeaders] });
      return;
    }
    if (hooks.taken(request)) return;
    receive(request);
    const server = core.userAgentServers.get(request.viaBranch) as unknown as
      | ServerInsides
      | undefined;
    if (server?.message === request) whenAccepting(server, hooks);
  };

  const forget = core.dialogs.delete.bind(core.dialogs);
  core.dialogs.delete = (dialogId) => {
    hooks.ended(dialogId);
    // sip.js repeats an answer that nobody acknowledged for as long as these say that an ACK is to come, also after the end.
    const dialog = core.dialogs.get(dialogId) as unknown as DialogInsides | undefined;
    if (dialog) {
      dialog.ackWait = false;
      dialog.reinviteUserAgentServer = undefined;
    }
    return forget(dialogId);
  };
}

/** Hung up before the exchange had looked at the INVITE: asked again, it would be a call that nobody takes back. */
function isCalledOff(
  ua: UserAgent,
  { method, callId, fromTag, toTag }: OutgoingRequestMessage,
): boolean {
  if (method !== 'INVITE' || toTag) return false;
  const state = ua._sessions[callId + fromTag]?.state;
  return state === SessionState.Terminating || state === SessionState.Terminated;
}

function whenAccepting(server: ServerInsides, hooks: SipHooks): void {
  const reply = server.reply.bind(server);
  const { callId, fromTag } = server.message;
  server.reply = (options) => {
    const { statusCode, extraHeaders = [] } = options;
    if (statusCode < 200 || statusCode > 299) return reply(options);
    const more = hooks.accepting(server.message, callId + server.toTag + fromTag);
    return reply({ ...options, extraHeaders: [...extraHeaders, ...more] });
  };
}

/**
 * RFC 3261 §8.1.3.5: "a new request … with the same Call-ID, To, and From …, but … the CSeq … one higher". sip.js keeps its
 * dialog's counter in step for INVITE only; a REFER or BYE after a challenged INFO would repeat a number.
 */
function askAgain(ua: UserAgent, client: ClientInsides): void {
  const { message } = client;
  const dialog = ua.userAgentCore.dialogs.get(message.callId + message.fromTag + message.toTag);
  let cseq = message.cseq + 1;
  if (dialog?.localSequenceNumber) {
    dialog.incrementLocalSequenceNumber();
    cseq = dialog.localSequenceNumber;
  }
  message.cseq = cseq;
  message.setHeader('cseq', `${cseq} ${message.method}`);
  client.init();
}
