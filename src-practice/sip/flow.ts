/** SIP over WebSocket (RFC 7118), on loopback: one socket is one flow (RFC 5626), one frame is one message. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Log } from '../log.ts';

export interface Flow {
  /** Our own name for the socket, for the log. */
  readonly id: string;
  readonly open: boolean;
  /** Address the socket comes from, for "received" in Via. */
  readonly remote: string;
  /** A flow that has closed drops what is sent. */
  send(text: string): void;
}

export interface FlowEvents {
  received(flow: Flow, text: string): void;
  closed(flow: Flow): void;
}

export interface FlowServer {
  readonly host: string;
  readonly port: number;
  /** ws://host:port/ws */
  readonly address: string;
  /** Cuts every socket and frees the port. */
  close(): Promise<void>;
  /** Cuts every socket, and goes on listening. */
  drop(): void;
}

/** Ping (RFC 5626 §3.5.1, double CRLF) is answered with one CRLF. */
const keepAlive = /^(?:\r\n)+$/;

/** Longest message taken; a longer one closes its socket (1009). */
const longestMessage = 65_536;

/**
 * Listens for SIP over WebSocket.
 * @param port 0 lets the system choose.
 * @throws the system's error (EADDRINUSE, EACCES) where the port cannot be had.
 */
export async function openFlowServer(
  { host, port, log }: { readonly host: string; readonly port: number; readonly log: Log },
  events: FlowEvents,
): Promise<FlowServer> {
  const http = createServer((_request, response) => {
    response.writeHead(426, { 'Content-Type': 'text/plain', Upgrade: 'websocket' });
    response.end('SIP over WebSocket only.\n');
  });
  const sockets = new WebSocketServer({
    server: http,
    path: '/ws',
    maxPayload: longestMessage,
    // RFC 7118 §4: client and server must agree on the sub-protocol "sip".
    verifyClient: ({ req }, decide) => {
      const offered = (req.headers['sec-websocket-protocol'] ?? '').split(/\s*,\s*/);
      decide(offered.includes('sip'), 400, 'The sub-protocol must be sip');
    },
    handleProtocols: () => 'sip',
  });
  // The WebSocket server passes the HTTP server's errors on; they are dealt with below.
  sockets.on('error', () => {});
  let count = 0;
  sockets.on('connection', (socket, request) => {
    count += 1;
    const flow = openFlow(`flow-${count}`, socket, request.socket.remoteAddress ?? '', log);
    log.debug({ flow: flow.id }, 'socket opened');
    socket.on('message', (data) => {
      const text = Buffer.isBuffer(data) ? data.toString('utf8') : '';
      if (!keepAlive.test(text)) events.received(flow, text);
      else if (text.length > 2) flow.send('\r\n');
    });
    socket.on('error', (error) =>
      log.warn({ flow: flow.id, reason: error.message }, 'socket failed'),
    );
    socket.on('close', () => {
      log.debug({ flow: flow.id }, 'socket closed');
      events.closed(flow);
    });
  });
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, host, () => {
      http.off('error', reject);
      resolve();
    });
  });
  // Node gives the address of a TCP server as an object.
  const bound = http.address() as AddressInfo;
  const shown = host.includes(':') ? `[${host}]` : host;
  return {
    host: shown,
    port: bound.port,
    address: `ws://${shown}:${bound.port}/ws`,
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      http.closeAllConnections();
      if (http.listening) await new Promise<void>((resolve) => http.close(() => resolve()));
    },
    drop() {
      for (const socket of sockets.clients) socket.terminate();
    },
  };
}

function openFlow(id: string, socket: WebSocket, remote: string, log: Log): Flow {
  return {
    id,
    remote,
    get open() {
      return socket.readyState === socket.OPEN;
    },
    send(text) {
      if (socket.readyState !== socket.OPEN) return;
      socket.send(text, (error) => {
        if (error) log.warn({ flow: id, reason: error.message }, 'message not sent');
      });
    },
  };
}
