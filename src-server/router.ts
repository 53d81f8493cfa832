/** The central contract, answered: who asks is found first, then the duty's room does the work. */
import { implement, ORPCError } from '@orpc/server';
import { centralContract } from '#shared/contract/central.ts';
import { protocolVersion } from '#shared/contract/protocol.ts';
import type { Auth } from './auth/auth.ts';
import type { Metrics } from './metrics.ts';
import { openSession } from './people/open-session.ts';
import type { Database } from './store/database.ts';
import type { Pokes } from './sync/pokes.ts';
import { pull } from './sync/pull.ts';
import type { Push } from './sync/push.ts';

/** What a transport knows of a request. */
export interface RequestContext {
  readonly authorization: string | undefined;
}

export function createRouter(deps: {
  readonly database: Database;
  readonly auth: Auth;
  readonly push: Push;
  readonly pokes: Pokes;
  readonly metrics: Metrics;
  readonly exchange: string | null;
}) {
  const { database, auth, metrics } = deps;
  const os = implement(centralContract)
    .$context<RequestContext>()
    .use(async ({ context, next }) => {
      const person = await auth.personOf(context.authorization);
      if (!person) throw new ORPCError('UNAUTHORIZED');
      return next({ context: { person } });
    });
  return os.router({
    session: {
      open: os.session.open.handler(async ({ input, context, errors }) => {
        if (input.protocol !== protocolVersion)
          throw errors.PROTOCOL_MISMATCH({ data: { server: protocolVersion } });
        return openSession(database, context.person, deps.exchange);
      }),
    },
    sync: {
      push: os.sync.push.handler(async ({ input, context }) => {
        const from = performance.now();
        const results = await deps.push.push(context.person, input.deskId, input.mutations);
        metrics.pushed(results, (performance.now() - from) / 1000);
        return { results };
      }),
      pull: os.sync.pull.handler(async ({ input, context }) => {
        const { heldBack, ...page } = await pull(
          database,
          context.person,
          input.cursor,
          input.limit,
        );
        if (heldBack) deps.pokes.pokeSoon();
        metrics.pulled(page.changes.length, page.reset);
        return page;
      }),
      pokes: os.sync.pokes.handler(({ signal }) => deps.pokes.listen(signal)),
    },
  });
}

export type CentralRouter = ReturnType<typeof createRouter>;
