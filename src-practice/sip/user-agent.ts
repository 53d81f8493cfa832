/** The transaction user's side of SIP (RFC 3261 §8, §17): takes frames, keeps transactions, hands on requests. */
import { randomBytes } from 'node:crypto';
import { assertNever } from '#shared/assert-never.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { ClientTransaction, topBranch } from './client-transaction.ts';
import type { ClientEvents } from './client-transaction.ts';
import type { Flow } from './flow.ts';
import { headerField, headerFields, parseMessage, sequence, serialise } from './message.ts';
import type { SipRequest, SipResponse } from './message.ts';
import { ServerTransaction } from './server-transaction.ts';
import { supportedExtensions } from './status.ts';
import { splitList } from './values.ts';

export interface UserAgent {
  readonly sentBy: string;
  receive(flow: Flow, text: string): void;
  flowClosed(flow: Flow): void;
  /** Sends a request in a transaction of its own; Via and Max-Forwards are added here. */
  request(flow: Flow, request: SipRequest, events: ClientEvents): ClientTransaction;
  /** Sends the ACK of a 2xx, and again whenever that 2xx comes again. Returns what forgets it. */
  acknowledge(flow: Flow, ack: SipRequest): Disposable;
  /** Settles when no request of ours waits for its answer, or after `ms` milliseconds. */
  settled(ms: number): Promise<void>;
  /** Ends all transactions without a further word. */
  close(): void;
}

const dialogAckKey = (message: SipRequest | SipResponse): string =>
  `${headerField(message, 'call-id') ?? ''} ${sequence(message).number}`;

/**
 * @param sentBy host and port for Via.
 * @param take gets every new request except ACK and CANCEL; what it throws is answered 500.
 */
export function createUserAgent({
  sentBy,
  clock,
  log,
  take,
}: {
  readonly sentBy: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly take: (transaction: ServerTransaction) => void;
}): UserAgent {
  const servers = new Map<string, ServerTransaction>();
  const clients = new Map<string, ClientTransaction>();
  const acks = new Map<string, SipRequest>();
  /** INVITEs waiting for the ACK of their 2xx, which has a branch of its own. */
  const accepted = new Map<string, ServerTransaction>();

  let idle = (): void => {};

  function forget(key: string): void {
    clients.delete(key);
    if (clients.size === 0) idle();
  }

  const serverKey = (request: SipRequest, flow: Flow): string => {
    const method =
      request.method === 'CANCEL' || request.method === 'ACK' ? 'INVITE' : request.method;
    return `${flow.id} ${topBranch(request)} ${method}`;
  };

  function takeRequest(flow: Flow, request: SipRequest): void {
    const key = serverKey(request, flow);
    const known = servers.get(key);
    switch (request.method) {
      case 'ACK':
        (known ?? accepted.get(dialogAckKey(request)))?.acknowledge(request);
        return;
      case 'CANCEL': {
        const cancel = new ServerTransaction(request, flow, clock, () => {});
        cancel.respond(known ? 200 : 481);
        known?.cancel();
        return;
      }
      default:
    }
    if (known) {
      known.repeat();
      return;
    }
    const dialogKey = dialogAckKey(request);
    const transaction = new ServerTransaction(request, flow, clock, () => {
      servers.delete(key);
      if (accepted.get(dialogKey) === transaction) accepted.delete(dialogKey);
    });
    servers.set(key, transaction);
    if (request.method === 'INVITE') accepted.set(dialogKey, transaction);
    const unsupported = headerFields(request, 'require').flatMap((value) => splitList(value));
    // RFC 3261 §8.2.2.3
    const refused = unsupported.filter((tag) => !supportedExtensions.includes(tag));
    if (refused.length > 0) {
      transaction.respond(420, { headers: [['Unsupported', refused.join(', ')]] });
      return;
    }
    try {
      take(transaction);
    } catch (error) {
      log.error({ flow: flow.id, method: request.method, reason: String(error) }, 'request failed');
      transaction.respond(500);
    }
  }

  function takeResponse(flow: Flow, response: SipResponse): void {
    const client = clients.get(`${topBranch(response)} ${sequence(response).method}`);
    if (client) {
      client.receive(response);
      return;
    }
    const ack = acks.get(dialogAckKey(response));
    if (ack && response.status >= 200 && response.status < 300) flow.send(serialise(ack));
    else log.debug({ flow: flow.id, status: response.status }, 'response to nothing dropped');
  }

  return {
    sentBy,
    receive(flow, text) {
      const message = parseMessage(text);
      switch (message.kind) {
        case 'fault':
          log.warn({ flow: flow.id, fault: message.fault }, 'malformed message dropped');
          return;
        case 'request':
          log.debug({ flow: flow.id, method: message.method }, 'request');
          takeRequest(flow, message);
          return;
        case 'response':
          log.debug(
            { flow: flow.id, status: message.status, to: sequence(message).method },
            'response',
          );
          takeResponse(flow, message);
          return;
        default:
          assertNever(message);
      }
    },
    flowClosed(flow) {
      for (const client of Array.from(clients.values()))
        if (client.flow === flow) client.flowClosed();
      // Whoever was still to be answered cannot be told any more; what rings for them ends.
      for (const server of Array.from(servers.values()))
        if (server.flow === flow && server.request.method === 'INVITE') server.cancel();
    },
    settled(ms) {
      if (clients.size === 0) return Promise.resolve();
      return new Promise((resolve) => {
        const cap = clock.after(ms, () => idle());
        idle = () => {
          cap[Symbol.dispose]();
          idle = () => {};
          resolve();
        };
      });
    },
    request(flow, request, events) {
      const branch = `z9hG4bK${randomBytes(9).toString('hex')}`;
      const key = `${branch} ${request.method}`;
      const whole: SipRequest = {
        ...request,
        headers: [
          ['Via', `SIP/2.0/WS ${sentBy};branch=${branch}`],
          ['Max-Forwards', '70'],
          ...request.headers,
        ],
      };
      const client = new ClientTransaction({
        request: whole,
        flow,
        clock,
        events,
        over: () => forget(key),
        sendCancel: (cancel) => {
          const cancelKey = `${branch} CANCEL`;
          const sent = new ClientTransaction({
            request: cancel,
            flow,
            clock,
            events: { final: () => {} },
            over: () => forget(cancelKey),
            sendCancel: () => {},
          });
          clients.set(cancelKey, sent);
          sent.send();
        },
      });
      clients.set(key, client);
      client.send();
      return client;
    },
    acknowledge(flow, ack) {
      const branch = `z9hG4bK${randomBytes(9).toString('hex')}`;
      const whole: SipRequest = {
        ...ack,
        headers: [
          ['Via', `SIP/2.0/WS ${sentBy};branch=${branch}`],
          ['Max-Forwards', '70'],
          ...ack.headers,
        ],
      };
      const key = dialogAckKey(whole);
      acks.set(key, whole);
      flow.send(serialise(whole));
      return { [Symbol.dispose]: () => void acks.delete(key) };
    },
    close() {
      for (const client of Array.from(clients.values())) client.close();
      for (const server of servers.values()) server.close();
      servers.clear();
      accepted.clear();
      acks.clear();
    },
  };
}
