/**
 * Client transactions over a reliable transport (RFC 3261 §17.1).
 *
 *   calling ──1xx──► proceeding ──2xx──► accepted ──► over        (the dialog sends the ACK)
 *      │                 └────300-699──► completed (ACK) ──► over
 *      └─ timer B or F, or the flow closes ──► over, as 408 or 503
 */
import type { Clock } from '../clock.ts';
import type { Flow } from './flow.ts';
import { headerField, headerFields, sequence, serialise } from './message.ts';
import type { SipRequest, SipResponse } from './message.ts';
import { transactionTimeout } from './server-transaction.ts';
import { reasonPhrase } from './status.ts';

export interface ClientEvents {
  /** 101 to 199. */
  provisional?(response: SipResponse): void;
  /** The one final answer; 408 and 503 may be our own (RFC 3261 §8.1.3.1). */
  final(response: SipResponse): void;
}

export class ClientTransaction {
  readonly request: SipRequest;
  readonly flow: Flow;
  readonly #clock: Clock;
  readonly #events: ClientEvents;
  readonly #over: () => void;
  readonly #sendCancel: (cancel: SipRequest) => void;
  #timer: Disposable | null;
  #provisional = false;
  #cancelled = false;
  #done = false;

  constructor(parts: {
    readonly request: SipRequest;
    readonly flow: Flow;
    readonly clock: Clock;
    readonly events: ClientEvents;
    readonly over: () => void;
    readonly sendCancel: (cancel: SipRequest) => void;
  }) {
    this.request = parts.request;
    this.flow = parts.flow;
    this.#clock = parts.clock;
    this.#events = parts.events;
    this.#over = parts.over;
    this.#sendCancel = parts.sendCancel;
    this.#timer = this.#clock.after(transactionTimeout, () => this.#invent(408));
  }

  send(): void {
    if (this.flow.open) this.flow.send(serialise(this.request));
    else this.#invent(503);
  }

  receive(response: SipResponse): void {
    const invite = this.request.method === 'INVITE';
    if (this.#done) {
      if (invite && response.status >= 300) this.#acknowledge(response);
      return;
    }
    if (response.status < 200) {
      if (!this.#provisional && invite && !this.#cancelled) this.#stopTimer();
      this.#provisional = true;
      if (this.#cancelled) this.#cancelNow();
      if (response.status > 100) this.#events.provisional?.(response);
      return;
    }
    if (invite && response.status >= 300) this.#acknowledge(response);
    this.#finish(response);
  }

  /** Asks for the end of an INVITE. The final answer still comes: 487, or a 2xx that was already on its way. */
  cancel(): void {
    if (this.#cancelled || this.#done) return;
    this.#cancelled = true;
    // RFC 3261 §9.1: no CANCEL before a provisional response has come.
    if (this.#provisional) this.#cancelNow();
  }

  flowClosed(): void {
    this.#invent(503);
  }

  close(): void {
    this.#stopTimer();
    this.#done = true;
    this.#over();
  }

  #cancelNow(): void {
    this.#stopTimer();
    // RFC 3261 §9.1: an INVITE unanswered 64*T1 after its CANCEL is taken as cancelled.
    this.#timer = this.#clock.after(transactionTimeout, () => this.#invent(487));
    this.#sendCancel(this.#sameBranch('CANCEL'));
  }

  // RFC 3261 §17.1.1.3: same branch, Request-URI, From, Call-ID and Route; To of the response.
  #acknowledge(response: SipResponse): void {
    const ack = this.#sameBranch('ACK');
    const headers = ack.headers.map(([name, value]): readonly [string, string] =>
      name === 'To' ? [name, headerField(response, 'to') ?? value] : [name, value],
    );
    this.flow.send(serialise({ ...ack, headers }));
  }

  #sameBranch(method: 'ACK' | 'CANCEL'): SipRequest {
    const { request } = this;
    const copied = ['Via', 'Max-Forwards', 'From', 'To', 'Call-ID', 'Route'];
    return {
      kind: 'request',
      method,
      uri: request.uri,
      headers: [
        ...request.headers.filter(([name]) => copied.includes(name)),
        ['CSeq', `${sequence(request).number} ${method}`],
      ],
      body: '',
    };
  }

  #invent(status: 408 | 487 | 503): void {
    if (this.#done) return;
    this.#finish({
      kind: 'response',
      status,
      reason: reasonPhrase(status),
      headers: this.request.headers.filter(([name]) =>
        ['From', 'To', 'Call-ID', 'CSeq'].includes(name),
      ),
      body: '',
    });
  }

  #finish(response: SipResponse): void {
    this.#stopTimer();
    this.#done = true;
    this.#over();
    this.#events.final(response);
  }

  #stopTimer(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = null;
  }
}

/** The branch of the topmost Via. */
export function topBranch(message: SipRequest | SipResponse): string {
  const [via = ''] = (headerFields(message, 'via')[0] ?? '').split(',');
  return /;\s*branch\s*=\s*([^;\s]+)/i.exec(via)?.[1] ?? '';
}
