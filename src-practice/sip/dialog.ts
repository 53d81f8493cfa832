/** A dialog (RFC 3261 §12): the peers' tags, targets and sequence numbers. It outlives the flow it began on. */
import type { ClientEvents, ClientTransaction } from './client-transaction.ts';
import type { Flow } from './flow.ts';
import { headerField, headerFields, sequence } from './message.ts';
import type { HeaderField, SipRequest, SipResponse } from './message.ts';
import { newTag } from './server-transaction.ts';
import type { ServerTransaction } from './server-transaction.ts';
import type { UserAgent } from './user-agent.ts';
import { param, parseNameAddr, splitList } from './values.ts';

const dialogKey = (callId: string, localTag: string): string => `${callId} ${localTag}`;

/** The key of the dialog a request of the other side belongs to, or null where it is in none. */
export function dialogKeyOf(request: SipRequest): string | null {
  const tag = param(headerField(request, 'to') ?? '', 'tag');
  return tag === undefined ? null : dialogKey(headerField(request, 'call-id') ?? '', tag);
}

interface DialogParts {
  readonly callId: string;
  /** From of our requests, with our tag. */
  readonly local: string;
  /** To of our requests, with the other side's tag. */
  readonly remote: string;
  readonly target: string;
  readonly routes: readonly string[];
  readonly localSequence: number;
  readonly remoteSequence: number;
}

export class Dialog {
  readonly callId: string;
  readonly localTag: string;
  /** Where the other side was last heard. */
  flow: Flow;
  readonly #agent: UserAgent;
  readonly #local: string;
  readonly #remote: string;
  readonly #remoteTag: string;
  readonly #routes: readonly string[];
  readonly #contact: string;
  #target: string;
  #localSequence: number;
  #remoteSequence: number;
  #ack: Disposable | null = null;

  constructor(agent: UserAgent, flow: Flow, contact: string, parts: DialogParts) {
    this.#agent = agent;
    this.flow = flow;
    this.#contact = contact;
    this.callId = parts.callId;
    this.localTag = param(parts.local, 'tag') ?? '';
    this.#local = parts.local;
    this.#remote = parts.remote;
    this.#remoteTag = param(parts.remote, 'tag') ?? '';
    this.#target = parts.target;
    this.#routes = parts.routes;
    this.#localSequence = parts.localSequence;
    this.#remoteSequence = parts.remoteSequence;
  }

  get key(): string {
    return dialogKey(this.callId, this.localTag);
  }

  /**
   * Whether a request belongs here and is in order; notes its sequence number, flow and target.
   * `late`: RFC 3261 §12.2.2, a lower CSeq is refused with 500.
   */
  admit(transaction: ServerTransaction): 'good' | 'stranger' | 'late' {
    const { request } = transaction;
    if ((param(headerField(request, 'from') ?? '', 'tag') ?? '') !== this.#remoteTag)
      return 'stranger';
    const { number } = sequence(request);
    if (number <= this.#remoteSequence) return 'late';
    this.#remoteSequence = number;
    this.flow = transaction.flow;
    if (request.method === 'INVITE' || request.method === 'UPDATE') {
      const contact = parseNameAddr(headerField(request, 'contact') ?? '');
      if (contact) this.#target = contact.uri;
    }
    return 'good';
  }

  request(
    method: string,
    parts: { readonly headers?: readonly HeaderField[]; readonly body?: string },
    events: ClientEvents,
  ): ClientTransaction {
    this.#localSequence += 1;
    return this.#agent.request(
      this.flow,
      this.#build(method, this.#localSequence, parts.headers ?? [], parts.body ?? ''),
      events,
    );
  }

  /** The ACK of a 2xx to an INVITE of ours (RFC 3261 §13.2.2.4). */
  acknowledge(response: SipResponse): void {
    this.#ack?.[Symbol.dispose]();
    const contact = parseNameAddr(headerField(response, 'contact') ?? '');
    if (contact) this.#target = contact.uri;
    this.#ack = this.#agent.acknowledge(
      this.flow,
      this.#build('ACK', sequence(response).number, [], ''),
    );
  }

  /** Whether `remote` and `local` tags and the Call-ID of a Replaces name this dialog, seen from here (RFC 3891 §3). */
  isNamed(callId: string, localTag: string, remoteTag: string): boolean {
    return this.callId === callId && this.localTag === localTag && this.#remoteTag === remoteTag;
  }

  close(): void {
    this.#ack?.[Symbol.dispose]();
    this.#ack = null;
  }

  #build(
    method: string,
    number: number,
    headers: readonly HeaderField[],
    body: string,
  ): SipRequest {
    return {
      kind: 'request',
      method,
      uri: this.#target,
      headers: [
        ...this.#routes.map((route): HeaderField => ['Route', route]),
        ['From', this.#local],
        ['To', this.#remote],
        ['Call-ID', this.callId],
        ['CSeq', `${number} ${method}`],
        ...(method === 'INVITE' || method === 'UPDATE' || method === 'NOTIFY'
          ? [['Contact', this.#contact] satisfies HeaderField]
          : []),
        ...headers,
      ],
      body,
    };
  }
}

/** RFC 3261 §12.1.1: the dialog that our 2xx to `transaction` makes. null: no usable Contact. */
export function dialogAsServer(
  agent: UserAgent,
  transaction: ServerTransaction,
  contact: string,
): Dialog | null {
  const { request } = transaction;
  const target = parseNameAddr(headerField(request, 'contact') ?? '');
  if (!target) return null;
  return new Dialog(agent, transaction.flow, contact, {
    callId: headerField(request, 'call-id') ?? '',
    local: `${headerField(request, 'to') ?? ''};tag=${transaction.localTag}`,
    remote: headerField(request, 'from') ?? '',
    target: target.uri,
    routes: headerFields(request, 'record-route').flatMap((value) => splitList(value)),
    localSequence: 0,
    remoteSequence: sequence(request).number,
  });
}

/** RFC 3261 §12.1.2: the dialog that the other side's 2xx to our INVITE makes. */
export function dialogAsClient(
  agent: UserAgent,
  invite: ClientTransaction,
  response: SipResponse,
  contact: string,
): Dialog {
  const { request } = invite;
  const target = parseNameAddr(headerField(response, 'contact') ?? '');
  return new Dialog(agent, invite.flow, contact, {
    callId: headerField(request, 'call-id') ?? '',
    local: headerField(request, 'from') ?? '',
    remote: headerField(response, 'to') ?? '',
    target: target?.uri ?? request.uri,
    routes: headerFields(response, 'record-route')
      .flatMap((value) => splitList(value))
      .toReversed(),
    localSequence: sequence(request).number,
    remoteSequence: -1,
  });
}

export const newCallId = (): string => `${newTag()}${newTag()}`;
