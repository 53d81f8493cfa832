/** A desk written by hand: a SIP user agent over a real WebSocket, with libwebrtc for an ear. */
import { createHash, randomBytes } from 'node:crypto';
import { createPeer, sampleRate } from '../../../src-practice/media/peer.ts';
import type { Peer } from '../../../src-practice/media/peer.ts';
import { levelOf, toneShare, toneSource } from '../../../src-practice/media/tones.ts';
import { field, fields, method, status, Wire } from './wire.ts';
import type { Message } from './wire.ts';

const random = (): string => randomBytes(6).toString('hex');

export interface Credentials {
  readonly user: string;
  readonly secret: string;
  readonly algorithm?: 'MD5' | 'SHA-256';
}

/** An ear and a mouth. */
class Ear {
  readonly peer: Peer;
  readonly blocks: Int16Array[] = [];
  /** What the operator says, per 10 ms. */
  speak: (block: Int16Array) => void = () => {};

  constructor() {
    this.peer = createPeer({
      fill: (block) => this.speak(block),
      heard: (block) => {
        this.blocks.push(block.slice());
      },
      connection: () => {},
    });
  }

  speakTone(frequency: number, level = -12): void {
    const tone = toneSource(frequency, level, sampleRate);
    this.speak = (block) => tone.write(block);
  }

  /** The last `ms` milliseconds heard. */
  last(ms: number): Int16Array {
    const parts = this.blocks.slice(-ms / 10);
    const whole = new Int16Array(parts.length * 480);
    parts.forEach((part, index) => whole.set(part.subarray(0, 480), index * 480));
    return whole;
  }

  level = (): number => levelOf(this.last(100));
  share = (frequency: number): number => toneShare(this.last(200), frequency, sampleRate);
}

/** Waits until `holds`; the reason is told when it never does. */
export async function until(what: string, holds: () => boolean, ms = 10_000): Promise<void> {
  const deadline = Date.now() + ms;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** One dialog, as the desk sees it. */
export class DeskCall {
  readonly ear = new Ear();
  readonly desk: Desk;
  readonly callId: string;
  readonly local: string;
  remote: string;
  target: string;
  sequence: number;
  invite: Message | null = null;

  constructor(
    desk: Desk,
    parts: { callId: string; local: string; remote: string; target: string; sequence: number },
  ) {
    this.desk = desk;
    this.callId = parts.callId;
    this.local = parts.local;
    this.remote = parts.remote;
    this.target = parts.target;
    this.sequence = parts.sequence;
  }

  /** A request inside the dialog; its final response. */
  async request(name: string, body = '', type = 'application/sdp'): Promise<Message> {
    this.sequence += 1;
    const number = this.sequence;
    this.desk.wire.send(
      this.desk.build(
        name,
        this.target,
        {
          From: this.local,
          To: this.remote,
          'Call-ID': this.callId,
          CSeq: `${number} ${name}`,
          Contact: this.desk.contact,
          ...(body === '' ? {} : { 'Content-Type': type }),
        },
        body,
      ),
    );
    const answer = await this.desk.wire.next(
      `answer to ${name}`,
      (one) =>
        status(one) >= 200 &&
        field(one, 'cseq') === `${number} ${name}` &&
        field(one, 'call-id') === this.callId,
    );
    if (name === 'INVITE') this.acknowledge(number, answer);
    return answer;
  }

  acknowledge(number: number, answer: Message): void {
    this.desk.wire.send(
      this.desk.build('ACK', this.target, {
        From: this.local,
        To: field(answer, 'to'),
        'Call-ID': this.callId,
        CSeq: `${number} ACK`,
      }),
    );
  }

  /** re-INVITE with the given direction; the direction of the answer. */
  async reinvite(direction: string): Promise<string> {
    const sdp = (await this.ear.peer.offer()).replace(
      /a=(sendrecv|sendonly|recvonly|inactive)/,
      `a=${direction}`,
    );
    const answer = await this.request('INVITE', sdp);
    if (status(answer) !== 200) throw new Error(answer.start);
    await this.ear.peer.accept(answer.body);
    return /a=(sendrecv|sendonly|recvonly|inactive)/.exec(answer.body)?.[1] ?? 'sendrecv';
  }

  /** Answers the INVITE that made this call. */
  async answer(): Promise<void> {
    const { invite } = this;
    if (!invite) throw new Error('not an incoming call');
    const sdp = await this.ear.peer.answer(invite.body);
    this.desk.reply(
      invite,
      200,
      'OK',
      this.local,
      { Contact: this.desk.contact, 'Content-Type': 'application/sdp' },
      sdp,
    );
    await this.desk.wire.next(
      'ACK',
      (one) => method(one) === 'ACK' && field(one, 'call-id') === this.callId,
    );
  }

  /** The exchange's BYE, answered. */
  async hungUp(ms = 15_000): Promise<Message> {
    const bye = await this.desk.wire.next(
      'BYE',
      (one) => one.start.startsWith('BYE ') && field(one, 'call-id') === this.callId,
      ms,
    );
    this.desk.reply(bye, 200, 'OK', '');
    this.ear.peer.close();
    return bye;
  }

  async hangUp(): Promise<void> {
    this.ear.peer.close();
    await this.request('BYE');
  }
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

  /** @param edit changes the offer before it is sent. */
  async startDialling(
    target: string,
    edit: (sdp: string) => string = (sdp) => sdp,
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
