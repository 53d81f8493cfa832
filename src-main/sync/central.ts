/** The central server as this desk calls it: the only caller of the central contract. Every failure is a CentralError. */
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import type { ContractRouterClient } from '@orpc/contract';
import * as z from 'zod';
import { OpenedSession, type centralContract } from '#shared/contract/central.ts';
import { protocolVersion } from '#shared/contract/protocol.ts';
import { MutationResult } from '#shared/model/mutation.ts';
import { CentralError, codeFor, toCentralError } from './central-error.ts';
import type { QueuedMutation } from './outbox.ts';

/** A page of changes whose envelope is sound; the changes themselves are checked one by one where they are used. */
const PulledPage = z.object({
  changes: z.array(z.unknown()),
  cursor: z.string(),
  more: z.boolean(),
  reset: z.boolean(),
});
export type PulledPage = z.infer<typeof PulledPage>;

/** Disposed, it gives up what is on its way: OFFLINE. */
export interface Central extends Disposable {
  /** Whether a central server answers at this address. Errors: OFFLINE, BROKEN. */
  checkHealth(server: string): Promise<void>;
  /** The bearer token. Errors: BAD_CREDENTIALS, TOO_MANY_TRIES, OFFLINE. */
  signIn(username: string, password: string): Promise<string>;
  openSession(token: string, deskId: string): Promise<OpenedSession>;
  push(
    token: string,
    deskId: string,
    mutations: readonly QueuedMutation[],
  ): Promise<readonly MutationResult[]>;
  pull(token: string, cursor: string | null, limit: number): Promise<PulledPage>;
}

interface Context {
  readonly token: string;
}

/** @param server The address now in use, without a slash at its end. */
export function createCentral(server: () => string | null): Central {
  const here = (): string => {
    const address = server();
    if (address === null) throw new CentralError('OFFLINE', 'No server is chosen');
    return address;
  };
  const closing = new AbortController();
  const inTime = (seconds: number): AbortSignal =>
    AbortSignal.any([closing.signal, AbortSignal.timeout(seconds * 1000)]);
  const link = new RPCLink<Context & Record<never, never>>({
    url: () => `${here()}/rpc`,
    headers: ({ context }) => ({ authorization: `Bearer ${context.token}` }),
    fetch: (request, init) =>
      fetch(request, { ...init, signal: AbortSignal.any([request.signal, inTime(30)]) }),
  });
  const rpc: ContractRouterClient<typeof centralContract, Context> = createORPCClient(link);

  return {
    checkHealth: (address) =>
      attempt(async () => {
        const answer = await fetch(`${address}/health`, { signal: inTime(5), redirect: 'error' });
        await answer.body?.cancel();
        if (!answer.ok) throw new CentralError(codeFor(answer.status), 'No health at the address');
      }),
    signIn: (username, password) =>
      attempt(async () => {
        const answer = await fetch(`${here()}/api/auth/sign-in/username`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ username, password }),
          signal: inTime(15),
          redirect: 'error',
        });
        await answer.body?.cancel();
        const token = answer.headers.get('set-auth-token');
        if (answer.ok && token) return token;
        const code = codeFor(answer.status);
        if (code === 'OFFLINE' || code === 'TOO_MANY_TRIES' || code === 'BROKEN')
          throw new CentralError(code, `Signing in was answered ${answer.status}`);
        throw new CentralError('BAD_CREDENTIALS', 'The name or the password is wrong');
      }),
    openSession: (token, deskId) =>
      attempt(async () =>
        sound(
          OpenedSession,
          await rpc.session.open({ deskId, protocol: protocolVersion }, { context: { token } }),
        ),
      ),
    push: (token, deskId, queued) =>
      attempt(async () => {
        const mutations = queued.map(({ mutationId, madeAt, name, args }) => ({
          mutationId,
          madeAt,
          name,
          args,
        }));
        const answer = await rpc.sync.push({ deskId, mutations }, { context: { token } });
        return sound(z.object({ results: z.array(MutationResult) }), answer).results;
      }),
    pull: (token, cursor, limit) =>
      attempt(async () =>
        sound(PulledPage, await rpc.sync.pull({ cursor, limit }, { context: { token } })),
      ),
    [Symbol.dispose]: () => closing.abort(),
  };
}

async function attempt<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    throw toCentralError(cause);
  }
}

function sound<T>(shape: z.ZodType<T>, answer: unknown): T {
  const parsed = shape.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new CentralError('BROKEN', 'The answer of the central server has another shape');
}
