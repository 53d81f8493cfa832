/**
 * Server transactions over a reliable transport (RFC 3261 §17.2): nothing is retransmitted on a timer, but a request
 * that comes again gets the last answer again, and an ACK that never comes is noticed.
 *
 *   trying ──1xx──► proceeding ──2xx──► accepted (waits for the ACK) ──► over
 *                       └──────300-699──► completed (waits for the ACK) ──► over
 *   A request other than INVITE is over with its final answer.
 */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Flow } from './flow.ts';
import { headerField, headerFields, serialise } from './message.ts';
import type { HeaderField, SipRequest, SipResponse } from './message.ts';
import { reasonPhrase } from './status.ts';
import { param } from './values.ts';

/** 64*T1 (RFC 3261 §17.1.1.2), in milliseconds: timers B, F and H. */
export const transactionTimeout = 32_000;

export const newTag = (): string => randomBytes(6).toString('hex');

export interface AnswerParts {
  readonly reason?: string;
  readonly headers?: readonly HeaderField[];
  readonly body?: string;
}

export class ServerTransaction {
  readonly request: SipRequest;
  readonly flow: Flow;
  /** The tag we put into To, where the request had none: one for the whole transaction. */
  readonly localTag: string;
  /** The caller gave up before our final answer; 200 and 487 are sent already. */
  onCancel: () => void = () => {};
  /** The ACK of a 2xx; null when none came in time. */
  onAck: (ack: SipRequest | null) => void = () => {};
  final: number | null = null;
  #last: string | null = null;
  #wait: Disposable | null = null;
  readonly #clock: Clock;
  readonly #over: () => void;

  constructor(request: SipRequest, flow: Flow, clock: Clock, over: () => void) {
    this.request = request;
    this.flow = flow;
    this.#clock = clock;
    this.#over = over;
    this.localTag = param(headerField(request, 'to') ?? '', 'tag') ?? newTag();
  }

  /** Sends a provisional or the final answer; after a final one nothing more goes out. */
  respond(status: number, parts: AnswerParts = {}): void {
    if (this.final !== null) return;
    this.#last = serialise(this.#response(status, parts));
    this.flow.send(this.#last);
    if (status < 200) return;
    this.final = status;
    if (this.request.method !== 'INVITE') {
      // RFC 3261 §17.2.2: timer J is zero over a reliable transport.
      this.#over();
      return;
    }
    this.#wait = this.#clock.after(transactionTimeout, () => {
      if (status < 300) this.onAck(null);
      this.#over();
    });
  }

  /** The same request again. */
  repeat(): void {
    if (this.#last !== null) this.flow.send(this.#last);
  }

  /** An ACK has come; `ack` belongs to our 2xx or to our refusal. */
  acknowledge(ack: SipRequest): void {
    if (this.final === null) return;
    this.close();
    if (this.final < 300) this.onAck(ack);
    this.#over();
  }

  cancel(): void {
    if (this.final !== null) return;
    this.respond(487);
    this.onCancel();
  }

  close(): void {
    this.#wait?.[Symbol.dispose]();
    this.#wait = null;
  }

  #response(status: number, parts: AnswerParts): SipResponse {
    const { request, flow } = this;
    const to = headerField(request, 'to') ?? '';
    const tagged =
      status === 100 || param(to, 'tag') !== undefined ? to : `${to};tag=${this.localTag}`;
    const [firstVia = '', ...vias] = headerFields(request, 'via');
    return {
      kind: 'response',
      status,
      reason: parts.reason ?? reasonPhrase(status),
      headers: [
        // RFC 3261 §18.2.1: a sent-by that is a name (RFC 7118 §5: *.invalid) gets "received".
        ['Via', firstVia.includes(',') ? firstVia : `${firstVia};received=${flow.remote}`],
        ...vias.map((via): HeaderField => ['Via', via]),
        ...headerFields(request, 'record-route').map((one): HeaderField => ['Record-Route', one]),
        ['From', headerField(request, 'from') ?? ''],
        ['To', tagged],
        ['Call-ID', headerField(request, 'call-id') ?? ''],
        ['CSeq', headerField(request, 'cseq') ?? ''],
        ...(parts.headers ?? []),
      ],
      body: parts.body ?? '',
    };
  }
}
