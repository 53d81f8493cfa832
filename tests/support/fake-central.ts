/**
 * A central server that keeps its promises in memory and speaks the real protocol (oRPC over HTTP and WebSocket,
 * better-auth's sign-in), and that can be told to misbehave as networks and servers do.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { implement, ORPCError } from '@orpc/server';
import { RPCHandler } from '@orpc/server/node';
import { RPCHandler as LiveHandler } from '@orpc/server/ws';
import { WebSocketServer } from 'ws';
import { centralContract, type OpenedSession } from '#shared/contract/central.ts';
import type { Change } from '#shared/model/change.ts';
import type { Json } from '#shared/model/json.ts';
import type { MutationResult } from '#shared/model/mutation.ts';

export interface AppliedMutation {
  readonly deskId: string;
  readonly mutationId: string;
  readonly name: string;
  readonly args: Json;
  readonly userId: string;
}

export interface FakeCentral extends AsyncDisposable {
  readonly address: string;
  readonly applied: readonly AppliedMutation[];
  readonly pushes: number;
  readonly pulls: number;
  readonly listeners: number;
  readonly faults: Faults;
  addPerson(session: OpenedSession, password: string): void;
  /** Every token of the person stops holding. */
  revoke(username: string): void;
  change(...changes: readonly Change[]): void;
  /** The log begins anew: every desk must pull everything again. */
  reset(...changes: readonly Change[]): void;
  poke(): void;
  /** Nobody answers at the address until `up`. */
  down(): Promise<void>;
  up(): Promise<void>;
}

export interface Faults {
  /** Pushes that are committed, and whose answer is lost on the way. */
  dropAfterCommit: number;
  /** Requests cut before they are looked at. */
  dropBefore: number;
  /** Answers of another shape. */
  garbage: number;
  /** Pages whose changes are nonsense. */
  garbageChanges: number;
  tooManyTries: boolean;
  refuse: (
    name: string,
    args: Json,
  ) => Extract<MutationResult, { status: 'refused' }>['code'] | null;
  /** Largest batch the server reads at all. */
  largestPush: number;
}

export async function fakeCentral(): Promise<FakeCentral> {
  const people = new Map<string, { session: OpenedSession; password: string }>();
  const tokens = new Map<string, string>();
  const results = new Map<string, MutationResult>();
  const applied: AppliedMutation[] = [];
  const sockets = new Set<Socket>();
  const waiting = new Set<() => void>();
  let log: Change[] = [];
  let epoch = 1;
  let issued = 0;
  let pushes = 0;
  let pulls = 0;
  const faults: Faults = {
    dropAfterCommit: 0,
    dropBefore: 0,
    garbage: 0,
    garbageChanges: 0,
    tooManyTries: false,
    refuse: () => null,
    largestPush: 500,
  };

  const os = implement(centralContract).$context<{
    token: string | undefined;
    response?: ServerResponse;
  }>();
  const who = (token: string | undefined) => {
    const person = people.get(tokens.get(token ?? '') ?? '');
    if (!person) throw new ORPCError('UNAUTHORIZED');
    return person.session;
  };
  const router = os.router({
    session: { open: os.session.open.handler(({ context }) => who(context.token)) },
    sync: {
      push: os.sync.push.handler(({ input, context, errors: _errors }) => {
        const person = who(context.token);
        pushes++;
        if (input.mutations.length > faults.largestPush) throw new ORPCError('PAYLOAD_TOO_LARGE');
        const answers = input.mutations.map((mutation) => {
          const key = `${input.deskId} ${mutation.mutationId}`;
          const before = results.get(key);
          if (before) return before;
          const code = faults.refuse(mutation.name, mutation.args);
          const { mutationId } = mutation;
          const result: MutationResult = code
            ? { mutationId, status: 'refused', code, details: { why: 'said so' } }
            : { mutationId, status: 'applied' };
          results.set(key, result);
          if (!code)
            applied.push({
              deskId: input.deskId,
              mutationId,
              name: mutation.name,
              args: mutation.args,
              userId: person.userId,
            });
          return result;
        });
        if (faults.dropAfterCommit > 0) {
          faults.dropAfterCommit--;
          context.response?.destroy();
        }
        return { results: answers };
      }),
      pull: os.sync.pull.handler(({ input, context }) => {
        who(context.token);
        pulls++;
        const [at = 0, from = epoch] = (input.cursor ?? '0.' + epoch).split('.').map(Number);
        if (from !== epoch) return { changes: [], cursor: `0.${epoch}`, more: true, reset: true };
        const changes = log.slice(at, at + input.limit);
        const more = at + changes.length < log.length;
        return { changes, cursor: `${at + changes.length}.${epoch}`, more, reset: false };
      }),
      pokes: os.sync.pokes.handler(async function* ({ context, signal }) {
        who(context.token);
        const at = () => ({ at: new Date().toISOString() });
        yield at();
        while (!signal?.aborted) {
          await new Promise<void>((resolve) => {
            waiting.add(resolve);
            signal?.addEventListener('abort', () => resolve());
          });
          if (!signal?.aborted) yield at();
        }
      }),
    },
  });
  const rpc = new RPCHandler(router);
  const live = new LiveHandler(router);
  const liveServer = new WebSocketServer({ noServer: true });
  const bearer = (request: IncomingMessage) =>
    request.headers.authorization?.replace(/^Bearer /, '');

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (faults.dropBefore > 0) {
      faults.dropBefore--;
      request.socket.destroy();
      return;
    }
    if (request.url === '/health') return void response.end('{"ok":true}');
    if (request.url === '/api/auth/sign-in/username') return signIn(request, response);
    if (faults.garbage > 0) {
      faults.garbage--;
      return void response.setHeader('content-type', 'application/json').end('{"json":{"x":1}}');
    }
    if (request.url === '/rpc/sync/pull' && faults.garbageChanges > 0) {
      faults.garbageChanges--;
      const good = log[0];
      const json = {
        changes: [good, { entity: 'customer', id: 7 }],
        cursor: '9',
        more: false,
        reset: false,
      };
      return void response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify({ json }));
    }
    const context = { token: bearer(request), response };
    const { matched } = await rpc.handle(request, response, { prefix: '/rpc', context });
    if (!matched) response.writeHead(404).end();
  }

  async function signIn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (faults.tooManyTries) return void response.writeHead(429).end('{}');
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const given = JSON.parse(Buffer.concat(chunks).toString()) as {
      username: string;
      password: string;
    };
    if (people.get(given.username)?.password !== given.password)
      return void response.writeHead(401).end('{}');
    const token = `token-${++issued}`;
    tokens.set(token, given.username);
    response.writeHead(200, { 'set-auth-token': token }).end('{}');
  }

  let server: Server | null = null;
  let port = 0;
  async function up(): Promise<void> {
    if (server) return;
    const made = createServer((request, response) => {
      answer(request, response).catch(() => response.destroy());
    });
    made.on('connection', (socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    });
    made.on('upgrade', (request, socket, head) => {
      const known = request.url === '/live' && tokens.has(bearer(request) ?? '');
      if (known)
        liveServer.handleUpgrade(request, socket, head, (client) => {
          void live.upgrade(client, { context: { token: bearer(request) } });
        });
      else socket.destroy();
    });
    await new Promise<void>((resolve) => made.listen(port, '127.0.0.1', resolve));
    port = (made.address() as AddressInfo).port;
    server = made;
  }
  async function down(): Promise<void> {
    const gone = server;
    server = null;
    if (!gone) return;
    const closed = new Promise<void>((resolve) => gone.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    await closed;
  }
  function poke(): void {
    const told = [...waiting];
    waiting.clear();
    for (const wake of told) wake();
  }
  await up();

  return {
    get address() {
      return `http://127.0.0.1:${port}`;
    },
    applied,
    get pushes() {
      return pushes;
    },
    get pulls() {
      return pulls;
    },
    get listeners() {
      return liveServer.clients.size;
    },
    faults,
    addPerson: (session, password) => void people.set(session.username, { session, password }),
    revoke(username) {
      for (const [token, owner] of tokens) if (owner === username) tokens.delete(token);
    },
    change(...changes) {
      log.push(...changes);
      poke();
    },
    reset(...changes) {
      epoch++;
      log = [...changes];
      poke();
    },
    poke,
    down,
    up,
    [Symbol.asyncDispose]: down,
  };
}
