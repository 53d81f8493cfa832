import { randomUUID } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Change } from '#shared/model/change.ts';
import { bases, type TestBase } from './support/databases.ts';
import {
  aCall,
  aCustomer,
  anOrder,
  deskOf,
  startServer,
  type TestDesk,
} from './support/server-bench.ts';

const names = (changes: readonly Change[], entity: string): string[] =>
  changes
    .filter((change) => change.entity === entity)
    .map((change) => change.id)
    .sort();

describe.each(bases)('sync on $name', ({ start }) => {
  let base: TestBase;
  let server: Awaited<ReturnType<typeof startServer>>;
  let ana: TestDesk;
  let bojan: TestDesk;
  let zagar: string;

  beforeAll(async () => {
    base = await start();
    server = await startServer({ database: base.place });
    ana = await deskOf(server.address, 'ana');
    bojan = await deskOf(server.address, 'bojan');
    await ana.pull();
    await bojan.pull();
    zagar =
      [...ana.held.values()].flatMap((body) =>
        body && 'name' in body && body.name === 'Marija Žagar'
          ? [(body as { customerId: string }).customerId]
          : [],
      )[0] ?? '';
  });
  afterAll(async () => {
    await server?.close();
    await base?.stop();
  });

  test('a session brings the line, the projects and the organisation', async () => {
    const session = await ana.open();
    expect(session).toMatchObject({
      username: 'ana',
      role: 'operator',
      organisation: 'Testni center',
      projectIds: ['internet', 'taxi'],
      line: { extension: '201', exchange: 'wss://pbx.example.si/ws', displayName: 'Ana Kovač' },
    });
  });

  test('an operator sees the projects worked in, with their scripts and forms, and no others', async () => {
    const desk = await deskOf(server.address, 'bojan');
    const changes = await desk.pull();
    expect(names(changes, 'project')).toEqual(['internet']);
    expect(names(changes, 'script')).toEqual(['internet']);
    expect(names(changes, 'form')).toEqual(['internet']);
    expect(changes.every((change) => change.body !== null)).toBe(true);
    const lead = await (await deskOf(server.address, 'vodja')).pull();
    expect(names(lead, 'project')).toEqual(['internet', 'taxi']);
    expect(names(lead, 'form')).toEqual(['internet', 'taxi']);
  });

  test('the log comes in the order it was written, whatever the size of the pages', async () => {
    const whole = await (await deskOf(server.address, 'ana')).pull(10_000);
    const pages = await (await deskOf(server.address, 'ana')).pull(1);
    expect(pages).toEqual(whole);
    expect(whole.length).toBeGreaterThan(8);
    // A thing is told before what speaks of it.
    const at = (entity: string): number => whole.findIndex((change) => change.entity === entity);
    expect(at('script')).toBeLessThan(at('project'));
    expect(at('customer')).toBeLessThan(at('timeline'));
  });

  test('an order pushed twice is one order, and answered the same', async () => {
    const order = anOrder({ customerId: zagar });
    const mutation = { name: 'order.place', args: order, mutationId: uuidv7() };
    const first = await ana.push(mutation);
    expect(first).toEqual([{ mutationId: mutation.mutationId, status: 'applied' }]);
    expect(await ana.push(mutation)).toEqual(first);
    expect(await ana.push(mutation, mutation)).toEqual([...first, ...first]);
    const told = await bojan.pull();
    expect(names(told, 'timeline').filter((id) => id === order.orderId)).toHaveLength(1);
    expect(bojan.held.get(`timeline ${order.orderId}`)).toMatchObject({
      kind: 'order',
      customerId: zagar,
      amount: { cents: 1990, currency: 'EUR' },
      operatorName: 'Ana Kovač',
    });
  });

  test('a repeat sent while the first is still at work is answered the same', async () => {
    const mutation = {
      name: 'order.place',
      args: anOrder({ customerId: zagar }),
      mutationId: uuidv7(),
    };
    const answers = await Promise.all(Array.from({ length: 6 }, () => ana.push(mutation)));
    expect(new Set(answers.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(answers[0]?.[0]?.status).toBe('applied');
  });

  test('the same order in a new mutation is accepted and not doubled; another person may not take its id', async () => {
    const order = anOrder({ customerId: zagar });
    await ana.push({ name: 'order.place', args: order });
    expect((await ana.push({ name: 'order.place', args: order }))[0]?.status).toBe('applied');
    expect((await bojan.push({ name: 'order.place', args: order }))[0]).toMatchObject({
      status: 'refused',
      code: 'not-allowed',
    });
  });

  test('an order is judged by the form revision it was filled in, and its must-say items', async () => {
    const refusalOf = async (parts: Parameters<typeof anOrder>[0]) =>
      (await ana.push({ name: 'order.place', args: anOrder(parts) }))[0];
    expect(await refusalOf({ answers: { package: 'enormous' } })).toMatchObject({
      code: 'form-invalid',
      details: { faults: expect.arrayContaining([expect.objectContaining({ at: '/package' })]) },
    });
    expect(await refusalOf({ answers: {} })).toMatchObject({ code: 'form-invalid' });
    expect(await refusalOf({ formRevision: 99 })).toMatchObject({
      code: 'form-invalid',
      details: { unknownForm: { formId: 'internet', revision: 99 } },
    });
    expect(await refusalOf({ formRevision: 2 ** 40 })).toMatchObject({ code: 'form-invalid' });
    expect(await refusalOf({ said: {} })).toMatchObject({
      code: 'form-invalid',
      details: { unsaid: ['who'] },
    });
    expect(await refusalOf({ amountDue: { cents: 1, currency: 'EUR' } })).toMatchObject({
      code: 'form-invalid',
      details: { amountDue: { mine: { cents: 1 }, theirs: { cents: 1990 } } },
    });
    expect(await refusalOf({ kind: 'application' })).toMatchObject({ code: 'form-invalid' });
    expect(await refusalOf({ projectId: 'nobody' })).toMatchObject({ code: 'unknown-project' });
    expect(await refusalOf({ customerId: randomUUID() })).toMatchObject({
      code: 'unknown-customer',
    });
  });

  test('an order for a project the person does not work in is refused', async () => {
    const order = anOrder({
      projectId: 'taxi',
      formId: 'taxi',
      scriptId: null,
      scriptRevision: null,
      answers: { address: 'Kamnik 4' },
      amountDue: null,
    });
    expect((await bojan.push({ name: 'order.place', args: order }))[0]).toMatchObject({
      code: 'not-allowed',
    });
    expect((await ana.push({ name: 'order.place', args: order }))[0]).toMatchObject({
      status: 'applied',
    });
  });

  test('a finished call stands in the timeline of its customer, with its refusal', async () => {
    const call = aCall({ customerId: zagar });
    expect((await ana.push({ name: 'call.record', args: call }))[0]?.status).toBe('applied');
    expect((await ana.push({ name: 'call.record', args: call }))[0]?.status).toBe('applied');
    await bojan.pull();
    expect(bojan.held.get(`timeline ${call.callId}`)).toMatchObject({
      kind: 'refused',
      code: 'refused',
      reason: 'price',
      text: 'predrago',
    });
    const unknown = aCall({ projectId: 'nobody' });
    expect((await ana.push({ name: 'call.record', args: unknown }))[0]).toMatchObject({
      code: 'unknown-project',
    });
  });

  test('a customer made at a desk, edited and ordered for in the same push is there for everybody', async () => {
    const customer = aCustomer();
    const order = anOrder({ customerId: customer.customerId });
    const results = await ana.push(
      { name: 'customer.create', args: customer },
      {
        name: 'customer.edit',
        args: { customerId: customer.customerId, baseVersion: 0, changes: { note: 'redna' } },
      },
      { name: 'order.place', args: order },
      { name: 'call.record', args: aCall({ customerId: customer.customerId }) },
    );
    expect(results.map((one) => one.status)).toEqual(['applied', 'applied', 'applied', 'applied']);
    await bojan.pull();
    expect(bojan.customer(customer.customerId)).toMatchObject({
      name: 'Nova Stranka',
      note: 'redna',
      version: 2,
    });
    expect(bojan.held.has(`timeline ${order.orderId}`)).toBe(true);
  });

  test('a family may share a number; the same id with other words is a conflict', async () => {
    const customer = aCustomer({ numbers: [{ number: '+38641123456', kind: 'mobile' }] });
    expect((await ana.push({ name: 'customer.create', args: customer }))[0]?.status).toBe(
      'applied',
    );
    expect((await ana.push({ name: 'customer.create', args: customer }))[0]?.status).toBe(
      'applied',
    );
    const other = { ...customer, name: 'Drugačna' };
    expect((await ana.push({ name: 'customer.create', args: other }))[0]).toMatchObject({
      code: 'conflict',
    });
  });

  test('edits of different fields merge; of the same field the later one is told both values', async () => {
    const customer = aCustomer();
    const { customerId } = customer;
    await ana.push({ name: 'customer.create', args: customer });
    await bojan.pull();
    const edit = (baseVersion: number, changes: Record<string, unknown>) => ({
      name: 'customer.edit',
      args: { customerId, baseVersion, changes },
    });
    expect((await ana.push(edit(1, { email: 'ana@example.si' })))[0]?.status).toBe('applied');
    expect((await bojan.push(edit(1, { since: 2020 })))[0]?.status).toBe('applied');
    expect((await bojan.push(edit(1, { email: 'bojan@example.si', note: 'x' })))[0]).toEqual({
      mutationId: expect.any(String),
      status: 'refused',
      code: 'conflict',
      details: { email: { mine: 'bojan@example.si', theirs: 'ana@example.si', version: 2 } },
    });
    // The same value is no conflict, and with the version now seen the edit is welcome.
    expect((await bojan.push(edit(1, { email: 'ana@example.si' })))[0]?.status).toBe('applied');
    expect((await bojan.push(edit(3, { email: 'bojan@example.si' })))[0]?.status).toBe('applied');
    await ana.pull();
    expect(ana.customer(customerId)).toMatchObject({
      email: 'bojan@example.si',
      since: 2020,
      note: '',
      version: 4,
    });
  });

  test('a desk that edits the same field twice while offline does not conflict with itself', async () => {
    const edit = (baseVersion: number, name: string) => ({
      name: 'customer.edit',
      args: { customerId: zagar, baseVersion, changes: { name } },
    });
    await ana.pull();
    const { version } = ana.customer(zagar);
    const results = await ana.push(edit(version, 'Marija Ž.'), edit(version, 'Marija Žagar'));
    expect(results.map((one) => one.status)).toEqual(['applied', 'applied']);
    expect((await bojan.push(edit(version, 'Marija')))[0]).toMatchObject({ code: 'conflict' });
    expect(
      (
        await bojan.push({
          name: 'customer.edit',
          args: { customerId: randomUUID(), baseVersion: 1, changes: {} },
        })
      )[0],
    ).toMatchObject({ code: 'unknown-customer' });
  });

  test('what cannot be read is refused alone, and answered the same again', async () => {
    const good = anOrder({ customerId: zagar });
    const bad = [
      { name: 'order.steal', args: {}, mutationId: uuidv7() },
      { name: 'order.place', args: null, mutationId: uuidv7() },
      { name: 'order.place', args: { ...anOrder(), orderId: 'x' }, mutationId: uuidv7() },
      { name: 'call.record', args: aCall(), madeAt: 'yesterday', mutationId: uuidv7() },
      { name: 'call.record', args: aCall({ note: 'nič\u0000' }), mutationId: uuidv7() },
      { name: 'call.record', args: aCall({ note: '\ud800' }), mutationId: uuidv7() },
      // Sound by its shape, but no such day for PostgreSQL.
      {
        name: 'call.record',
        args: aCall({ startedAt: '0000-01-01T00:00:00Z' }),
        mutationId: uuidv7(),
      },
      { name: 'call.record', args: aCall(), mutationId: 'not-an-id' },
      { name: 'call.record', args: aCall(), mutationId: 'nul\u0000' },
    ];
    const results = await ana.push(...bad, { name: 'order.place', args: good });
    expect(results.map((one) => ('code' in one ? one.code : one.status))).toEqual([
      ...bad.map(() => 'malformed'),
      'applied',
    ]);
    expect(await ana.push(...bad)).toEqual(results.slice(0, -1));
    const backslash = aCall({ note: String.raw`C:\u0000 is a path` });
    expect((await ana.push({ name: 'call.record', args: backslash }))[0]?.status).toBe('applied');
  });

  test('five hundred orders in one push are all there, once', async () => {
    const orders = Array.from({ length: 500 }, () => anOrder({ customerId: zagar }));
    const results = await ana.push(...orders.map((args) => ({ name: 'order.place', args })));
    expect(results.every((one) => one.status === 'applied')).toBe(true);
    await bojan.pull();
    const before = bojan.held.size;
    expect(orders.every((order) => bojan.held.has(`timeline ${order.orderId}`))).toBe(true);
    await bojan.pull();
    expect(bojan.held.size).toBe(before);
  });

  test('a cursor that is not ours, or of another base, begins again from the start', async () => {
    const desk = await deskOf(server.address, 'ana');
    await desk.pull();
    const whole = new Map(desk.held);
    const [, epoch = ''] = (desk.cursor ?? '').split('-');
    const ofTheFuture = `1-${epoch}-0-999999999999-1`;
    const tooLarge = `1-${epoch}-0-99999999999999999999-1`;
    for (const cursor of ['nonsense', '', '1-00000000-0-5-5', ofTheFuture, tooLarge]) {
      desk.cursor = cursor;
      desk.resets = 0;
      await desk.pull();
      expect(desk.resets).toBe(1);
      expect(desk.held).toEqual(whole);
    }
  });
});
