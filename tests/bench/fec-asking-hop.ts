/**
 * A hop between a telephone and Asterisk that asks for Opus with forward error correction (RFC 7587 §6.1) on the
 * exchange's behalf: Asterisk leaves it out of its answers, and a telephone that is not asked sends none.
 */
import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';

export interface FecAskingHop extends AsyncDisposable {
  /** UDP on 127.0.0.1, where the telephone takes the exchange to be. */
  readonly port: number;
}

/** @param exchangePort UDP on 127.0.0.1 */
export async function fecAskingHop(exchangePort: number): Promise<FecAskingHop> {
  const toTelephone = createSocket('udp4');
  const toExchange = createSocket('udp4');
  let telephone: RemoteInfo | null = null;
  toTelephone.on('message', (message, from) => {
    telephone = from;
    toExchange.send(message, exchangePort, '127.0.0.1');
  });
  toExchange.on('message', (message) => {
    if (telephone) toTelephone.send(asking(message), telephone.port, telephone.address);
  });
  for (const socket of [toTelephone, toExchange]) {
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
  }
  return {
    port: toTelephone.address().port,
    [Symbol.asyncDispose]: async () => {
      toTelephone.close();
      toExchange.close();
      await Promise.resolve();
    },
  };
}

function asking(message: Buffer): Buffer {
  const text = message.toString('latin1');
  const end = text.indexOf('\r\n\r\n') + 4;
  const body = text.slice(end);
  const payload = /^a=rtpmap:(\d+) opus\//m.exec(body)?.[1];
  if (payload === undefined) return message;
  const asked = body.includes(`a=fmtp:${payload} `)
    ? body.replace(`a=fmtp:${payload} `, (line) => `${line}useinbandfec=1;`)
    : body.replace(
        /^a=rtpmap:\d+ opus\/.*\r\n/m,
        (line) => `${line}a=fmtp:${payload} useinbandfec=1\r\n`,
      );
  const head = text.slice(0, end).replace(/^(Content-Length|l):.*$/im, `$1: ${asked.length}`);
  return Buffer.from(head + asked, 'latin1');
}
