import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emptyDraft } from '#shared/model/draft.ts';
import type { HandedCard } from '#shared/model/handed-card.ts';
import { loadCentre } from '../../src-server/centre/load-centre.ts';
import { readCentreFile } from '../../src-server/centre/read-centre-file.ts';
import { forgetOldHandOvers } from '../../src-server/hand-overs/old-hand-overs.ts';
import type { Person } from '../../src-server/auth/auth.ts';
import { createLog } from '../../src-server/log.ts';
import { rowsOf } from '../../src-server/store/database.ts';
import { openStore } from '../../src-server/store/open-store.ts';
import { pull } from '../../src-server/sync/pull.ts';
import { createPush } from '../../src-server/sync/push.ts';
import { sql } from 'drizzle-orm';
import { bases, type TestBase } from './support/databases.ts';
import { pokesOf } from './support/live.ts';
import {
  aCard as cardTo,
  aCall,
  aCustomer,
  centreFile,
  deskOf,
  envelope,
  startServer,
  type TestDesk,
} from './support/server-bench.ts';

function aCard(parts: Partial<HandedCard> = {}): HandedCard {
  return { ...cardTo(null, '202'), ...parts };
}

const handOver = (card: HandedCard) => ({ name: 'card.hand-over', args: card });
const taken = (handOverId: string) => ({ name: 'card.taken', args: { handOverId } });
const withdraw = (handOverId: string) => ({ name: 'card.withdraw', args: { handOverId } });
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

describe.each(bases)('a card handed over on $name', ({ start }) => {
  let base: TestBase;
  let server: Awaited<ReturnType<typeof startServer>>;
  let ana: TestDesk;
  let bojan: TestDesk;
  let vesna: TestDesk;

  beforeAll(async () => {
    base = await start();
    server = await startServer({ database: base.place });
    ana = await deskOf(server.address, 'ana');
    bojan = await deskOf(server.address, 'bojan');
    vesna = await deskOf(server.address, 'vodja');
    for (const desk of [ana, bojan, vesna]) await desk.pull();
  });
  afterAll(async () => {
    await server?.close();
    await base?.stop();
  });

  test('goes to the person whose line it is, at once, and to nobody else', async () => {
    await using pokes = await pokesOf(server.address, bojan.token);
    await pokes.next();
    const card = aCard();
    expect(await ana.push(handOver(card))).toMatchObject([{ status: 'applied' }]);
    await pokes.next();
    const key = `handed-card ${card.handOverId}`;
    await bojan.pull();
    expect(bojan.held.get(key)).toEqual(card);
    for (const other of [ana, vesna]) {
      await other.pull();
      expect(other.held.has(key)).toBe(false);
    }
  });

  test('is gone everywhere when it was taken, and what was in it is forgotten', async () => {
    const card = aCard();
    await ana.push(handOver(card));
    await bojan.pull();
    expect(await bojan.push(taken(card.handOverId))).toMatchObject([{ status: 'applied' }]);
    await bojan.pull();
    expect(bojan.held.get(`handed-card ${card.handOverId}`)).toBeNull();
    const second = await deskOf(server.address, 'bojan');
    await second.pull();
    expect(second.held.get(`handed-card ${card.handOverId}`) ?? null).toBeNull();
  });

  test('is one hand-over however often it is sent, and however often it is taken', async () => {
    const card = aCard();
    const sent = { ...handOver(card), mutationId: uuidv7() };
    const [first] = await ana.push(sent);
    expect(await ana.push(sent, handOver(card))).toMatchObject([first, { status: 'applied' }]);
    const changes = await bojan.pull();
    expect(changes.filter(({ id }) => id === card.handOverId)).toHaveLength(1);
    const took = await bojan.push(taken(card.handOverId), taken(card.handOverId));
    expect(took).toMatchObject([{ status: 'applied' }, { status: 'applied' }]);
    // Handed over again after it was taken it does not come back.
    expect(await ana.push(handOver(card))).toMatchObject([{ status: 'applied' }]);
    await bojan.pull();
    expect(bojan.held.get(`handed-card ${card.handOverId}`)).toBeNull();
  });

  test('is gone when it is withdrawn, however often, and nothing of it comes back', async () => {
    await using pokes = await pokesOf(server.address, bojan.token);
    await pokes.next();
    const card = aCard();
    const key = `handed-card ${card.handOverId}`;
    await ana.push(handOver(card));
    await pokes.next();
    await bojan.pull();
    expect(bojan.held.get(key)).toEqual(card);
    const results = await ana.push(withdraw(card.handOverId), withdraw(card.handOverId));
    expect(results).toMatchObject([{ status: 'applied' }, { status: 'applied' }]);
    await pokes.next();
    await bojan.pull();
    expect(bojan.held.get(key)).toBeNull();
    // The colleague’s desk put it on a call before it heard of that; the first one hands the same over late.
    expect(await bojan.push(taken(card.handOverId))).toMatchObject([{ status: 'applied' }]);
    expect(await ana.push(handOver(card))).toMatchObject([{ status: 'applied' }]);
    await bojan.pull();
    expect(bojan.held.get(key)).toBeNull();
  });

  test('that is withdrawn in the batch in which it was handed over is never seen', async () => {
    const card = aCard();
    const results = await ana.push(handOver(card), withdraw(card.handOverId));
    expect(results).toMatchObject([{ status: 'applied' }, { status: 'applied' }]);
    await bojan.pull();
    expect(bojan.held.get(`handed-card ${card.handOverId}`) ?? null).toBeNull();
  });

  test('is withdrawn by nobody else, and nothing happens where it was taken or never came', async () => {
    const card = aCard();
    await ana.push(handOver(card));
    const refused = { status: 'refused', code: 'not-allowed' };
    expect(await vesna.push(withdraw(card.handOverId))).toMatchObject([refused]);
    expect(await bojan.push(withdraw(card.handOverId))).toMatchObject([refused]);
    await bojan.push(taken(card.handOverId));
    const results = await ana.push(withdraw(card.handOverId), withdraw(uuidv7()));
    expect(results).toMatchObject([{ status: 'applied' }, { status: 'applied' }]);
  });

  test('to a number that is nobody’s line is taken in and given to nobody', async () => {
    const card = aCard({ toExtension: '999' });
    const results = await ana.push(handOver(card), withdraw(card.handOverId));
    expect(results).toMatchObject([{ status: 'applied' }, { status: 'applied' }]);
    for (const desk of [ana, bojan, vesna]) {
      await desk.pull();
      expect(desk.held.has(`handed-card ${card.handOverId}`)).toBe(false);
    }
  });

  test('is refused for what the server does not know', async () => {
    const results = await ana.push(
      handOver(aCard({ projectId: 'unheard-of' })),
      handOver(aCard({ customerId: uuidv7() })),
      handOver(aCard({ draft: { ...emptyDraft, form: { text: 'x'.repeat(300_000) } } })),
      handOver(aCard({ draft: { ...emptyDraft, note: 'x'.repeat(20_000) } })),
    );
    expect(results).toMatchObject([
      { status: 'refused', code: 'unknown-project' },
      { status: 'refused', code: 'unknown-customer' },
      { status: 'refused', code: 'malformed' },
      { status: 'refused', code: 'malformed' },
    ]);
  });

  test('may be of a customer who was made a moment before on the same desk', async () => {
    const made = aCustomer();
    const card = aCard({ customerId: made.customerId });
    const results = await ana.push({ name: 'customer.create', args: made }, handOver(card));
    expect(results).toMatchObject([{ status: 'applied' }, { status: 'applied' }]);
    const changes = await bojan.pull();
    const order = changes.map(({ entity, id }) => `${entity} ${id}`);
    expect(order.indexOf(`customer ${made.customerId}`)).toBeGreaterThanOrEqual(0);
    expect(order.indexOf(`customer ${made.customerId}`)).toBeLessThan(
      order.indexOf(`handed-card ${card.handOverId}`),
    );
  });

  test('cannot be taken by somebody to whom it was not handed, nor made anew under its id', async () => {
    const card = aCard();
    await ana.push(handOver(card));
    const refused = { status: 'refused', code: 'not-allowed' };
    expect(await vesna.push(taken(card.handOverId))).toMatchObject([refused]);
    expect(await vesna.push(handOver(card))).toMatchObject([refused]);
    await bojan.pull();
    expect(bojan.held.get(`handed-card ${card.handOverId}`)).toEqual(card);
    // Nothing is known of it: there is nothing to forbid.
    expect(await bojan.push(taken(uuidv7()))).toMatchObject([{ status: 'applied' }]);
  });

  test('that waited too long in an outbox is taken in, and put on no call', async () => {
    const card = aCard({ at: minutesAgo(11) });
    expect(await ana.push(handOver(card))).toMatchObject([{ status: 'applied' }]);
    await bojan.pull();
    expect(bojan.held.get(`handed-card ${card.handOverId}`)).toBeNull();
  });
});

describe.each(bases)('the base of a centre on $name', ({ start }) => {
  let base: TestBase;
  let store: Awaited<ReturnType<typeof openStore>>;
  let push: ReturnType<typeof createPush>;
  let ana: Person;
  let bojan: Person;

  beforeAll(async () => {
    base = await start();
    store = await openStore(base.place, createLog('silent'));
    await loadCentre(store.database, await readCentreFile(centreFile));
    push = createPush(store.database, createLog('silent'));
    const people = await rowsOf<Omit<Person, 'role'>>(
      store.database,
      sql`select id as "userId", username, name from users where username in ('ana', 'bojan') order by username`,
    );
    [ana, bojan] = people.map((row) => ({ ...row, role: 'operator' })) as [Person, Person];
  });
  afterAll(async () => {
    await store?.close();
    await base?.stop();
  });

  test('forgets what nobody took in time, and tells the desk that has it', async () => {
    const card = aCard({ at: minutesAgo(9) });
    await push.push(ana, uuidv7(), [envelope(handOver(card))]);
    const first = await pull(store.database, bojan, null, 10_000);
    expect(first.changes.find(({ id }) => id === card.handOverId)?.body).toEqual(card);
    expect(await forgetOldHandOvers(store.database)).toBe(0);
    await store.database.execute(sql`update hand_overs set at = at - interval '2 minutes'`);
    expect(await forgetOldHandOvers(store.database)).toBe(1);
    const later = await pull(store.database, bojan, first.cursor, 10_000);
    expect(later.changes).toEqual([{ entity: 'handed-card', id: card.handOverId, body: null }]);
    const rows = await rowsOf<{ card: unknown }>(store.database, sql`select card from hand_overs`);
    expect(rows).toEqual([{ card: null }]);
  });

  test('keeps the proof of attendance and of a call’s sound as it was made, once', async () => {
    const deskId = uuidv7();
    const checks = [{ name: 'line', state: 'passed', problem: null, figures: { ringMs: 40 } }];
    const stamp = { stampId: uuidv7(), at: '2026-11-23T06:45:00.000Z', checks };
    const sent = { name: 'attendance.stamp', args: stamp };
    const quality = {
      mosMean: 4.3,
      mosWorst: 3.1,
      loss: 0.012,
      jitter: 0.004,
      roundTrip: null,
      codec: 'opus',
    };
    const measured = aCall({ quality });
    const silent = aCall();
    const results = await push.push(
      ana,
      deskId,
      [
        sent,
        sent,
        { name: 'call.record', args: silent },
        { name: 'call.record', args: measured },
      ].map(envelope),
    );
    expect(results.map(({ status }) => status)).toEqual(Array(4).fill('applied'));
    const late = [sent, { name: sent.name, args: { ...stamp, checks: 'all well' } }].map(envelope);
    expect(await push.push(bojan, uuidv7(), late)).toMatchObject([
      { status: 'refused', code: 'not-allowed' },
      { status: 'refused', code: 'malformed' },
    ]);
    const stamps = await store.database.query.attendanceStamps.findMany();
    expect(stamps).toMatchObject([
      { stampId: stamp.stampId, userId: ana.userId, deskId, at: new Date(stamp.at), checks },
    ]);
    const calls = await store.database.query.calls.findMany();
    expect(new Map(calls.map((row) => [row.callId, row.quality]))).toEqual(
      new Map([
        [silent.callId, null],
        [measured.callId, quality],
      ]),
    );
  });
});
