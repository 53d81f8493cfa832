/** A running central server with the test centre, on the embedded base or on a real PostgreSQL, and desks that talk to it. */
import { randomUUID } from 'node:crypto';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import type { ContractRouterClient } from '@orpc/contract';
import { v7 as uuidv7 } from 'uuid';
import type { centralContract } from '#shared/contract/central.ts';
import { protocolVersion } from '#shared/contract/protocol.ts';
import type { Change } from '#shared/model/change.ts';
import type { Customer } from '#shared/model/customer.ts';
import { emptyDraft } from '#shared/model/draft.ts';
import type { HandedCard } from '#shared/model/handed-card.ts';
import type { Json } from '#shared/model/json.ts';
import type { Order } from '#shared/model/order.ts';
import type { CallRecord, MutationResult } from '#shared/model/mutation.ts';
import { createServer, type Server, type ServerOptions } from '../../../src-server/server.ts';
import { createLog } from '../../../src-server/log.ts';

export const centreFile = new URL('../centre.yaml', import.meta.url).pathname;

export type CentralClient = ContractRouterClient<typeof centralContract>;

/** Passwords of the test centre. */
const passwords: Readonly<Record<string, string>> = {
  ana: 'geslo-ana-1',
  bojan: 'geslo-bojan-1',
  vodja: 'geslo-vodja-1',
  admin: 'geslo-admin-1',
};

export async function startServer(
  options: Pick<ServerOptions, 'database'> & Partial<ServerOptions>,
): Promise<Server & AsyncDisposable> {
  const server = await createServer({ centreFile, log: createLog('silent'), ...options });
  return { ...server, [Symbol.asyncDispose]: () => server.close() };
}

export function signIn(address: string, username: string, password?: string): Promise<Response> {
  return fetch(`${address}/api/auth/sign-in/username`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password: password ?? passwords[username] ?? '' }),
  });
}

export async function tokenOf(address: string, username: string): Promise<string> {
  const response = await signIn(address, username);
  const token = response.headers.get('set-auth-token');
  if (token === null) throw new Error(`${username} cannot sign in: ${response.status}`);
  return token;
}

export function clientWith(address: string, token: string): CentralClient {
  return createORPCClient(
    new RPCLink({ url: `${address}/rpc`, headers: { authorization: `Bearer ${token}` } }),
  );
}

/** A desk as far as the server can tell: an id, a token, a cursor and what it pulled. */
export interface TestDesk {
  readonly deskId: string;
  readonly client: CentralClient;
  readonly token: string;
  /** What was pulled, by "entity id"; null is a tombstone. */
  readonly held: Map<string, Change['body']>;
  open(): ReturnType<CentralClient['session']['open']>;
  /** One push of these mutations; ids are made unless given. */
  push(...mutations: readonly Sent[]): Promise<readonly MutationResult[]>;
  /** Pulls until there is no more; the changes that came. */
  pull(limit?: number): Promise<readonly Change[]>;
  customer(id: string): Customer;
  cursor: string | null;
  resets: number;
}

export interface Sent {
  readonly name: string;
  readonly args: unknown;
  readonly mutationId?: string;
  readonly madeAt?: string;
}

export async function deskOf(address: string, username: string): Promise<TestDesk> {
  const token = await tokenOf(address, username);
  const client = clientWith(address, token);
  const deskId = randomUUID();
  const held: TestDesk['held'] = new Map();
  const desk: TestDesk = {
    deskId,
    client,
    token,
    held,
    cursor: null,
    resets: 0,
    open: () => client.session.open({ deskId, protocol: protocolVersion }),
    async push(...mutations) {
      const { results } = await client.sync.push({ deskId, mutations: mutations.map(envelope) });
      return results;
    },
    async pull(limit = 1000) {
      const all: Change[] = [];
      for (;;) {
        const page = await client.sync.pull({ cursor: desk.cursor, limit });
        if (page.reset) {
          held.clear();
          desk.resets += 1;
        }
        for (const change of page.changes) held.set(`${change.entity} ${change.id}`, change.body);
        all.push(...page.changes);
        desk.cursor = page.cursor;
        if (!page.more) return all;
      }
    },
    customer(id) {
      const body = held.get(`customer ${id}`);
      if (!body) throw new Error(`customer ${id} was not pulled`);
      return body as Customer;
    },
  };
  return desk;
}

export function envelope(sent: Sent): {
  mutationId: string;
  madeAt: string;
  name: string;
  args: Json;
} {
  return {
    mutationId: sent.mutationId ?? uuidv7(),
    madeAt: sent.madeAt ?? new Date().toISOString(),
    name: sent.name,
    args: sent.args as Json,
  };
}

/** A sound order of the internet project; what is given stands in for its parts. */
export function anOrder(parts: Partial<Order> = {}): Order {
  return {
    orderId: uuidv7(),
    kind: 'order',
    projectId: 'internet',
    customerId: null,
    callId: null,
    formId: 'internet',
    formRevision: 1,
    scriptId: 'internet',
    scriptRevision: 1,
    answers: { package: 'small' },
    scriptAnswers: {},
    said: { who: '2026-11-23T10:00:00Z' },
    amountDue: { cents: 1990, currency: 'EUR' },
    placedAt: '2026-11-23T10:01:00Z',
    ...parts,
  };
}

export function aCall(parts: Partial<CallRecord> = {}): CallRecord {
  return {
    callId: uuidv7(),
    direction: 'in',
    number: '+38641123456',
    customerId: null,
    projectId: 'internet',
    queue: 'internet',
    waitedSeconds: 3.5,
    startedAt: '2026-11-23T10:00:00Z',
    answeredAt: '2026-11-23T10:00:05Z',
    endedAt: '2026-11-23T10:03:00Z',
    end: 'hung-up-there',
    outcome: 'refused',
    reason: 'price',
    note: 'predrago',
    scriptId: 'internet',
    scriptRevision: 1,
    scriptAnswers: {},
    said: {},
    ...parts,
  };
}

export function aCustomer(parts: Readonly<Record<string, unknown>> = {}) {
  return {
    customerId: uuidv7(),
    name: 'Nova Stranka',
    numbers: [{ number: '+38641999888', kind: 'mobile' as const }],
    address: null,
    email: null,
    since: null,
    language: null,
    note: '',
    data: {},
    ...parts,
  };
}

/** A card on its way to a colleague's extension. */
export function aCard(customerId: string | null, toExtension: string): HandedCard {
  return {
    handOverId: uuidv7(),
    callId: uuidv7(),
    toExtension,
    fromExtension: toExtension === '202' ? '201' : '202',
    fromName: 'Ana Kovač',
    number: '+38641123456',
    customerId,
    projectId: 'internet',
    draft: { ...emptyDraft, form: { package: 'small' }, note: 'želi večji paket' },
    at: new Date().toISOString(),
  };
}
