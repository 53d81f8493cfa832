/** The exchange's side of subscriptions (RFC 6665): takes SUBSCRIBE, sends NOTIFY, led by hand. */
import { createHash } from 'node:crypto';
import type { SipStub } from './sip-stub.ts';
import { tagOf, uriOf, writeSip, type SipText } from './sip-text.ts';
import { until } from './until.ts';

interface Watched {
  readonly request: SipText;
  readonly event: string;
  readonly user: string;
  cseq: number;
}

export class StubNotifier {
  /** Every SUBSCRIBE, in order. */
  readonly asked: SipText[] = [];
  /** What becomes of a SUBSCRIBE; by default 200 for as long as it asks. */
  answer: (request: SipText) => { status: number; headers?: string[] } = (request) => ({
    status: 200,
    headers: [`Expires: ${request.header('expires')}`],
  });
  /** What a new subscriber is told at once; null: nothing yet. */
  first: (event: string, user: string) => string | null = () => null;
  /** Seconds that its first NOTIFY grants. */
  expires = 600;
  /** The path that its NOTIFYs came, Record-Route header lines. */
  path: readonly string[] = [];
  readonly #stub: SipStub;
  readonly #watched = new Map<string, Watched>();
  #branches = 0;

  constructor(stub: SipStub) {
    this.#stub = stub;
    stub.onSubscribe = (request) => {
      this.asked.push(request);
      const answer = this.answer(request);
      const callId = request.header('call-id');
      if (answer.status !== 200) return answer;
      const user = /sip:([^@>]+)@/.exec(request.header('to'))?.[1] ?? '';
      const known = this.#watched.get(callId);
      const watched = known ?? { request, event: request.header('event'), user, cseq: 0 };
      this.#watched.set(callId, watched);
      const body = this.first(watched.event, user);
      if (body !== null && request.header('expires') !== '0')
        queueMicrotask(() => this.#send(watched, body, `active;expires=${this.expires}`));
      return answer;
    };
  }

  /** SUBSCRIBEs for that user. */
  askedFor(user: string): readonly SipText[] {
    return this.asked.filter((one) => one.header('to').includes(`sip:${user}@`));
  }

  notify(user: string, body: string, state = 'active;expires=600'): void {
    const newest = [...this.#watched.values()].findLast((one) => one.user === user);
    if (!newest) throw new Error(`nobody watches ${user}`);
    this.#send(newest, body, state);
  }

  /** The desk's answer to the last NOTIFY. */
  answered(status: number): Promise<SipText> {
    return until(`${status} to NOTIFY`, () =>
      this.#stub.received.findLast(
        (one) => one.status === status && one.header('via').includes(`notify${this.#branches}`),
      ),
    );
  }

  /** A NOTIFY outside every subscription. */
  unasked(headers: readonly string[], body: string): void {
    this.#branches++;
    this.#stub.send(
      writeSip(
        `NOTIFY ${this.#stub.contact()} SIP/2.0`,
        [
          `Via: SIP/2.0/WS stub.invalid;branch=z9hG4bKnotify${this.#branches}`,
          'Max-Forwards: 70',
          'From: <sip:ana@stub.test>;tag=unasked',
          'To: <sip:ana@stub.test>',
          `Call-ID: unasked${this.#branches}`,
          'CSeq: 1 NOTIFY',
          'Contact: <sip:stub@stub.invalid;transport=ws>',
          ...headers,
        ],
        body,
      ),
    );
  }

  #send(watched: Watched, body: string, state: string): void {
    const { request, event } = watched;
    const callId = request.header('call-id');
    const tag = createHash('md5').update(callId).digest('hex').slice(0, 8);
    const to = request.header('to');
    const type = event === 'dialog' ? 'dialog-info+xml' : 'simple-message-summary';
    this.#branches++;
    watched.cseq++;
    this.#stub.send(
      writeSip(
        `NOTIFY ${uriOf(request.header('contact'))} SIP/2.0`,
        [
          `Via: SIP/2.0/WS stub.invalid;branch=z9hG4bKnotify${this.#branches}`,
          'Max-Forwards: 70',
          `From: ${tagOf(to) ? to : `${to};tag=${tag}`}`,
          `To: ${request.header('from')}`,
          `Call-ID: ${callId}`,
          `CSeq: ${watched.cseq} NOTIFY`,
          'Contact: <sip:stub@stub.invalid;transport=ws>',
          ...this.path,
          `Event: ${event}`,
          `Subscription-State: ${state}`,
          ...(body ? [`Content-Type: application/${type}`] : []),
        ],
        body,
      ),
    );
  }
}

/** A dialog-info document (RFC 4235 §4.1). */
export function dialogInfo(
  version: number,
  dialogs: readonly { id: string; state: string; direction?: string }[],
  state: 'full' | 'partial' = 'full',
): string {
  const inside = dialogs.map(
    ({ id, state: now, direction }) =>
      `<dialog id="${id}"${direction ? ` direction="${direction}"` : ''}><state>${now}</state></dialog>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\r\n<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="${version}" state="${state}" entity="sip:202@stub.test">${inside.join('')}</dialog-info>`;
}
