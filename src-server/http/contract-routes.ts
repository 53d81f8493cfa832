/** The central contract over HTTP: typed RPC below /rpc, REST below /api/v1, its OpenAPI document and page. */
import { OpenAPIGenerator } from '@orpc/openapi';
import { OpenAPIHandler } from '@orpc/openapi/fastify';
import { RPCHandler } from '@orpc/server/fastify';
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { centralContract } from '#shared/contract/central.ts';
import { protocolVersion } from '#shared/contract/protocol.ts';
import type { Auth } from '../auth/auth.ts';
import type { CentralRouter } from '../router.ts';
import { apiPage } from './api-page.ts';
import type { CallFence } from './call-fence.ts';

/** Enough for any question; a longer body is read only from somebody we know, so that no stranger fills the memory. */
const strangersBodyBytes = 64 * 1024;

export async function addContractRoutes(
  app: FastifyInstance,
  deps: { readonly router: CentralRouter; readonly auth: Auth; readonly fence: CallFence },
): Promise<void> {
  const { router, auth, fence } = deps;
  const options = { clientInterceptors: [fence] };
  const rpc = new RPCHandler(router, options);
  const rest = new OpenAPIHandler(router, options);
  const serve =
    (handler: typeof rpc | typeof rest, prefix: '/rpc' | '/api/v1') =>
    async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const { authorization } = request.headers;
      const { matched } = await handler.handle(request, reply, {
        prefix,
        context: { authorization },
      });
      return matched
        ? reply
        : reply.code(404).send({ code: 'NOT_FOUND', message: 'No such path.' });
    };
  const onRequest = async ({ headers }: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const isLong =
      headers['transfer-encoding'] !== undefined ||
      Number(headers['content-length'] ?? 0) > strangersBodyBytes;
    if (!isLong || (await auth.personOf(headers.authorization))) return undefined;
    return reply
      .code(401)
      .header('connection', 'close')
      .send({ code: 'UNAUTHORIZED', message: 'Sign in first.' });
  };
  app.all('/rpc/*', { onRequest }, serve(rpc, '/rpc'));
  app.all('/api/v1/*', { onRequest }, serve(rest, '/api/v1'));

  const document = await openApiDocument();
  app.get('/api/openapi.json', async () => document);
  app.get('/api', async (_request, reply) =>
    reply
      .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
      .type('text/html; charset=utf-8')
      .send(apiPage(document)),
  );
}

type OpenApiDocument = Awaited<ReturnType<OpenAPIGenerator['generate']>>;

function openApiDocument(): Promise<OpenApiDocument> {
  const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] });
  return generator.generate(centralContract, {
    info: {
      title: 'Centrala, the central server',
      version: String(protocolVersion),
      description:
        'Sign in with POST /api/auth/sign-in/username {username, password}; the answer carries the token in its ' +
        'set-auth-token header. Send it back as "Authorization: Bearer TOKEN".',
    },
    servers: [{ url: '/api/v1' }],
    security: [{ bearer: [] }],
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
  });
}
