import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPostgres, type Postgres } from '../support/postgres.ts';
import {
  aCall,
  aCustomer,
  anOrder,
  deskOf,
  startServer,
  type TestDesk,
} from './support/server-bench.ts';
import { pokesOf } from './support/live.ts';

let postgres: Postgres;
let server: Awaited<ReturnType<typeof startServer>>;
let ana: TestDesk;
let bojan: TestDesk;

beforeAll(async () => {
  postgres = await startPostgres();
  server = await startServer({ database: { kind: 'postgres', url: postgres.url } });
  ana = await deskOf(server.address, 'ana');
  bojan = await deskOf(server.address, 'bojan');
  await bojan.pull();
});
afterAll(async () => {
  await server?.close();
  await postgres?.stop();
});

/** A transaction that has written to the log and not yet committed, as a slow server's would be. */
async function openTransaction(): Promise<Client> {
  const client = new Client(postgres.url);
  await client.connect();
  await client.query('begin');
  return client;
}

test('a change that commits late is not passed by', async () => {
  const slow = await openTransaction();
  const { rows } = await slow.query<{ id: string }>(
    `update changes set xid = pg_current_xact_id(), seq = nextval('changes_seq')
     where entity = 'customer' and id = (select min(id) from changes where entity = 'customer') returning id`,
  );
  const customer = aCustomer();
  await ana.push({ name: 'customer.create', args: customer });
  // The quick one has the greater sequence number and is committed; it waits for the slow one.
  const first = await bojan.pull();
  expect(first.map((change) => change.id)).not.toContain(customer.customerId);
  await slow.query('commit');
  await slow.end();
  const second = await bojan.pull();
  expect(second.map((change) => change.id)).toEqual(
    expect.arrayContaining([rows[0]?.id, customer.customerId]),
  );
});

test('who was told to pull while a change was held back is told again when it can be read', async () => {
  await using pokes = await pokesOf(server.address, ana.token);
  await pokes.next();
  const slow = await openTransaction();
  await slow.query('select pg_current_xact_id()');
  const customer = aCustomer();
  await bojan.push({ name: 'customer.create', args: customer });
  await pokes.next();
  expect((await ana.pull()).map((change) => change.id)).not.toContain(customer.customerId);
  await slow.query('rollback');
  await slow.end();
  for (;;) {
    await pokes.next();
    const changes = await ana.pull();
    if (changes.some((change) => change.id === customer.customerId)) break;
  }
});

test('an order is a row that anybody can read with SQL', async () => {
  const customer = aCustomer();
  const order = anOrder({ customerId: customer.customerId });
  await ana.push(
    { name: 'customer.create', args: customer },
    { name: 'order.place', args: order },
    { name: 'call.record', args: aCall({ customerId: customer.customerId }) },
  );
  const client = new Client(postgres.url);
  await client.connect();
  const { rows } = await client.query(
    `select o.answers, o.amount_due_cents, c.name, u.username from orders o
     join customers c using (customer_id) join users u on u.id = o.user_id where order_id = $1`,
    [order.orderId],
  );
  await client.end();
  expect(rows).toEqual([
    {
      answers: { package: 'small' },
      amount_due_cents: '1990',
      name: 'Nova Stranka',
      username: 'ana',
    },
  ]);
});

test('two servers on one base tell each other of changes', async () => {
  await using other = await startServer({
    database: { kind: 'postgres', url: postgres.url },
    centreFile: null,
  });
  const desk = await deskOf(other.address, 'vodja');
  await desk.pull();
  await using pokes = await pokesOf(other.address, desk.token);
  await pokes.next();
  const customer = aCustomer();
  const poke = pokes.next();
  await ana.push({ name: 'customer.create', args: customer });
  await poke;
  await desk.pull();
  expect(desk.customer(customer.customerId).name).toBe('Nova Stranka');
});

test('a base put back from a copy into another PostgreSQL makes every desk begin again', async () => {
  const url = await postgres.createDatabase('copy');
  const options = { database: { kind: 'postgres', url } as const };
  let server = await startServer(options);
  const before = await deskOf(server.address, 'ana');
  await before.pull();
  const { cursor } = before;
  await server.close();
  // The copy's transaction ids are of a PostgreSQL that had counted further.
  const client = new Client(url);
  await client.connect();
  await client.query(`update changes set xid = '900000000'`);
  await client.end();
  server = await startServer(options);
  const after = await deskOf(server.address, 'ana');
  await after.pull();
  expect(new Map(after.held)).toEqual(new Map(before.held));
  after.cursor = cursor;
  after.resets = 0;
  await after.pull();
  expect(after.resets).toBe(1);
  await server.close();
});
