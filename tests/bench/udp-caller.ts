/** A caller in the city with nothing but a socket, so that nothing of its own is measured: SIP over UDP, RTP with PCMA. */
import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { readSip, tagOf, uriOf, writeSip, type SipText } from '../support/sip-text.ts';

export interface SetUp {
  /** Milliseconds from the INVITE to the 180. */
  readonly ring: number;
  /** Settle at the moment (performance.now) the first packet, and the first sound, came; fail after 10 s. */
  readonly firstPacket: Promise<number>;
  readonly firstSound: Promise<number>;
  /** The exchange's port for sound, once it is answered. */
  readonly answered: Promise<number>;
  /** CANCEL or BYE, and the answer to it. */
  hangUp(): Promise<void>;
}

const limitMs = 10_000;
/** A-law bytes of silence are 0xD5 and its neighbours. */
const loudShare = 0.5;

export class UdpCaller implements AsyncDisposable {
  readonly #sip: Socket;
  readonly #rtp: Socket;
  readonly #exchangePort: number;

  private constructor(sip: Socket, rtp: Socket, exchangePort: number) {
    this.#sip = sip;
    this.#rtp = rtp;
    this.#exchangePort = exchangePort;
  }

  static async open(exchangePort: number): Promise<UdpCaller> {
    const sockets = [createSocket('udp4'), createSocket('udp4')] as const;
    for (const socket of sockets) {
      socket.bind(0, '127.0.0.1');
      await once(socket, 'listening');
    }
    return new UdpCaller(sockets[0], sockets[1], exchangePort);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#sip.close();
    this.#rtp.close();
    return Promise.resolve();
  }

  /** Where its sound comes and goes. */
  get rtp(): Socket {
    return this.#rtp;
  }

  /** Dials; settles when it rings there. */
  async call(number: string): Promise<SetUp> {
    const target = `sip:${number}@127.0.0.1:${this.#exchangePort}`;
    const callId = randomBytes(8).toString('hex');
    const from = `<sip:+38641123456@127.0.0.1>;tag=${randomBytes(4).toString('hex')}`;
    const branch = `z9hG4bK${randomBytes(6).toString('hex')}`;
    let to = `<${target}>`;
    let contact = target;
    let up = false;
    const send = (method: string, cseq: number, via: string, body = ''): void => {
      const { port } = this.#sip.address();
      const line = `${method} ${method === 'BYE' || (method === 'ACK' && up) ? contact : target} SIP/2.0`;
      const text = writeSip(
        line,
        [
          `Via: SIP/2.0/UDP 127.0.0.1:${port};branch=${via};rport`,
          'Max-Forwards: 70',
          `From: ${from}`,
          `To: ${method === 'CANCEL' ? `<${target}>` : to}`,
          `Call-ID: ${callId}`,
          `CSeq: ${cseq} ${method}`,
          `Contact: <sip:caller@127.0.0.1:${port}>`,
        ],
        body,
      );
      this.#sip.send(text, this.#exchangePort, '127.0.0.1');
    };
    const heard = (what: string, holds: (message: SipText) => boolean): Promise<SipText> =>
      within(`${what} of ${number}`, (done) => {
        const hear = (data: Buffer): void => {
          const message = readSip(data.toString('utf8'));
          if (message.header('call-id') === callId && holds(message)) done(message);
        };
        this.#sip.on('message', hear);
        return () => this.#sip.off('message', hear);
      });
    const answer = (status: number, method: string): Promise<SipText> =>
      heard(
        `${status} (${method})`,
        (one) => one.status === status && one.header('cseq').endsWith(method),
      );

    const began = performance.now();
    const ringing = heard(
      '180',
      (one) =>
        (one.status === 180 || (one.status ?? 0) >= 300) && one.header('cseq').endsWith('INVITE'),
    ).then(({ status }) => {
      if (status !== 180) throw new Error(`${number} was refused with ${status}`);
      return performance.now();
    });
    const first = this.#listen();
    // ACK goes out before anybody looks at the answer.
    const answered = answer(200, 'INVITE').then((ok) => {
      up = true;
      to = ok.header('to');
      contact = uriOf(ok.header('contact')) || target;
      send('ACK', 1, `z9hG4bK${randomBytes(6).toString('hex')}`);
      return Number(/^m=audio (\d+)/m.exec(ok.body)?.[1]);
    });
    answered.catch(() => undefined);
    send('INVITE', 1, branch, this.#offer());
    const rang = await ringing;
    return {
      ring: rang - began,
      firstPacket: first.packet,
      firstSound: first.sound,
      answered,
      hangUp: async () => {
        first.packet.catch(() => undefined);
        first.sound.catch(() => undefined);
        if (up) {
          const over = answer(200, 'BYE');
          send('BYE', 2, `z9hG4bK${randomBytes(6).toString('hex')}`);
          await over;
          return;
        }
        const over = answer(487, 'INVITE');
        send('CANCEL', 1, branch);
        const refusal = await over;
        if (tagOf(refusal.header('to'))) to = refusal.header('to');
        send('ACK', 1, branch);
      },
    };
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

  #listen(): { packet: Promise<number>; sound: Promise<number> } {
    const first = (holds: (payload: Buffer) => boolean): Promise<number> => {
      const came = within('RTP', (done: (at: number) => void) => {
        const hear = (data: Buffer): void => {
          if (holds(data.subarray(12))) done(performance.now());
        };
        this.#rtp.on('message', hear);
        return () => this.#rtp.off('message', hear);
      });
      came.catch(() => undefined);
      return came;
    };
    return { packet: first((payload) => payload.length > 0), sound: first(isLoud) };
  }
}

/** Most samples of a spoken tone lie above A-law's lowest three segments. */
function isLoud(payload: Buffer): boolean {
  const loud = payload.filter((byte) => ((byte ^ 0x55) & 0x70) >> 4 >= 3).length;
  return payload.length > 0 && loud / payload.length >= loudShare;
}

function within<T>(what: string, listen: (done: (value: T) => void) => () => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      stop();
      reject(new Error(`${what} never came`));
    }, limitMs);
    const stop = listen((value) => {
      clearTimeout(timer);
      stop();
      resolve(value);
    });
  });
}
