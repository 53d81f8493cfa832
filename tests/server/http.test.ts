import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLog } from '../../src-server/log.ts';
import { openLive, pokesOf } from './support/live.ts';
import {
  aCall,
  aCustomer,
  anOrder,
  clientWith,
  deskOf,
  envelope,
  signIn,
  startServer,
  tokenOf,
  type TestDesk,
} from './support/server-bench.ts';

let server: Awaited<ReturnType<typeof startServer>>;
let ana: TestDesk;
const logged: string[] = [];

beforeAll(async () => {
  const log = createLog('debug', { write: (line: string) => void logged.push(line) });
  server = await startServer({
    database: { kind: 'memory' },
    log,
    exchange: 'ws://127.0.0.1:5066',
  });
  ana = await deskOf(server.address, 'ana');
});
afterAll(() => server?.close());

const post = (path: string, body: string, headers: Record<string, string> = {}) =>
  fetch(`${server.address}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });

describe('the public interface', () => {
  test('describes itself as an OpenAPI document and as a page that fetches nothing', async () => {
    const document = (await (await fetch(`${server.address}/api/openapi.json`)).json()) as {
      openapi: string;
      paths: Record<string, unknown>;
    };
    expect(document.openapi).toMatch(/^3\./);
    expect(Object.keys(document.paths)).toEqual([
      '/session/open',
      '/sync/push',
      '/sync/pull',
      '/sync/pokes',
    ]);
    const page = await fetch(`${server.address}/api`);
    const html = await page.text();
    expect(html).toContain('POST /api/v1/sync/push');
    expect(html).not.toMatch(/<script|src=|https?:\/\//);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  test('answers the same over REST as over RPC', async () => {
    const response = await post('/api/v1/sync/pull', '{"cursor":null,"limit":100}', {
      authorization: `Bearer ${ana.token}`,
    });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual(await ana.client.sync.pull({ cursor: null, limit: 100 }));
  });

  test('hands out the exchange that the environment names', async () => {
    expect((await ana.open()).line?.exchange).toBe('ws://127.0.0.1:5066');
  });

  test('refuses a desk of another protocol in words', async () => {
    await expect(
      ana.client.session.open({ deskId: ana.deskId, protocol: 99 }),
    ).rejects.toMatchObject({ code: 'PROTOCOL_MISMATCH', data: { server: 1 } });
  });

  test.each(['', 'Bearer x', 'Bearer a.b', 'Basic YTpi', 'Bearer '])(
    'answers nobody who says "%s"',
    async (authorization) => {
      for (const path of [
        '/api/v1/sync/pull',
        '/rpc/sync/pull',
        '/rpc/sync/push',
        '/rpc/session/open',
      ]) {
        const response = await post(path, '{}', authorization ? { authorization } : {});
        expect(response.status).toBe(401);
      }
    },
  );

  test('ends a session that was signed out', async () => {
    const token = await tokenOf(server.address, 'bojan');
    const client = clientWith(server.address, token);
    await client.sync.pull({ cursor: null, limit: 1 });
    await post('/api/auth/sign-out', '{}', { authorization: `Bearer ${token}` });
    await expect(client.sync.pull({ cursor: null, limit: 1 })).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
    });
  });

  test('lets nobody sign up, sign in by e-mail or read accounts who is no administrator', async () => {
    const account = { email: 'x@example.si', password: 'geslo-geslo', name: 'X', username: 'xx' };
    for (const path of [
      'sign-up/email',
      'sign-in/email',
      'is-username-available',
      'admin/impersonate-user',
    ])
      expect((await post(`/api/auth/${path}`, JSON.stringify(account))).status).toBe(404);
    const list = (token: string) =>
      fetch(`${server.address}/api/auth/admin/list-users?limit=10`, {
        headers: { authorization: `Bearer ${token}` },
      });
    expect((await list(ana.token)).status).toBe(403);
    expect((await list(await tokenOf(server.address, 'vodja'))).status).toBe(403);
    expect((await list(await tokenOf(server.address, 'admin'))).status).toBe(200);
  });

  test('takes no cookie for a session', async () => {
    const token = await tokenOf(server.address, 'admin');
    const response = await fetch(`${server.address}/api/auth/get-session`, {
      headers: { cookie: `better-auth.session_token=${encodeURIComponent(token)}` },
    });
    expect(await response.text()).toBe('null');
    expect((await signIn(server.address, 'admin')).headers.get('set-cookie')).toBeNull();
  });
});

describe('garbage', () => {
  test.each([
    ['no JSON', '{"cursor":'],
    ['another shape', '{"cursor":5,"limit":"all"}'],
    ['an array', '[]'],
    ['a word', '"x"'],
    ['null', 'null'],
    ['nothing', ''],
    ['too many', JSON.stringify({ cursor: null, limit: 10_001 })],
  ])('at pull: %s is a bad request and nothing more', async (_what, body) => {
    for (const path of ['/api/v1/sync/pull', '/rpc/sync/pull']) {
      const response = await post(path, body, { authorization: `Bearer ${ana.token}` });
      expect(response.status).toBe(400);
    }
    expect((await fetch(`${server.address}/health`)).status).toBe(200);
  });

  test('in one mutation does not block the others, whatever its keys are called', async () => {
    const order = anOrder();
    const mutations = [
      { ...envelope({ name: '__proto__', args: {} }) },
      envelope({ name: 'order.place', args: order }),
    ];
    const json = JSON.stringify({ json: { deskId: ana.deskId, mutations } }).replace(
      '"package":"small"',
      '"package":"small","__proto__":{"x":1},"constructor":{"prototype":{"y":1}}',
    );
    const response = await post('/rpc/sync/push', json, { authorization: `Bearer ${ana.token}` });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      json: { results: [{ code: 'malformed' }, { status: 'applied' }] },
    });
  });

  test('of great length is read from nobody who has not signed in', async () => {
    const long = `{"x":"${'x'.repeat(100_000)}`;
    for (const path of ['/rpc/sync/push', '/api/v1/sync/push']) {
      expect((await post(path, long)).status).toBe(401);
      expect((await post(path, long, { authorization: 'Bearer a.b' })).status).toBe(401);
      const known = { authorization: `Bearer ${ana.token}` };
      expect((await post(path, long, known)).status).toBe(400);
    }
    const chunked = await new Promise<number | undefined>((resolve, reject) => {
      const sent = request(`${server.address}/rpc/sync/push`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
      });
      sent.on('response', (response) => resolve(response.resume().statusCode)).on('error', reject);
      sent.end('{"x":1');
    });
    expect(chunked).toBe(401);
    for (const path of ['sign-in/username', 'change-password'])
      expect((await post(`/api/auth/${path}`, long)).status).toBe(413);
  });

  test('of another kind is refused by its kind, and a path that is none by its path', async () => {
    const headers = { authorization: `Bearer ${ana.token}`, 'content-type': 'application/xml' };
    expect((await post('/rpc/sync/pull', '<x/>', headers)).status).toBe(415);
    expect((await fetch(`${server.address}/rpc/sync/steal`)).status).toBe(404);
    expect((await fetch(`${server.address}/../../etc/passwd`)).status).toBe(404);
  });
});

describe('at /live', () => {
  test('a desk is poked at once, and again after a change', async () => {
    await using pokes = await pokesOf(server.address, ana.token);
    await pokes.next();
    const bojan = await deskOf(server.address, 'bojan');
    const poke = pokes.next();
    await bojan.push({ name: 'customer.create', args: aCustomer() });
    await expect(poke).resolves.toBeUndefined();
  });

  test.each([
    ['without a token', null, '/live', 401],
    ['with a wrong one', 'x.y', '/live', 401],
    ['at another path', 'x.y', '/alive', 404],
  ] as const)('a connection %s is refused', async (_what, token, path, status) => {
    const socket = openLive(server.address, token, path);
    const refused = await new Promise<number | undefined>((resolve) => {
      socket.once('unexpected-response', (_request, response) => resolve(response.statusCode));
      socket.once('open', () => resolve(0));
      socket.on('error', () => undefined);
    });
    expect(refused).toBe(status);
    socket.terminate();
  });

  test.each([
    '{',
    '[]',
    '"skrivna"',
    '{"i":1}',
    '{"i":1,"p":{"u":"http://elsewhere/"}}',
    '{"i":{},"p":{"u":"/sync/pokes"}}',
    Buffer.from([0, 255, 1]),
  ])('garbage closes the connection and nothing else: %s', async (nonsense) => {
    await using pokes = await pokesOf(server.address, ana.token);
    await pokes.next();
    const closed = new Promise<number>((resolve) => pokes.socket.once('close', resolve));
    pokes.socket.send(nonsense);
    expect(await closed).toBe(1007);
    await using another = await pokesOf(server.address, ana.token);
    await another.next();
  });

  test('calls that do not belong there are not answered there', async () => {
    await using pokes = await pokesOf(server.address, ana.token);
    await pokes.next();
    const answer = new Promise<string>((resolve) =>
      pokes.socket.on('message', (data: Buffer) => {
        if (data.toString().includes('"i":"mine"')) resolve(data.toString());
      }),
    );
    pokes.socket.send(
      JSON.stringify({
        i: 'mine',
        p: { u: '/sync/pull', b: { json: { cursor: null, limit: 9 } } },
      }),
    );
    expect(JSON.parse(await answer)).toMatchObject({ p: { s: 404 } });
  });

  test('a message too long closes the connection only', async () => {
    await using pokes = await pokesOf(server.address, ana.token);
    await pokes.next();
    const closed = new Promise<number>((resolve) => pokes.socket.once('close', resolve));
    pokes.socket.send('x'.repeat(200_000));
    expect(await closed).toBe(1009);
    expect((await fetch(`${server.address}/health`)).status).toBe(200);
  });
});

describe('what the server tells about itself', () => {
  test('health and metrics', async () => {
    await ana.push({ name: 'order.place', args: anOrder() });
    expect(await (await fetch(`${server.address}/health`)).json()).toEqual({
      status: 'ok',
      database: 'ok',
    });
    const metrics = await (await fetch(`${server.address}/metrics`)).text();
    expect(metrics).toMatch(/centrala_mutations_total\{result="applied"\} [1-9]/);
    expect(metrics).toMatch(/centrala_mutations_total\{result="malformed"\} [1-9]/);
    expect(metrics).toContain('centrala_http_seconds_bucket');
    expect(metrics).toContain('centrala_database_errors_total 0');
  });

  test('the log of a whole day holds no name, number or secret', async () => {
    const customer = aCustomer({ name: 'Skrivna Stranka', email: 'skrivna@example.si' });
    const bad = aCall({ startedAt: '0000-01-01T00:00:00Z', note: 'skrivna beseda' });
    await ana.open();
    await ana.push(
      { name: 'customer.create', args: customer },
      { name: 'order.place', args: anOrder({ customerId: customer.customerId }) },
      { name: 'call.record', args: bad },
      { name: 'skrivna.ukaz', args: { number: '+38641123456' } },
    );
    await ana.pull();
    await signIn(server.address, 'ana', 'napačno-geslo');
    await signIn(server.address, 'skrivna-oseba', 'napačno-geslo');
    await fetch(`${server.address}/rpc/sync/pull?token=${ana.token}`);
    await post('/rpc/sync/pull', '{"secret":"skrivnost"', { authorization: `Bearer ${ana.token}` });
    const text = logged.join('');
    expect(logged.length).toBeGreaterThan(10);
    // The database refused the bad call, and that is in the log, without its words.
    expect(text).toContain('the base refused a mutation');
    for (const secret of [
      'Žagar',
      'Kovač',
      'Novak',
      'Skrivna',
      'skrivna',
      'beseda',
      '38641',
      '041 123',
      'geslo',
      'sip-secret',
      'skrivnost',
      '@example.si',
      'Stranka',
      'Cankarjeva',
      ana.token,
      ana.token.split('.')[0] ?? '',
    ])
      expect(text).not.toContain(secret);
  });
});
