/** A desk written by hand: a SIP user agent over a real WebSocket, with libwebrtc for an ear. */
import { createHash, randomBytes } from 'node:crypto';
import { DeskCall } from './desk-call.ts';
import { field, fields, status, Wire } from './wire.ts';
import type { Message } from './wire.ts';

const random = (): string => randomBytes(6).toString('hex');

export interface Credentials {
  readonly user: string;
  readonly secret: string;
  readonly algorithm?: 'MD5' | 'SHA-256';
}

export class Desk {
  wire: Wire;
  readonly user: string;
  readonly secret: string;
  readonly algorithm: 'MD5' | 'SHA-256';
  readonly name = `${random()}.invalid`;
  #challenge: ReadonlyMap<string, string> | null = null;
  #count = 0;
  #registerId = random();
  #registerSequence = 0;

  constructor(wire: Wire, credentials: Credentials) {
    this.wire = wire;
    this.user = credentials.user;
    this.secret = credentials.secret;
    this.algorithm = credentials.algorithm ?? 'SHA-256';
  }

  static async open(address: string, credentials: Credentials): Promise<Desk> {
    return new Desk(await Wire.open(address), credentials);
  }

  static async registered(address: string, credentials: Credentials): Promise<Desk> {
    const desk = await Desk.open(address, credentials);
    const answer = await desk.register();
    if (status(answer) !== 200) throw new Error(answer.start);
    return desk;
  }

  get contact(): string {
    return `<sip:${this.user}@${this.name};transport=ws>`;
  }

  build(name: string, uri: string, head: Readonly<Record<string, string>>, body = ''): string {
    return [
      `${name} ${uri} SIP/2.0`,
      `Via: SIP/2.0/WS ${this.name};branch=z9hG4bK${random()}`,
      'Max-Forwards: 70',
      ...Object.entries(head).map(([key, value]) => `${key}: ${value}`),
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n');
  }

  reply(
    request: Message,
    code: number,
    reason: string,
    to: string,
    head: Readonly<Record<string, string>> = {},
    body = '',
  ): void {
    this.wire.send(
      [
        `SIP/2.0 ${code} ${reason}`,
        ...fields(request, 'via').map((via) => `Via: ${via}`),
        `From: ${field(request, 'from')}`,
        `To: ${to || field(request, 'to')}`,
        `Call-ID: ${field(request, 'call-id')}`,
        `CSeq: ${field(request, 'cseq')}`,
        ...Object.entries(head).map(([key, value]) => `${key}: ${value}`),
        `Content-Length: ${Buffer.byteLength(body)}`,
        '',
        body,
      ].join('\r\n'),
    );
  }

  /** Takes the challenge of our algorithm out of a 401. */
  challenged(answer: Message): void {
    const value = fields(answer, 'www-authenticate').find((one) =>
      one.includes(`algorithm=${this.algorithm}`),
    );
    if (!value) throw new Error('no challenge of our algorithm');
    this.#challenge = new Map(
      [...value.matchAll(/(\w+)="?([^",]+)"?/g)].map((one) => [one[1] ?? '', one[2] ?? '']),
    );
    this.#count = 0;
  }

  get nonce(): string {
    return this.#challenge?.get('nonce') ?? '';
  }

  /** Takes back the count, so that the next request repeats an old one. */
  repeatCount(): void {
    this.#count -= 1;
  }

  authorization(name: string, uri: string, secret = this.secret): Readonly<Record<string, string>> {
    const challenge = this.#challenge;
    if (!challenge) return {};
    this.#count += 1;
    const nc = this.#count.toString(16).padStart(8, '0');
    const cnonce = random();
    const hash = (text: string): string =>
      createHash(this.algorithm === 'MD5' ? 'md5' : 'sha256')
        .update(text)
        .digest('hex');
    const [realm, nonce] = [challenge.get('realm') ?? '', challenge.get('nonce') ?? ''];
    const response = hash(
      `${hash(`${this.user}:${realm}:${secret}`)}:${nonce}:${nc}:${cnonce}:auth:${hash(`${name}:${uri}`)}`,
    );
    return {
      Authorization: `Digest username="${this.user}", realm="${realm}", nonce="${nonce}", uri="${uri}", response="${response}", algorithm=${this.algorithm}, cnonce="${cnonce}", qop=auth, nc=${nc}`,
    };
  }

  /** One REGISTER as it stands, with the credentials we have now. */
  async registerOnce(
    options: {
      readonly secret?: string;
      readonly expires?: number;
      readonly aor?: string;
      readonly contact?: string;
      readonly head?: Readonly<Record<string, string>>;
    } = {},
  ): Promise<Message> {
    this.#registerSequence += 1;
    const cseq = `${this.#registerSequence} REGISTER`;
    const aor = `<sip:${options.aor ?? this.user}@practice.test>`;
    this.wire.send(
      this.build('REGISTER', 'sip:practice.test', {
        From: `${aor};tag=${random()}`,
        To: aor,
        'Call-ID': this.#registerId,
        CSeq: cseq,
        Contact:
          options.contact ?? `${this.contact};+sip.instance="<urn:uuid:${this.name}>";reg-id=1`,
        Expires: String(options.expires ?? 300),
        Supported: 'path, outbound',
        ...this.authorization('REGISTER', 'sip:practice.test', options.secret),
        ...options.head,
      }),
    );
    return this.wire.next(
      'answer to REGISTER',
      (one) => field(one, 'cseq') === cseq && status(one) >= 200,
    );
  }

  /** Registers: asked for credentials once, answers once. */
  async register(
    options: { readonly secret?: string; readonly expires?: number } = {},
  ): Promise<Message> {
    const first = await this.registerOnce(options);
    if (status(first) !== 401) return first;
    this.challenged(first);
    return this.registerOnce(options);
  }

  /** The next INVITE that rings, with 180 sent. */
  async rung(ms = 8000): Promise<DeskCall> {
    const invite = await this.wire.next('INVITE', (one) => one.start.startsWith('INVITE '), ms);
    const local = `${field(invite, 'to')};tag=${random()}`;
    const call = new DeskCall(this, {
      callId: field(invite, 'call-id'),
      local,
      remote: field(invite, 'from'),
      target: /<([^>]+)>/.exec(field(invite, 'contact'))?.[1] ?? '',
      sequence: 100,
    });
    call.invite = invite;
    this.reply(invite, 180, 'Ringing', local);
    return call;
  }

  refuse(call: DeskCall, code: number, reason: string): void {
    if (call.invite) this.reply(call.invite, code, reason, call.local);
  }

  /** Dials; the call and its final answer, which is acknowledged. */
  async dial(target: string): Promise<{ call: DeskCall; answer: Message; cancel: () => void }> {
    const { call, answered, cancel } = await this.startDialling(target);
    return { call, answer: await answered, cancel };
  }

  /** @param edit changes the offer before it is sent. @param head further headers of the INVITE. */
  async startDialling(
    target: string,
    edit: (sdp: string) => string = (sdp) => sdp,
    head: Readonly<Record<string, string>> = {},
  ): Promise<{ call: DeskCall; answered: Promise<Message>; cancel: () => void }> {
    const uri = `sip:${target}@practice.test`;
    const call = new DeskCall(this, {
      callId: random(),
      local: `<sip:${this.user}@practice.test>;tag=${random()}`,
      remote: `<${uri}>`,
      target: uri,
      sequence: 0,
    });
    const sdp = edit(await call.ear.peer.offer());
    let sent = '';
    const invite = async (): Promise<Message> => {
      call.sequence += 1;
      const number = call.sequence;
      sent = this.build(
        'INVITE',
        uri,
        {
          From: call.local,
          To: call.remote,
          'Call-ID': call.callId,
          CSeq: `${number} INVITE`,
          Contact: this.contact,
          'Content-Type': 'application/sdp',
          Allow: 'INVITE, ACK, CANCEL, BYE, UPDATE',
          ...head,
          ...this.authorization('INVITE', uri),
        },
        sdp,
      );
      this.wire.send(sent);
      return this.wire.next(
        'answer to INVITE',
        (one) =>
          status(one) >= 200 &&
          field(one, 'cseq') === `${number} INVITE` &&
          field(one, 'call-id') === call.callId,
        15_000,
      );
    };
    const sendAck = (answer: Message): void => {
      const via = /^Via: (.*)$/m.exec(sent)?.[1] ?? '';
      const ack = this.build('ACK', uri, {
        From: call.local,
        To: field(answer, 'to'),
        'Call-ID': call.callId,
        CSeq: `${call.sequence} ACK`,
      });
      // A refusal is acknowledged inside its transaction, a 2xx is not.
      this.wire.send(status(answer) >= 300 ? ack.replace(/^Via: .*$/m, `Via: ${via}`) : ack);
    };
    const dance = async (): Promise<Message> => {
      let answer = await invite();
      if (status(answer) === 401) {
        sendAck(answer);
        this.challenged(answer);
        answer = await invite();
      }
      if (status(answer) < 300) {
        call.remote = field(answer, 'to');
        call.target = /<([^>]+)>/.exec(field(answer, 'contact'))?.[1] ?? '';
        await call.ear.peer.accept(answer.body);
      } else call.ear.peer.close();
      sendAck(answer);
      return answer;
    };
    const cancel = (): void => {
      this.wire.send(
        sent
          .replace(/^INVITE /, 'CANCEL ')
          .replace(/^CSeq: (\d+) INVITE$/m, 'CSeq: $1 CANCEL')
          .replace(/\r\n\r\n[^]*$/, '\r\n\r\n')
          .replace(/^Content-Length: \d+$/m, 'Content-Length: 0')
          .replace(/^(Contact|Content-Type|Authorization): .*\r\n/gm, ''),
      );
    };
    return { call, answered: dance(), cancel };
  }

  async close(): Promise<void> {
    await this.wire.close();
  }
}
