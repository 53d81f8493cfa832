/** A caller in the city for a day of calls: SIP over UDP, and RTP (PCMA) in both directions, with nothing kept of a call. */
import { randomBytes } from 'node:crypto';
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { readSip, uriOf, writeSip, type SipText } from '../support/sip-text.ts';
import { until } from '../support/until.ts';

const hex = (bytes: number): string => randomBytes(bytes).toString('hex');
const newBranch = (): string => `z9hG4bK${hex(6)}`;
const limitMs = 15_000;
/** Samples of one packet: 20 ms at 8 kHz. */
const packetSamples = 160;
/** A period of 500 Hz in A-law, at half of full scale. */
const spoken = Buffer.from(
  Array.from({ length: 16 }, (_, at) => aLaw(0.5 * Math.sin((Math.PI * at) / 8))),
);

export class SoakCaller implements AsyncDisposable {
  readonly #sip: Socket;
  readonly #rtp: Socket;
  readonly #exchangePort: number;
  readonly #saying: ReturnType<typeof setInterval>;
  #call: UdpCall | null = null;
  #loudPackets = 0;
  #sequence = 0;

  private constructor(sip: Socket, rtp: Socket, exchangePort: number) {
    this.#sip = sip;
    this.#rtp = rtp;
    this.#exchangePort = exchangePort;
    sip.on('message', (data, from) => this.#receive(readSip(data.toString('utf8')), from));
    rtp.on('message', (data) => {
      if (isLoud(data.subarray(12))) this.#loudPackets++;
    });
    this.#saying = setInterval(() => this.#say(), 20);
  }

  static async open(exchangePort: number): Promise<SoakCaller> {
    const sockets = [createSocket('udp4'), createSocket('udp4')] as const;
    for (const socket of sockets) {
      socket.bind(0, '127.0.0.1');
      await once(socket, 'listening');
    }
    return new SoakCaller(sockets[0], sockets[1], exchangePort);
  }

  [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#saying);
    this.#sip.close();
    this.#rtp.close();
    return Promise.resolve();
  }

  /** Dials; settles when it rings there. */
  async ring(number: string, as: string): Promise<void> {
    const target = `sip:${number}@127.0.0.1:${this.#exchangePort}`;
    const call: UdpCall = {
      callId: hex(8),
      target,
      from: `<sip:${as}@127.0.0.1>;tag=${hex(4)}`,
      branch: newBranch(),
      to: `<${target}>`,
      contact: target,
      phase: 'calling',
      hearsAt: null,
    };
    this.#call = call;
    this.#send(call, 'INVITE', 1, call.branch, this.#offer());
    await until('the call rings', () => call.phase === 'ringing', limitMs);
  }

  async answered(): Promise<void> {
    const call = this.#current();
    await until('the call is answered', () => call.phase === 'up', limitMs);
  }

  /** Until sound comes from now on. */
  async hears(): Promise<void> {
    const before = this.#loudPackets;
    await until('sound from the desk', () => this.#loudPackets > before + 2, limitMs);
  }

  /** What is known of the call, for a message. */
  told(): string {
    return JSON.stringify({ call: this.#call, loudPackets: this.#loudPackets });
  }

  /** BYE, or CANCEL of what only rings; settles when the exchange has said yes. */
  async hangUp(): Promise<void> {
    const call = this.#current();
    if (call.phase === 'up') this.#send(call, 'BYE', 2, newBranch());
    else this.#send(call, 'CANCEL', 1, call.branch);
    await this.ended();
  }

  /** Until the call is over, whoever ended it. */
  async ended(): Promise<void> {
    const call = this.#current();
    await until('the call is over', () => call.phase === 'over', limitMs);
    this.#call = null;
  }

  #current(): UdpCall {
    if (!this.#call) throw new Error('there is no call');
    return this.#call;
  }

  #receive(message: SipText, from: RemoteInfo): void {
    const call = this.#call;
    if (!call || message.header('call-id') !== call.callId) return;
    if (message.status === null) {
      if (message.method === 'ACK') return;
      this.#sip.send(
        writeSip('SIP/2.0 200 OK', [
          ...message.headers('via').map((via) => `Via: ${via}`),
          `From: ${message.header('from')}`,
          `To: ${message.header('to')}`,
          `Call-ID: ${call.callId}`,
          `CSeq: ${message.header('cseq')}`,
        ]),
        from.port,
        from.address,
      );
      if (message.method === 'BYE') call.phase = 'over';
      return;
    }
    if (message.header('cseq').endsWith('BYE')) {
      if (message.status >= 200) call.phase = 'over';
    } else if (message.header('cseq').endsWith('INVITE')) this.#progress(call, message);
  }

  #progress(call: UdpCall, message: SipText): void {
    const { status, body } = message;
    if (status === null || status === 100) return;
    if (status < 200) {
      if (call.phase === 'calling') call.phase = 'ringing';
      return;
    }
    call.to = message.header('to');
    if (status >= 300) {
      call.phase = 'over';
      // RFC 3261 §17.1.1.3: within the transaction.
      this.#send(call, 'ACK', 1, call.branch);
      return;
    }
    call.phase = 'up';
    call.contact = uriOf(message.header('contact')) || call.target;
    call.hearsAt = Number(/^m=audio (\d+)/m.exec(body)?.[1] ?? 0);
    this.#send(call, 'ACK', 1, newBranch());
  }

  #send(call: UdpCall, method: string, cseq: number, branch: string, body = ''): void {
    const { port } = this.#sip.address();
    const inDialog = call.phase === 'up';
    const text = writeSip(
      `${method} ${inDialog ? call.contact : call.target} SIP/2.0`,
      [
        `Via: SIP/2.0/UDP 127.0.0.1:${port};branch=${branch};rport`,
        'Max-Forwards: 70',
        `From: ${call.from}`,
        `To: ${call.to}`,
        `Call-ID: ${call.callId}`,
        `CSeq: ${cseq} ${method}`,
        `Contact: <sip:caller@127.0.0.1:${port}>`,
      ],
      body,
    );
    this.#sip.send(text, this.#exchangePort, '127.0.0.1');
  }

  #offer(): string {
    return [
      'v=0',
      'o=caller 1 1 IN IP4 127.0.0.1',
      's=-',
      'c=IN IP4 127.0.0.1',
      't=0 0',
      `m=audio ${this.#rtp.address().port} RTP/AVP 8`,
      'a=rtpmap:8 PCMA/8000',
      'a=sendrecv',
      '',
    ].join('\r\n');
  }

  #say(): void {
    const port = this.#call?.phase === 'up' ? this.#call.hearsAt : null;
    if (!port) return;
    this.#sequence++;
    const packet = Buffer.alloc(12 + packetSamples, spoken);
    packet.writeUInt16BE(0x8008, 0);
    packet.writeUInt16BE(this.#sequence & 0xffff, 2);
    packet.writeUInt32BE((this.#sequence * packetSamples) >>> 0, 4);
    packet.writeUInt32BE(0x50414b21, 8);
    this.#rtp.send(packet, port, '127.0.0.1');
  }
}

interface UdpCall {
  readonly callId: string;
  readonly target: string;
  readonly from: string;
  readonly branch: string;
  to: string;
  contact: string;
  phase: 'calling' | 'ringing' | 'up' | 'over';
  /** The exchange's RTP port. */
  hearsAt: number | null;
}

/** One sample, -1 to 1, in A-law (G.711 §3.2: segment and step, sign, even bits turned). */
function aLaw(sample: number): number {
  const size = Math.min(4_095, Math.floor(Math.abs(sample) * 4_096));
  const segment = Math.max(0, Math.floor(Math.log2(Math.max(1, size))) - 4);
  const step = (size >> Math.max(1, segment)) & 0x0f;
  return ((sample >= 0 ? 0x80 : 0) | (segment << 4) | step) ^ 0x55;
}

/** A-law's two lowest segments are silence and comfort noise. */
function isLoud(payload: Buffer): boolean {
  return payload.some((byte) => ((byte ^ 0x55) & 0x70) >> 4 >= 3);
}
