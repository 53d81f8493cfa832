import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Draft } from '#shared/model/draft.ts';
import { refusal } from '../../support/desk-page.ts';
import { confidentialLines } from '../../support/logged.ts';
import {
  startCentre,
  wholeDesk,
  type TestCentre,
  type WholeDesk,
} from '../../support/whole-desk.ts';

let centre: TestCentre;
beforeAll(async () => {
  centre = await startCentre();
});
afterAll(async () => {
  await centre[Symbol.asyncDispose]();
  // Whatever happened in this file, no log line told who, whose number, or which secret.
  expect(centre.logged.length).toBeGreaterThan(10);
  expect(await confidentialLines(centre.logged)).toEqual([]);
});
afterEach(() => {
  centre.door.mode = 'open';
});

const ordersOf = (callId: string) =>
  centre.rows<{ answers: object; amount_due_cents: string; customer: string }>(
    `select o.answers, o.amount_due_cents, c.name as customer
     from orders o join customers c using (customer_id) where o.call_id = $1`,
    callId,
  );

const saidAt = '2026-11-23T10:00:00.000Z';
const fullDraft: Draft = {
  script: {},
  form: {
    name: 'Marija Žagar',
    street: 'Cankarjeva ulica 4',
    town: 'Kamnik',
    package: 'fibre-500',
    visitDate: '2026-12-01',
    visitSlot: '8-10',
    identityDocument: 'passport',
    materials: ['router'],
  },
  said: { 'who-calls': saidAt, passport: saidAt, 'pay-to-account': saidAt },
  step: null,
  note: 'pokliči pol ure prej',
};

/** Marija is on the line. */
async function inCall(desk: WholeDesk) {
  await desk.atWork();
  const { sip, callId } = await desk.ring({ number: '041555101' });
  await desk.page.rpc.calls.answer({ callId });
  await sip.answered();
  return { sip, callId };
}

const stateOf = (desk: WholeDesk, callId: string) =>
  desk.page.shown(callId).card.orders.map(({ state }) => state);

describe('an order', () => {
  test('is refused until all is said and the form is whole; nothing typed is lost', async () => {
    await using desk = await wholeDesk(centre);
    const { sip, callId } = await inCall(desk);
    const { page } = desk;
    const unsaid: Draft = { ...fullDraft, said: { 'who-calls': saidAt } };
    expect(await refusal(page.rpc.calls.placeOrder({ callId, draft: unsaid }))).toEqual({
      code: 'UNSAID',
      data: { items: ['passport', 'pay-to-account'] },
    });
    await page.until('kept', () => page.shown(callId).card.draft.note === unsaid.note);
    expect(page.shown(callId).card.draft).toEqual(unsaid);

    const { town: _town, ...withoutTown } = fullDraft.form;
    const broken: Draft = { ...fullDraft, form: { ...withoutTown, visitDate: 'jutri' } };
    const { code, data } = await refusal(page.rpc.calls.placeOrder({ callId, draft: broken }));
    expect(code).toBe('FORM_INVALID');
    const { faults } = data as { faults: readonly { at: string; keyword: string }[] };
    expect(faults.map(({ keyword }) => keyword).sort()).toEqual(['format', 'required']);
    await page.until('kept', () => page.shown(callId).card.draft.form['visitDate'] === 'jutri');
    expect(await ordersOf(callId)).toEqual([]);
    expect(page.sync.waiting).toBe(0);

    const { orderId } = await page.rpc.calls.placeOrder({ callId, draft: fullDraft });
    await page.until('placed', () => page.shown(callId).card.orders.length === 1);
    await page.until('with the server', () => stateOf(desk, callId)[0] === 'with-server');
    expect(page.shown(callId).card.orders[0]?.order).toMatchObject({
      orderId,
      said: fullDraft.said,
    });
    expect(await ordersOf(callId)).toEqual([
      { answers: fullDraft.form, amount_due_cents: '4900', customer: 'Marija Žagar' },
    ]);

    sip.bye();
    await page.until('wrap-up', () => page.operator.phase === 'wrap-up');
    await page.rpc.calls.finish({ callId, outcome: 'ordered', reason: null, note: '' });
    await page.until('gone', () => page.gone.includes(callId));
    await page.until('ready', () => page.operator.phase === 'ready');
  });

  test('is with the server once, however often its answer was lost', async () => {
    await using desk = await wholeDesk(centre);
    const { callId } = await inCall(desk);
    const { page } = desk;
    centre.door.mode = 'loses-answers';
    const lost = centre.door.lost;
    await page.rpc.calls.placeOrder({ callId, draft: fullDraft });
    await page.until('saved', () => stateOf(desk, callId)[0] === 'saved');
    await page.until('tried again', () => {
      desk.host.wake();
      return centre.door.lost > lost + 3;
    });
    expect(stateOf(desk, callId)).toEqual(['saved']);
    expect(await ordersOf(callId)).toHaveLength(1);
    await page.until('down', () => page.sync.server === 'down');
    centre.door.mode = 'open';
    desk.host.wake();
    await page.until('with the server', () => stateOf(desk, callId)[0] === 'with-server');
    await page.until('nothing waits', () => page.sync.waiting === 0);
    expect(await ordersOf(callId)).toHaveLength(1);
  });

  test('waits while the server is stopped, and the work goes on', async () => {
    await using desk = await wholeDesk(centre);
    const { sip, callId } = await inCall(desk);
    const { page } = desk;
    await centre.stopServer();
    await page.rpc.calls.placeOrder({ callId, draft: fullDraft });
    await page.until('down', () => page.sync.server === 'down' && page.sync.waiting === 1);
    await page.until('saved', () => stateOf(desk, callId)[0] === 'saved');
    sip.bye();
    await page.until('wrap-up', () => page.operator.phase === 'wrap-up');
    await page.rpc.calls.finish({ callId, outcome: 'ordered', reason: null, note: '' });
    const next = await desk.ring({ number: '031555104' });
    expect(page.shown(next.callId).card.customer?.name).toBe('Tomaž Kranjc');
    await page.rpc.calls.answer({ callId: next.callId });
    await next.sip.answered();
    await page.until('two wait', () => page.sync.waiting === 2);

    await centre.startServer();
    desk.host.wake();
    await page.until('nothing waits', () => page.sync.waiting === 0 && page.sync.server === 'up');
    expect(await ordersOf(callId)).toHaveLength(1);
    expect(await centre.rows('select 1 from calls where call_id = $1', callId)).toHaveLength(1);
    expect(page.shown(next.callId).call.phase).toBe('talking');
  });
});

describe('a card', () => {
  test('is the same on a page that was loaded again', async () => {
    await using desk = await wholeDesk(centre);
    const { callId } = await inCall(desk);
    await desk.page.rpc.calls.saveDraft({ callId, draft: fullDraft });
    await desk.page.until('kept', () => desk.page.shown(callId).card.draft.note !== '');
    const before = desk.page.shown(callId);
    await desk.reload();
    await desk.page.until('the call', () => desk.page.calls.has(callId));
    expect(desk.page.shown(callId).card).toEqual(before.card);
    expect(desk.page.shown(callId).call).toEqual(before.call);
    expect(desk.page.session.name).toBe('Ana Kovač');
  });

  test('shows what a colleague changed while the call goes on', async () => {
    await using desk = await wholeDesk(centre);
    await using other = await wholeDesk(centre);
    const { callId } = await inCall(desk);
    await other.signIn('maja');
    await other.page.until('the base', () => other.page.sync.customers > 20);
    const { customerId, version } = desk.page.shown(callId).card.customer ?? {
      customerId: '',
      version: 0,
    };
    const changes = { note: 'Kliči popoldne.' };
    await other.page.rpc.customers.edit({ customerId, baseVersion: version, changes });
    await desk.page.until(
      'the new note',
      () => desk.page.shown(callId).card.customer?.note === changes.note,
    );
    expect(desk.page.shown(callId).card.customer?.version).toBe(version + 1);
  });
});

describe('a desk that is started again', () => {
  test('goes on with the same person, the unfinished card, and what waits or was refused', async () => {
    await using desk = await wholeDesk(centre);
    const { callId } = await inCall(desk);
    await desk.page.rpc.calls.saveDraft({ callId, draft: fullDraft });
    const { customerId } = desk.page.shown(callId).card.customer ?? { customerId: '' };
    // Changed by somebody else after the version this person looked at.
    const changes = { email: 'marija@primer.si' };
    await desk.page.rpc.customers.edit({ customerId, baseVersion: 0, changes });
    await desk.page.until('refused', () => desk.page.sync.refused === 1);
    const parked = await desk.page.rpc.sync.parked();
    expect(parked.mutations).toMatchObject([
      { name: 'customer.edit', refusal: { code: 'conflict' }, args: { changes } },
    ]);
    centre.door.mode = 'loses-answers';
    await desk.page.rpc.calls.placeOrder({ callId, draft: fullDraft });
    await desk.page.until('saved', () => desk.page.sync.waiting === 1);

    await desk.restart();
    const { page } = desk;
    expect(page.session).toMatchObject({ phase: 'signed-in', name: 'Ana Kovač' });
    await page.until('the card', () => page.calls.has(callId));
    const { call, card } = page.shown(callId);
    expect(call).toMatchObject({ phase: 'ended', end: 'failed', direction: 'in' });
    expect(card).toMatchObject({
      customer: { name: 'Marija Žagar' },
      project: { projectId: 'internet' },
      draft: fullDraft,
      orders: [{ state: 'saved' }],
    });
    expect(page.sync).toMatchObject({ waiting: 1, refused: 1 });
    expect(await page.rpc.sync.parked()).toEqual(parked);
    await page.until('the line', () => page.line.phase === 'registered');

    centre.door.mode = 'open';
    desk.host.wake();
    await page.until('sent', () => page.sync.waiting === 0);
    expect(await ordersOf(callId)).toHaveLength(1);
    const [refused] = parked.mutations;
    const mended = { customerId, baseVersion: 99, changes };
    await page.rpc.sync.mend({ mutationId: refused?.mutationId ?? '', args: mended });
    await page.until('mended', () => page.sync.refused === 0 && page.sync.waiting === 0);
    expect(
      await centre.rows('select email from customers where customer_id = $1', customerId),
    ).toEqual([{ email: 'marija@primer.si' }]);
    await page.rpc.calls.finish({ callId, outcome: 'ordered', reason: null, note: '' });
    await page.until('gone', () => page.gone.includes(callId));
    await desk.restart();
    expect(desk.page.calls.size).toBe(0);
  });
});
