/** The HTTP server: accounts, the central contract, live sockets, health and metrics. The only importer of fastify. */
import { fastify, type FastifyInstance } from 'fastify';
import { sql } from 'drizzle-orm';
import type { Auth } from '../auth/auth.ts';
import type { SignInGuard } from '../auth/sign-in-guard.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { CentralRouter } from '../router.ts';
import { StartProblem } from '../start-problem.ts';
import type { Database } from '../store/database.ts';
import { addAccountRoutes } from './account-routes.ts';
import { createCallFence } from './call-fence.ts';
import { addContractRoutes } from './contract-routes.ts';
import { addLiveSocket } from './live-socket.ts';

export interface HttpDeps {
  readonly auth: Auth;
  readonly guard: SignInGuard;
  readonly router: CentralRouter;
  readonly database: Database;
  readonly metrics: Metrics;
  readonly log: Log;
  /** Proxies whose word on the caller's address is taken (addresses, ranges, "loopback"). */
  readonly proxies: string;
}

export interface HttpServer {
  /** Errors: StartProblem when the port is taken. The address people reach it by. */
  listen(host: string, port: number): Promise<string>;
  close(): Promise<void>;
}

/** Five hundred mutations with long notes; a desk never sends more at once. */
const longestBodyBytes = 32 * 1024 * 1024;
/** For a whole request to arrive: a batch over a slow line, and nobody who sends a byte now and then. */
const longestRequestMs = 120_000;
const healthWaitMs = 2_000;

export async function createHttpServer(deps: HttpDeps): Promise<HttpServer> {
  const app = fastify({
    logger: false,
    bodyLimit: longestBodyBytes,
    requestTimeout: longestRequestMs,
    trustProxy: deps.proxies,
    forceCloseConnections: true,
    return503OnClosing: true,
    // An answer named "__proto__" must not stop a whole push; the name is left out.
    onProtoPoisoning: 'remove',
    onConstructorPoisoning: 'remove',
  });
  addFences(app, deps);
  addHealth(app, deps);
  addAccountRoutes(app, {
    auth: deps.auth,
    guard: deps.guard,
    shut: () => deps.metrics.signInShut(),
  });
  const fence = createCallFence(deps.log, deps.metrics);
  await addContractRoutes(app, { router: deps.router, auth: deps.auth, fence });
  const live = addLiveSocket(app.server, { ...deps, fence });
  return {
    async listen(host, port) {
      try {
        return await app.listen({ host, port });
      } catch (error) {
        throw listenProblem(error, host, port);
      }
    },
    async close() {
      live[Symbol.dispose]();
      await app.close();
    },
  };
}

function addFences(app: FastifyInstance, deps: HttpDeps): void {
  app.addHook('onSend', async (_request, reply) => {
    reply.header('x-content-type-options', 'nosniff').header('cache-control', 'no-store');
  });
  app.addHook('onResponse', async (request, reply) => {
    const { method } = request;
    // The route's pattern, never the address as sent.
    const route = request.routeOptions.url ?? 'none';
    const milliseconds = reply.elapsedTime;
    deps.metrics.answered(method, route, reply.statusCode, milliseconds / 1000);
    deps.log.debug(
      {
        request: request.id,
        method,
        route,
        status: reply.statusCode,
        ms: Math.round(milliseconds),
      },
      'answered',
    );
  });
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ code: 'NOT_FOUND', message: 'No such path.' }),
  );
  app.setErrorHandler((error, request, reply) => {
    const status = statusOf(error);
    if (status >= 500) deps.log.error({ request: request.id, error }, 'a request failed');
    return reply
      .code(status)
      .send(
        status >= 500
          ? { code: 'INTERNAL_SERVER_ERROR', message: 'Something went wrong here.' }
          : { code: 'BAD_REQUEST', message: 'The request cannot be read.' },
      );
  });
}

function addHealth(app: FastifyInstance, deps: HttpDeps): void {
  app.get('/health', async (_request, reply) => {
    const up = await Promise.race([
      deps.database.execute(sql`select 1`).then(
        () => true,
        () => false,
      ),
      new Promise<boolean>((resolve) => setTimeout(resolve, healthWaitMs, false).unref()),
    ]);
    if (!up) deps.metrics.databaseFailed();
    return reply
      .code(up ? 200 : 503)
      .send({ status: up ? 'ok' : 'failing', database: up ? 'ok' : 'no answer' });
  });
  app.get('/metrics', async (_request, reply) => {
    const { type, body } = await deps.metrics.text();
    return reply.type(type).send(body);
  });
}

function statusOf(error: unknown): number {
  const given = error instanceof Error && 'statusCode' in error ? error.statusCode : 500;
  return typeof given === 'number' && given >= 400 ? given : 500;
}

function listenProblem(error: unknown, host: string, port: number): unknown {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return new StartProblem(
        `Port ${port} on ${host} is taken by another program. ` +
          'Stop it, or set CENTRALA_SERVER_PORT to another port (0 takes any free one).',
      );
    case 'EACCES':
      return new StartProblem(
        `Port ${port} on ${host} may not be opened by this user. Set CENTRALA_SERVER_PORT to one above 1023.`,
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new StartProblem(
        `This machine has no address ${host}. Set CENTRALA_SERVER_HOST to 127.0.0.1, 0.0.0.0 or one of its own.`,
      );
    default:
      return error;
  }
}
