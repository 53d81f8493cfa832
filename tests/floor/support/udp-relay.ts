/** A proxy between a line's WebSocket and a peer that speaks SIP over UDP only. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { readSip, tagOf, uriOf, writeSip, type SipText } from '../../support/sip-text.ts';

export interface UdpRelay extends AsyncDisposable {
  /** Where the line registers. */
  readonly address: string;
  /** Where the peer calls the line, on 127.0.0.1. */
  readonly port: number;
  /** What the line said to the peer, in order. */
  readonly fromLine: readonly SipText[];
  /** Where the calls of the line go, until another peer speaks. */
  reach(peerPort: number): void;
}

/**
 * Registers the line without asking for its secret and knows no events to subscribe to; all else passes as it was written, but
 * that a request to the relay's own address goes to the one which the line registered (RFC 3261 §16.5).
 */
export async function startUdpRelay(): Promise<UdpRelay> {
  const fromLine: SipText[] = [];
  const sockets = new WebSocketServer({
    host: '127.0.0.1',
    port: 0,
    handleProtocols: (protocols) => (protocols.has('sip') ? 'sip' : false),
  });
  const peer = createSocket('udp4');
  peer.bind(0, '127.0.0.1');
  await Promise.all([once(sockets, 'listening'), once(peer, 'listening')]);
  let peerPort: number | null = null;
  let registered: { readonly socket: WebSocket; readonly contact: string } | null = null;

  sockets.on('connection', (socket) => {
    socket.on('error', () => undefined);
    socket.on('message', (data) => {
      const text = Buffer.isBuffer(data) ? data.toString('utf8') : '';
      // RFC 5626 §4.4.1
      if (text === '\r\n\r\n') return socket.send('\r\n');
      const message = readSip(text);
      if (message.method === 'REGISTER') {
        registered = { socket, contact: uriOf(message.header('contact')) };
        return socket.send(reply(message, '200 OK', [`Contact: ${message.header('contact')}`]));
      }
      // RFC 6665 §7.2.3
      if (message.method === 'SUBSCRIBE') return socket.send(reply(message, '489 Bad Event', []));
      fromLine.push(message);
      if (peerPort !== null) peer.send(text, peerPort, '127.0.0.1');
    });
  });
  peer.on('message', (data, { port }) => {
    peerPort = port;
    const text = data.toString('utf8');
    if (!registered) return;
    const own = new RegExp(
      `^(\\S+) sip:[^@ ]+@127\\.0\\.0\\.1:${portOf(peer.address())} SIP/2\\.0\\r\\n`,
    );
    registered.socket.send(text.replace(own, `$1 ${registered.contact} SIP/2.0\r\n`));
  });
  return {
    address: `ws://127.0.0.1:${portOf(sockets.address())}`,
    port: portOf(peer.address()),
    fromLine,
    reach: (port) => {
      peerPort = port;
    },
    [Symbol.asyncDispose]: () => close(sockets, peer),
  };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('not listening');
  return address.port;
}

function reply(request: SipText, status: string, headers: readonly string[]): string {
  const to = request.header('to');
  return writeSip(`SIP/2.0 ${status}`, [
    ...request.headers('via').map((via) => `Via: ${via}`),
    `From: ${request.header('from')}`,
    `To: ${tagOf(to) ? to : `${to};tag=relay`}`,
    `Call-ID: ${request.header('call-id')}`,
    `CSeq: ${request.header('cseq')}`,
    ...headers,
  ]);
}

async function close(sockets: WebSocketServer, peer: Socket): Promise<void> {
  for (const socket of sockets.clients) socket.terminate();
  peer.close();
  await new Promise<void>((resolve) => sockets.close(() => resolve()));
}
