/** /api/auth: the few of better-auth's paths that a desk and an administrator need; the others are not there. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { addressHeader, internalOrigin, type Auth } from '../auth/auth.ts';
import type { SignInGuard } from '../auth/sign-in-guard.ts';

const paths: ReadonlySet<string> = new Set([
  'sign-out',
  'get-session',
  'list-sessions',
  'revoke-session',
  'revoke-other-sessions',
  'change-password',
  'admin/list-users',
  'admin/create-user',
  'admin/set-role',
  'admin/set-user-password',
  'admin/ban-user',
  'admin/unban-user',
  'admin/revoke-user-sessions',
]);

/** No question about an account is longer; these are read from everybody. */
const bodyLimit = 16 * 1024;

const Credentials = z.object({
  username: z.string().min(1).max(100),
  password: z.string().min(1).max(200),
});

export function addAccountRoutes(
  app: FastifyInstance,
  deps: {
    readonly auth: Auth;
    readonly guard: SignInGuard;
    readonly shut: () => void;
  },
): void {
  const forward = (request: FastifyRequest, body: unknown): Promise<Response> =>
    deps.auth.answer(toWebRequest(request, body));

  app.post('/api/auth/sign-in/username', { bodyLimit }, async (request, reply) => {
    const credentials = Credentials.safeParse(request.body);
    if (!credentials.success)
      return reply
        .code(400)
        .send({ code: 'BAD_REQUEST', message: 'username and password, please' });
    const guarded = await deps.guard.guard(credentials.data.username, request.ip, () =>
      forward(request, credentials.data),
    );
    if (!guarded.shut) return sendWeb(reply, guarded.answer);
    deps.shut();
    return reply
      .code(429)
      .header('retry-after', String(guarded.retrySeconds))
      .send({ code: 'TOO_MANY_TRIES', message: 'Too many tries. Wait, then try again.' });
  });

  app.route({
    method: ['GET', 'POST'],
    url: '/api/auth/*',
    bodyLimit,
    handler: async (request, reply) => {
      const path = (request.params as { '*': string })['*'];
      if (!paths.has(path))
        return reply.code(404).send({ code: 'NOT_FOUND', message: 'No such path.' });
      return sendWeb(reply, await forward(request, request.body));
    },
  });
}

/** No cookie goes in: who one is, is said by the bearer token only, so that no page can borrow it. */
function toWebRequest(request: FastifyRequest, body: unknown): Request {
  const headers = new Headers({ [addressHeader]: request.ip });
  for (const name of ['authorization', 'user-agent']) {
    const value = request.headers[name];
    if (typeof value === 'string') headers.set(name, value);
  }
  const hasBody = request.method === 'POST';
  if (hasBody) headers.set('content-type', 'application/json');
  return new Request(new URL(request.url, internalOrigin), {
    method: request.method,
    headers,
    ...(hasBody ? { body: JSON.stringify(body ?? {}) } : {}),
  });
}

async function sendWeb(reply: FastifyReply, response: Response): Promise<FastifyReply> {
  for (const name of ['content-type', 'set-auth-token', 'x-retry-after']) {
    const value = response.headers.get(name);
    if (value !== null) reply.header(name === 'x-retry-after' ? 'retry-after' : name, value);
  }
  return reply.code(response.status).send(await response.text());
}
