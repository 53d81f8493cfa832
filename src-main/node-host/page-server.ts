/** Serves the built pages and the two wires on loopback, to the one person who has the start address. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Log } from '../log.ts';
import { contentSecurityPolicy, mediaType, pageFile } from '../served-pages.ts';

export type Wire = 'desk' | 'voice';

export interface PageServer extends AsyncDisposable {
  /** The address to open, with its secret token: http://127.0.0.1:PORT/?token=… */
  readonly address: string;
}

/**
 * Listens on 127.0.0.1 only. A wire is given only to a page of our own origin that knows the token
 * (sent as the second WebSocket subprotocol, so that it is in no log).
 * Errors: EADDRINUSE and EACCES from node:net.
 */
export async function servePages(options: {
  readonly folder: string;
  readonly port: number;
  readonly log: Log;
  readonly token?: string;
  readonly connected: (wire: Wire, socket: WebSocket) => void;
  /** Whoever has the start address wishes a number into the dial box: `/dial?token=…&number=…`. */
  readonly dialWished?: (written: string) => void;
}): Promise<PageServer> {
  const token = options.token ?? randomBytes(24).toString('base64url');
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const hosts = hostsOf(server);
    if (isDial(request)) return answerDial(request, response, { hosts, token, options });
    void answer(options.folder, hosts, request, response).catch(() => {
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const wires = new WebSocketServer({
    noServer: true,
    maxPayload: 4 * 1024 * 1024,
    handleProtocols: (offered) => (offered.has('centrala.v1') ? 'centrala.v1' : false),
  });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const wire = wireOf(request, hostsOf(server), token);
    if (wire === null) {
      options.log.warn(
        { path: request.url?.split('?')[0] },
        'a connection without the right was refused',
      );
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    wires.handleUpgrade(request, socket, head, (webSocket) => options.connected(wire, webSocket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', () => resolve());
  });
  return {
    address: `http://127.0.0.1:${portOf(server)}/?token=${token}`,
    async [Symbol.asyncDispose]() {
      for (const client of wires.clients) client.terminate();
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** Names under which this server may be asked for: anything else is DNS rebinding. */
function hostsOf(server: Server): readonly string[] {
  return [`127.0.0.1:${portOf(server)}`, `localhost:${portOf(server)}`];
}

function wireOf(request: IncomingMessage, hosts: readonly string[], token: string): Wire | null {
  const { host, origin } = request.headers;
  if (host === undefined || !hosts.includes(host)) return null;
  if (origin !== `http://${host}`) return null;
  const offered = (request.headers['sec-websocket-protocol'] ?? '')
    .split(',')
    .map((one) => one.trim());
  const given = offered.find((one) => one.startsWith('token.'))?.slice('token.'.length) ?? '';
  if (!sameText(given, token)) return null;
  switch (request.url) {
    case '/wire/desk':
      return 'desk';
    case '/wire/voice':
      return 'voice';
    default:
      return null;
  }
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function isDial(request: IncomingMessage): boolean {
  return request.url?.split('?')[0] === '/dial';
}

/** Longest number taken; what is longer is none. */
const longestNumber = 200;

/**
 * For a program on this machine that handles tel: links: nothing is shown, nothing is dialled; a person sees the number and
 * decides. Without the token it would be any web page's.
 */
function answerDial(
  request: IncomingMessage,
  response: ServerResponse,
  given: {
    readonly hosts: readonly string[];
    readonly token: string;
    readonly options: { readonly log: Log; readonly dialWished?: (written: string) => void };
  },
): void {
  const { hosts, token, options } = given;
  const refuse = (status: number): void => {
    response.writeHead(status, { 'content-type': 'text/plain' }).end();
  };
  if (!hosts.includes(request.headers.host ?? '')) return refuse(421);
  if (request.method !== 'GET' && request.method !== 'POST') return refuse(405);
  const { searchParams } = new URL(request.url ?? '/', 'http://desk');
  if (!sameText(searchParams.get('token') ?? '', token)) {
    options.log.warn({ path: '/dial' }, 'a number without the right was refused');
    return refuse(403);
  }
  const written = (searchParams.get('number') ?? '').replace(/^(?:tel|callto):(?:\/\/)?/i, '');
  if (written.trim() === '' || written.length > longestNumber) return refuse(400);
  options.dialWished?.(written);
  response.writeHead(204, { 'cache-control': 'no-store' }).end();
}

async function answer(
  folder: string,
  hosts: readonly string[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const refuse = (status: number): void => {
    response.writeHead(status, { 'content-type': 'text/plain' }).end();
  };
  if (!hosts.includes(request.headers.host ?? '')) return refuse(421);
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405);
  const path = new URL(request.url ?? '/', 'http://desk').pathname;
  const file = pageFile(folder, path === '/' ? '/desk.html' : path);
  if (file === null) return refuse(404);
  let content: Buffer;
  try {
    content = await readFile(file);
  } catch {
    return refuse(404);
  }
  response.writeHead(200, {
    'content-type': mediaType(file),
    'content-security-policy': contentSecurityPolicy("'self'"),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy':
      'microphone=(self), hid=(self), speaker-selection=(self), camera=(), geolocation=()',
    // Built files carry a hash in their name; the pages themselves must always be asked for.
    'cache-control': path.startsWith('/assets/') ? 'max-age=31536000, immutable' : 'no-store',
  });
  response.end(request.method === 'HEAD' ? undefined : content);
}
