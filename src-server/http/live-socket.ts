/** /live: RPC over a WebSocket, for pokes. Who one is, is said in the handshake's Authorization header. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { RPCHandler } from '@orpc/server/ws';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import * as z from 'zod';
import type { Auth } from '../auth/auth.ts';
import type { Log } from '../log.ts';
import type { CentralRouter } from '../router.ts';
import type { CallFence } from './call-fence.ts';

/** A desk that does not answer two pings is gone. */
const pingMs = 30_000;

/** Nothing but subscriptions comes this way. */
const longestMessageBytes = 64 * 1024;

export function addLiveSocket(
  server: Server,
  deps: {
    readonly router: CentralRouter;
    readonly auth: Auth;
    readonly fence: CallFence;
    readonly log: Log;
  },
): Disposable {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: longestMessageBytes });
  const handler = new RPCHandler(
    { sync: { pokes: deps.router.sync.pokes } },
    { clientInterceptors: [deps.fence] },
  );
  const silent = new WeakSet<WebSocket>();

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', () => socket.destroy());
    const path = (request.url ?? '').split('?')[0];
    if (path !== '/live') return refuse(socket, '404 Not Found');
    const { authorization } = request.headers;
    deps.auth.personOf(authorization).then(
      (person) => {
        if (!person) return refuse(socket, '401 Unauthorized');
        sockets.handleUpgrade(request, socket, head, (opened) => welcome(opened, authorization));
      },
      (error: unknown) => {
        deps.log.error({ error }, 'a live connection could not be checked');
        refuse(socket, '503 Service Unavailable');
      },
    );
  };

  const welcome = (socket: WebSocket, authorization: string | undefined): void => {
    socket.on('pong', () => silent.delete(socket));
    socket.on('error', () => socket.terminate());
    void handler.upgrade(readableOnly(socket), { context: { authorization } });
  };

  const timer = setInterval(() => {
    for (const socket of sockets.clients) {
      if (silent.has(socket)) socket.terminate();
      else {
        silent.add(socket);
        socket.ping();
      }
    }
  }, pingMs);
  server.on('upgrade', upgrade);
  return {
    [Symbol.dispose]() {
      clearInterval(timer);
      server.off('upgrade', upgrade);
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
}

/** What oRPC's peer reads without throwing; a missing type is a request (1). */
const Message = z.union([
  z.object({
    i: z.union([z.string(), z.number()]),
    t: z.literal(1).optional(),
    p: z.object({ u: z.string().startsWith('/') }),
  }),
  z.object({ i: z.union([z.string(), z.number()]), t: z.literal([3, 4]) }),
]);

/**
 * The socket as the handler sees it: garbage never gets there, because the handler would print it. Who sends some is
 * closed with 1007 (RFC 6455, 7.4.1).
 */
function readableOnly(socket: WebSocket): Pick<WebSocket, 'addEventListener' | 'send'> {
  const addEventListener = (type: string, listener: (event: unknown) => void): void => {
    if (type === 'message')
      socket.on('message', (data: RawData, isBinary) => {
        const text = isBinary ? null : asText(data);
        if (text !== null && isMessage(text)) listener({ data: text });
        else socket.close(1007);
      });
    else socket.on(type, listener);
  };
  return {
    send: socket.send.bind(socket),
    addEventListener,
  };
}

function asText(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString();
  return Buffer.from(data as ArrayBuffer).toString();
}

function isMessage(text: string): boolean {
  try {
    return Message.safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
