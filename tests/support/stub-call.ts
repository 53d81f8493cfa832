/** One dialog at the exchange's side, led by hand. */
import { randomBytes } from 'node:crypto';
import { sdp } from './fake-voice-page.ts';
import { tagOf, uriOf, writeSip, type SipText } from './sip-text.ts';
import type { SipStub } from './sip-stub.ts';
import { until } from './until.ts';

interface StubCallDeps {
  readonly stub: SipStub;
  readonly callId: string;
  readonly localAddress: string;
  readonly remoteAddress: string;
  readonly remoteTarget: string;
  /** The desk's INVITE, for a call it made. */
  readonly request?: SipText;
  /** Whose desk it is; left out where there is one. */
  readonly user?: string | undefined;
}

export interface StubAnswer {
  readonly status: number;
  readonly sdp?: string | null;
  readonly headers?: readonly string[];
  /** The body is sent without saying what it is. */
  readonly untyped?: boolean;
}

interface StubRequest {
  readonly headers?: readonly string[];
  readonly body?: string;
  readonly untyped?: boolean;
}

export class StubCall {
  readonly callId: string;
  /** Responses and requests of this dialog, in order. */
  readonly messages: SipText[] = [];
  /** What becomes of the desk's re-INVITEs; by default 200 and an answer. */
  onReinvite: (request: SipText) => StubAnswer | null = (request) => ({
    status: 200,
    sdp: sdp({ direction: /a=sendonly/.test(request.body) ? 'recvonly' : 'sendrecv' }),
  });
  /** What becomes of the desk's UPDATEs; by default 200. */
  onUpdate: (request: SipText) => StubAnswer | null = () => ({ status: 200 });
  /** What becomes of REFER; null: nothing. */
  onRefer: () => number | null = () => 202;
  /** Acknowledges every 2xx by itself, as exchanges do. */
  acknowledges = false;
  /** What becomes of INFO; by default 200; null: nothing. */
  onInfo: () => number | null = () => 200;
  /** Of the last INVITE that went to the desk. */
  inviteCseq = 0;
  readonly #stub: SipStub;
  readonly #user: string | undefined;
  readonly #request: SipText | null;
  #localAddress: string;
  #remoteAddress: string;
  #remoteTarget: string;
  #cseq = 100;
  #inviteBranch = '';
  #rings = false;
  #up = false;
  #over = false;

  constructor(deps: StubCallDeps) {
    this.#stub = deps.stub;
    this.#user = deps.user;
    this.callId = deps.callId;
    this.#localAddress = deps.localAddress;
    this.#remoteAddress = deps.remoteAddress;
    this.#remoteTarget = deps.remoteTarget;
    this.#request = deps.request ?? null;
    if (deps.request) this.messages.push(deps.request);
  }

  /** Whether the exchange takes this call for one that is up. */
  get isUp(): boolean {
    return this.#up && !this.#over;
  }

  /** Whether somebody's telephone rings there for the desk. */
  get isRinging(): boolean {
    return this.#rings && !this.#up && !this.#over;
  }

  get localTag(): string {
    return tagOf(this.#localAddress);
  }

  get remoteTag(): string {
    return tagOf(this.#remoteAddress);
  }

  invite(headers: readonly string[], offer: string | null = sdp(), type = 'application/sdp'): void {
    const body = offer ?? '';
    this.#inviteBranch = this.request('INVITE', {
      headers: [...headers, ...(body ? [`Content-Type: ${type}`] : [])],
      body,
    });
  }

  /** Sends a request in (or beginning) the dialog; answers its branch. */
  request(method: string, options: StubRequest = {}): string {
    const branch = `z9hG4bK${randomBytes(6).toString('hex')}`;
    this.#cseq++;
    if (method === 'INVITE') this.inviteCseq = this.#cseq;
    this.#write(method, branch, this.#cseq, options);
    return branch;
  }

  cancel(headers: readonly string[] = []): void {
    this.#write('CANCEL', this.#inviteBranch, this.#cseq, { headers });
  }

  ack(options: StubRequest = {}): void {
    this.#write('ACK', `z9hG4bK${randomBytes(6).toString('hex')}`, this.#cseq, options);
  }

  /** The ACK to the last INVITE that was sent, whatever was sent since. */
  acknowledge(cseq = this.inviteCseq): void {
    this.#write('ACK', `z9hG4bK${randomBytes(6).toString('hex')}`, cseq, {});
  }

  /** Reports what becomes of a REFER (RFC 3515 §2.4.5). */
  report(status: string): void {
    this.request('NOTIFY', {
      headers: [
        'Event: refer',
        `Subscription-State: ${status.startsWith('1') ? 'active;expires=60' : 'terminated;reason=noresource'}`,
        'Content-Type: message/sipfrag;version=2.0',
      ],
      body: `SIP/2.0 ${status}\r\n`,
    });
  }

  bye(headers: readonly string[] = []): void {
    this.#over = true;
    this.request('BYE', { headers });
  }

  /** The desk's response to the last request of that method. */
  response(status: number, method = 'INVITE'): Promise<SipText> {
    const wanted = `${this.#cseq} ${method}`;
    return until(`${status} to ${method}`, () =>
      this.messages.find((one) => one.status === status && one.header('cseq') === wanted),
    );
  }

  /** The nth request of that method from the desk, from 1. */
  asked(method: string, nth = 1): Promise<SipText> {
    return until(`${method} from the desk`, () => this.requests(method)[nth - 1]);
  }

  requests(method: string): readonly SipText[] {
    return this.messages.filter((one) => one.method === method);
  }

  /** Waits for 200, takes the tag, acknowledges. */
  async answered(): Promise<SipText> {
    const ok = await this.response(200);
    this.ack();
    return ok;
  }

  /** Answers the desk's first INVITE. */
  respond(status: number, body: string | null = null, headers: readonly string[] = []): void {
    if (!this.#request) throw new Error('the desk did not make this call');
    if (status >= 300) this.#over = true;
    else this.#rings = status > 100 && status < 200;
    this.#reply(this.#request, status, body ?? '', headers);
  }

  /** From now on another branch answers (RFC 3261 §13.2.2.4): another tag. */
  fork(): void {
    this.#localAddress = this.#localAddress.replace(
      /;tag=.*/,
      `;tag=${randomBytes(4).toString('hex')}`,
    );
  }

  receive(message: SipText): void {
    this.messages.push(message);
    if (message.status !== null) {
      if (/INVITE/.test(message.header('cseq')) && message.status > 100) this.#learn(message);
      return;
    }
    if (message.method === 'BYE') this.#over = true;
    switch (message.method) {
      case 'ACK':
        // RFC 3261 §13.3.1.4: what is not acknowledged is no call for long.
        this.#up ||= this.#request !== null && !this.#over;
        return;
      case 'CANCEL':
        this.#reply(message, 200);
        return this.respond(487);
      case 'INVITE': {
        const answer = this.onReinvite(message);
        if (answer)
          this.#reply(message, answer.status, answer.sdp ?? '', answer.headers, answer.untyped);
        return;
      }
      case 'UPDATE': {
        const answer = this.onUpdate(message);
        if (answer) this.#reply(message, answer.status, '', answer.headers);
        return;
      }
      case 'REFER': {
        const status = this.onRefer();
        if (status !== null) this.#reply(message, status);
        return;
      }
      case 'INFO': {
        const status = this.onInfo();
        if (status !== null) this.#reply(message, status);
        return;
      }
      default:
        this.#reply(message, 200);
    }
  }

  #learn(response: SipText): void {
    const to = response.header('to');
    if (response.status === 200) this.#up = true;
    if (tagOf(to)) this.#remoteAddress = to;
    const contact = uriOf(response.header('contact'));
    if (contact) this.#remoteTarget = contact;
    if (this.acknowledges && (response.status ?? 0) < 300 && (response.status ?? 0) >= 200)
      this.#write(
        'ACK',
        `z9hG4bK${randomBytes(6).toString('hex')}`,
        Number.parseInt(response.header('cseq'), 10),
        {},
      );
  }

  #write(method: string, branch: string, cseq: number, options: StubRequest): void {
    const { headers = [], body = '', untyped } = options;
    this.#stub.send(
      writeSip(
        `${method} ${this.#remoteTarget || this.#stub.contact(this.#user)} SIP/2.0`,
        [
          `Via: SIP/2.0/WS stub.invalid;branch=${branch}`,
          'Max-Forwards: 70',
          `From: ${this.#localAddress}`,
          // CANCEL goes to the same To as the INVITE it cancels (RFC 3261 §9.1).
          `To: ${method === 'CANCEL' ? this.#remoteAddress.replace(/;tag=.*/, '') : this.#remoteAddress}`,
          `Call-ID: ${this.callId}`,
          `CSeq: ${cseq} ${method}`,
          'Contact: <sip:stub@stub.invalid;transport=ws>',
          ...headers,
        ],
        body,
        untyped,
      ),
      this.#user,
    );
  }

  #reply(
    request: SipText,
    status: number,
    body = '',
    headers: readonly string[] = [],
    untyped = false,
  ): void {
    const to = request.header('to');
    this.#stub.send(
      writeSip(
        `SIP/2.0 ${status} Said`,
        [
          ...request.headers('via').map((via) => `Via: ${via}`),
          `From: ${request.header('from')}`,
          `To: ${tagOf(to) || status === 100 ? to : this.#localAddress}`,
          `Call-ID: ${this.callId}`,
          `CSeq: ${request.header('cseq')}`,
          'Contact: <sip:stub@stub.invalid;transport=ws>',
          ...headers,
        ],
        body,
        untyped,
      ),
      this.#user,
    );
  }
}
