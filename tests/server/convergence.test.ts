import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Customer } from '#shared/model/customer.ts';
import type { MutationResult } from '#shared/model/mutation.ts';
import { createLog } from '../../src-server/log.ts';
import { loadCentre } from '../../src-server/centre/load-centre.ts';
import { readCentreFile } from '../../src-server/centre/read-centre-file.ts';
import type { Store } from '../../src-server/store/database.ts';
import { openStore } from '../../src-server/store/open-store.ts';
import { createPush, type Push } from '../../src-server/sync/push.ts';
import { pull } from '../../src-server/sync/pull.ts';
import { bases, type TestBase } from './support/databases.ts';
import {
  aCard,
  aCustomer,
  anOrder,
  centreFile,
  envelope,
  type Sent,
} from './support/server-bench.ts';

type Person = Parameters<Push['push']>[0];

/** A desk with a network that drops and repeats: what it queued leaves the queue only when the answer arrives. */
class LossyDesk {
  readonly deskId = uuidv7();
  readonly queue: ReturnType<typeof envelope>[] = [];
  readonly answers = new Map<string, MutationResult>();
  readonly held = new Map<string, unknown>();
  /** Order ids by the mutation that places them. */
  readonly orders = new Map<string, string>();
  /** Hand-over ids by the mutation that hands over, those this desk has withdrawn, and those it has taken. */
  readonly handed = new Map<string, string>();
  readonly withdrawn = new Set<string>();
  readonly taken = new Set<string>();
  cursor: string | null = null;
  private readonly person: Person;
  private readonly store: Store;
  private readonly server: Push;

  constructor(person: Person, store: Store, server: Push) {
    this.person = person;
    this.store = store;
    this.server = server;
  }

  add(sent: Sent): string {
    const mutation = envelope(sent);
    this.queue.push(mutation);
    return mutation.mutationId;
  }

  async push(
    size: number,
    fate: 'arrives' | 'request lost' | 'answer lost' | 'twice',
  ): Promise<void> {
    const batch = this.queue.slice(0, size);
    if (fate === 'request lost' || batch.length === 0) return;
    const results = await this.server.push(this.person, this.deskId, batch);
    if (fate === 'twice') same(await this.server.push(this.person, this.deskId, batch), results);
    if (fate === 'answer lost') return;
    for (const result of results) {
      const before = this.answers.get(result.mutationId);
      if (before) same(result, before);
      this.answers.set(result.mutationId, result);
    }
    this.queue.splice(0, batch.length);
  }

  async pull(limit: number, fate: 'arrives' | 'answer lost'): Promise<boolean> {
    const page = await pull(this.store.database, this.person, this.cursor, limit);
    if (fate === 'answer lost') return page.more;
    if (page.reset) this.held.clear();
    for (const change of page.changes) this.held.set(`${change.entity} ${change.id}`, change.body);
    this.cursor = page.cursor;
    return page.more;
  }

  async settle(): Promise<void> {
    while (this.queue.length > 0) await this.push(500, 'arrives');
  }

  async pullAll(): Promise<void> {
    while (await this.pull(1000, 'arrives'));
  }
}

function codeOf(answer: MutationResult | undefined): string | undefined {
  return answer?.status === 'refused' ? answer.code : answer?.status;
}

/** The server may not answer the same question in two ways. */
function same(one: unknown, other: unknown): void {
  if (!isDeepStrictEqual(one, other)) throw new Error('answered differently');
}

const step = fc.record({
  desk: fc.constantFrom(0, 1),
  does: fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ type: fc.constant('order' as const), customer: fc.nat(3) }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        type: fc.constant('edit' as const),
        customer: fc.nat(3),
        field: fc.constantFrom('note', 'email', 'name'),
        value: fc.constantFrom('a', 'b', 'c'),
      }),
    },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('create' as const) }) },
    {
      weight: 2,
      arbitrary: fc.record({ type: fc.constant('hand over' as const), customer: fc.nat(3) }),
    },
    { weight: 2, arbitrary: fc.record({ type: fc.constant('take' as const) }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('withdraw' as const) }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('nonsense' as const) }) },
    {
      weight: 4,
      arbitrary: fc.record({
        type: fc.constant('push' as const),
        size: fc.integer({ min: 1, max: 5 }),
        fate: fc.constantFrom(
          'arrives' as const,
          'request lost' as const,
          'answer lost' as const,
          'twice' as const,
        ),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        type: fc.constant('pull' as const),
        limit: fc.integer({ min: 1, max: 4 }),
        fate: fc.constantFrom('arrives' as const, 'answer lost' as const),
      }),
    },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('both push' as const) }) },
  ),
});

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

vi.setConfig({ testTimeout: 120_000 });

describe.each(bases)('two desks that drop and repeat, on $name', ({ start }) => {
  let base: TestBase;
  let store: Store;
  let server: Push;
  const people: Person[] = [];

  beforeAll(async () => {
    base = await start();
    store = await openStore(base.place, createLog('silent'));
    await loadCentre(store.database, await readCentreFile(centreFile));
    server = createPush(store.database, createLog('silent'));
    for (const row of await store.database.query.user.findMany())
      if (row.username === 'ana' || row.username === 'bojan')
        people.push({ userId: row.id, username: row.username, name: row.name, role: 'operator' });
  });
  afterAll(async () => {
    await store?.close();
    await base?.stop();
  });

  test('place each order exactly once, end with the same customers, and hand each card to one person', async () => {
    const histories = fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), play);
    await expect(
      fc.assert(histories, { numRuns: 25, endOnFailure: true }),
    ).resolves.toBeUndefined();
  });

  async function play(steps: readonly Step[]): Promise<void> {
    const desks = people.map((person) => new LossyDesk(person, store, server));
    const customers = Array.from({ length: 2 }, () => aCustomer());
    for (const args of customers) desks[0]?.add({ name: 'customer.create', args });
    await desks[0]?.settle();
    for (const desk of desks) await desk.pullAll();
    for (const { desk: index, does } of steps) {
      const desk = desks[index];
      if (desk) await take(desk, does, customers, desks);
    }
    for (const desk of desks) await desk.settle();
    for (const desk of desks) await desk.pullAll();
    await judge(
      desks,
      customers.map((one) => one.customerId),
    );
  }

  async function take(
    desk: LossyDesk,
    does: Step['does'],
    customers: ReturnType<typeof aCustomer>[],
    desks: readonly LossyDesk[],
  ): Promise<void> {
    switch (does.type) {
      case 'order': {
        const order = anOrder({ customerId: customers[does.customer]?.customerId ?? null });
        desk.orders.set(desk.add({ name: 'order.place', args: order }), order.orderId);
        return;
      }
      case 'edit': {
        const customerId = customers[does.customer]?.customerId;
        if (customerId === undefined) return;
        const seen = desk.held.get(`customer ${customerId}`) as Customer | undefined;
        const args = {
          customerId,
          baseVersion: seen?.version ?? 0,
          changes: { [does.field]: does.value },
        };
        desk.add({ name: 'customer.edit', args });
        return;
      }
      case 'create': {
        const args = aCustomer();
        customers.push(args);
        desk.add({ name: 'customer.create', args });
        return;
      }
      case 'hand over': {
        const customerId = customers[does.customer]?.customerId ?? null;
        const card = aCard(customerId, desk === desks[0] ? '202' : '201');
        desk.handed.set(desk.add({ name: 'card.hand-over', args: card }), card.handOverId);
        return;
      }
      case 'take': {
        const key = [...desk.held].find(
          ([name, body]) => name.startsWith('handed-card ') && body !== null,
        )?.[0];
        if (key === undefined) return;
        const handOverId = key.slice('handed-card '.length);
        desk.taken.add(handOverId);
        desk.add({ name: 'card.taken', args: { handOverId } });
        return;
      }
      case 'withdraw': {
        const handOverId = [...desk.handed.values()].find((one) => !desk.withdrawn.has(one));
        if (handOverId === undefined) return;
        desk.withdrawn.add(handOverId);
        desk.add({ name: 'card.withdraw', args: { handOverId } });
        return;
      }
      case 'nonsense':
        desk.add({ name: 'order.place', args: { orderId: 1 } });
        return;
      case 'push':
        return desk.push(does.size, does.fate);
      case 'pull':
        await desk.pull(does.limit, does.fate);
        return;
      case 'both push':
        await Promise.all([...desks].map((one) => one.push(3, 'arrives')));
        return;
      default:
        does satisfies never;
    }
  }

  /** With the colleague until it is taken or withdrawn, and never with anybody else. */
  function judgeCards(giver: LossyDesk, colleague: LossyDesk): void {
    for (const [mutationId, handOverId] of giver.handed) {
      const answer = codeOf(giver.answers.get(mutationId));
      const there = colleague.held.get(`handed-card ${handOverId}`) ?? null;
      expect(['applied', 'unknown-customer']).toContain(answer);
      const over = colleague.taken.has(handOverId) || giver.withdrawn.has(handOverId);
      expect(there !== null).toBe(answer === 'applied' && !over);
      expect(giver.held.has(`handed-card ${handOverId}`)).toBe(false);
    }
  }

  async function judge(desks: readonly LossyDesk[], customerIds: readonly string[]): Promise<void> {
    const [first, second] = desks;
    const customers = new Map(
      (await store.database.query.customers.findMany()).map((row) => [row.customerId, row.version]),
    );
    for (const customerId of customerIds) {
      const key = `customer ${customerId}`;
      expect(first?.held.get(key)).toEqual(second?.held.get(key));
      expect(first?.held.get(key)).toMatchObject({ version: customers.get(customerId) });
    }
    if (first && second) {
      judgeCards(first, second);
      judgeCards(second, first);
    }
    const rows = await store.database.query.orders.findMany();
    for (const desk of desks)
      for (const [mutationId, orderId] of desk.orders) {
        const copies = rows.filter((row) => row.orderId === orderId).length;
        // Refused only where its customer was not made yet: by the other desk, later.
        const answer = desk.answers.get(mutationId);
        expect(answer).toBeDefined();
        expect(copies).toBe(answer?.status === 'applied' ? 1 : 0);
        expect(['applied', 'unknown-customer']).toContain(codeOf(answer));
      }
  }
});
