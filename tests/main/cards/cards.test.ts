import { describe, expect, test } from 'vitest';
import { emptyDraft } from '#shared/model/draft.ts';
import type { CallRecord } from '#shared/model/mutation.ts';
import type { Ring } from '../../../src-main/calls/card-source.ts';
import { greetingFor } from '../../../src-main/cards/greeting.ts';
import { orderFacts } from '../../../src-main/orders/order-base.ts';
import { OrderRefused } from '../../../src-main/orders/order-refused.ts';
import { createCardSource } from '../../../src-main/cards/card-source.ts';
import { createCustomerBase } from '../../../src-main/customers/customer-base.ts';
import { createDraftBase } from '../../../src-main/drafts/draft-base.ts';
import { createGivenCards } from '../../../src-main/handed-cards/given-cards.ts';
import { createHandedCardBase } from '../../../src-main/handed-cards/handed-card-base.ts';
import { createHistoryBase } from '../../../src-main/history/history-base.ts';
import { createOrderBase } from '../../../src-main/orders/order-base.ts';
import { createProjectBase } from '../../../src-main/projects/project-base.ts';
import { StoreError } from '../../../src-main/store/store-error.ts';
import { createOutbox } from '../../../src-main/sync/outbox.ts';
import { deskBase } from '../../support/desk-base.ts';
import { form, internet, sale, taxi } from '../../support/projects.ts';
import { customer } from '../../support/synced-desk.ts';

function rooms() {
  const base = deskBase();
  const { store } = base;
  const { clock } = base.host;
  const userId = () => 'u-ana';
  const operatorName = () => 'Ana';
  const outbox = createOutbox({ store, clock, userId });
  const customers = createCustomerBase({ store, outbox });
  const projects = createProjectBase(store);
  const orders = createOrderBase({
    store,
    outbox,
    timeline: customers.entries,
    clock,
    operatorName,
  });
  const drafts = createDraftBase({ store, clock, userId });
  const line = () => ({ extension: '201', sipUser: '201' });
  const given = createGivenCards({ store, outbox, clock, userId, line, operatorName });
  const handed = createHandedCardBase({ store, outbox, clock, userId, given });
  const history = createHistoryBase({ store, clock, userId });
  const cards = createCardSource({
    store,
    customers,
    projects,
    drafts,
    orders,
    outbox,
    handed,
    given,
    history,
    operatorName,
  });
  store.transaction((tx) => {
    for (const body of [internet, taxi])
      projects.pulled.project.apply(tx, { entity: 'project', id: body.projectId, body }, 1);
    projects.pulled.script.apply(tx, { entity: 'script', id: sale.scriptId, body: sale }, 1);
    projects.pulled.form.apply(tx, { entity: 'form', id: form.formId, body: form }, 1);
    for (const body of [marija, jure, jureTwo])
      customers.pulled.apply(tx, { entity: 'customer', id: body.customerId, body }, 1);
  });
  return {
    store,
    outbox,
    customers,
    projects,
    orders,
    drafts,
    cards,
    [Symbol.dispose]: () => base[Symbol.dispose](),
  };
}

const shared = '+38640000111';
const marija = customer({ name: 'Marija Žagar', language: 'en' });
const jure = customer({ name: 'Jure', numbers: [{ number: shared, kind: 'mobile' }] });
const jureTwo = customer({ name: 'Jure ml.', numbers: [{ number: shared, kind: 'home' }] });
const callId = '019aafe6-5a80-7000-8000-000000000001';
const ring: Ring = {
  callId,
  direction: 'in',
  number: marija.numbers[0]?.number ?? null,
  dialled: null,
  queue: 'internet-hotline',
  projectId: null,
  customerId: null,
};
const sound = {
  ...emptyDraft,
  form: { name: 'Marija', package: 'fast' },
  script: { package: 'fast', competitor: 'T-2' },
  said: { who: '2026-11-23T09:00:00.000Z', pay: '2026-11-23T09:00:01.000Z' },
};

describe('a card', () => {
  test('has customer, project, script, form and an empty draft at once', () => {
    using base = rooms();
    expect(base.cards.cardFor(ring)).toEqual({
      match: 'one',
      customer: marija,
      candidates: [],
      timeline: [],
      project: internet,
      script: sale,
      form,
      draft: emptyDraft,
      orders: [],
      handedBy: null,
      handedTo: null,
    });
  });

  test('lets the operator choose among several, and knows nobody behind a withheld number', () => {
    using base = rooms();
    const several = base.cards.cardFor({ ...ring, number: shared });
    expect(several).toMatchObject({ match: 'several', customer: null });
    expect(several.candidates).toEqual([jure, jureTwo]);
    const withheld = base.cards.cardFor({ ...ring, number: null });
    expect(withheld).toMatchObject({ match: 'none', customer: null, candidates: [] });
    const asked = { ...ring, number: shared, customerId: jureTwo.customerId };
    const chosen = base.cards.refresh(asked, several);
    expect(chosen).toMatchObject({ match: 'chosen', customer: jureTwo });
    const another = base.cards.refresh({ ...asked, customerId: jure.customerId }, chosen);
    expect(another).toMatchObject({ match: 'chosen', customer: jure });
    const takenBack = base.cards.refresh({ ...asked, customerId: null }, another);
    expect(takenBack).toMatchObject({ match: 'several', customer: null });
  });

  test('lets the operator change the project, and its script and form with it', () => {
    using base = rooms();
    const card = base.cards.cardFor({ ...ring, queue: 'internet', dialled: '+38612345678' });
    expect(card.project?.projectId).toBe('internet');
    const other = base.cards.refresh({ ...ring, dialled: '+38612345678', projectId: 'taxi' }, card);
    expect(other.project?.projectId).toBe('taxi');
    expect(other.script).not.toEqual(card.script);
  });

  test('takes the project from the queue, then from the dialled number', () => {
    using base = rooms();
    const { cards } = base;
    const both = cards.cardFor({ ...ring, queue: 'taxi', dialled: '+38612345678' });
    expect(both.project?.projectId).toBe('taxi');
    const dialled = cards.cardFor({ ...ring, queue: 'unknown', dialled: '+38612345678' });
    expect(dialled.project?.projectId).toBe('internet');
    expect(cards.cardFor({ ...ring, queue: null }).project).toBeNull();
  });

  test('brings back what was typed before, with whom and what for', () => {
    using base = rooms();
    base.cards.saveDraft(ring, { ...sound, note: 'pol' }, jure.customerId, 'taxi');
    const card = base.cards.cardFor(ring);
    expect(card).toMatchObject({ match: 'chosen', customer: jure, project: { projectId: 'taxi' } });
    expect(card.draft.note).toBe('pol');
    expect(base.cards.unfinished()).toHaveLength(1);
  });

  test('keeps the revision of the script it was led by, and shows the customer as edited', () => {
    using base = rooms();
    const card = base.cards.cardFor(ring);
    base.store.transaction((tx) =>
      base.projects.pulled.script.apply(
        tx,
        { entity: 'script', id: sale.scriptId, body: { ...sale, revision: 4 } },
        1,
      ),
    );
    base.customers.edit(marija.customerId, 1, { note: 'pazi' });
    const now = base.cards.refresh(ring, card);
    expect(now.script?.revision).toBe(3);
    expect(now.customer?.note).toBe('pazi');
    expect(base.cards.cardFor(ring).script?.revision).toBe(4);
  });

  test('greets in the customer’s language, else in the project’s', () => {
    using base = rooms();
    expect(greetingFor(base.cards.cardFor(ring), 'Ana')).toBe('Good day, this is Ana.');
    expect(greetingFor(base.cards.cardFor({ ...ring, number: null }), 'Ana')).toBe(
      'Dober dan, Ana pri telefonu.',
    );
  });

  test('leaves record, timeline and outbox when the call is finished, and takes the draft away', () => {
    using base = rooms();
    base.cards.saveDraft(ring, sound, marija.customerId, 'internet');
    base.cards.recordCall(record({ outcome: 'no', reason: 'predrago', note: 'drugič' }));
    expect(base.cards.unfinished()).toEqual([]);
    expect(base.outbox.counts().waiting).toBe(1);
    expect(base.cards.cardFor(ring).timeline).toEqual([
      expect.objectContaining({ entryId: callId, kind: 'refused', code: 'no', text: 'drugič' }),
    ]);
  });
});

describe('an order', () => {
  const facts = { customerId: marija.customerId, project: internet, script: sale, form };

  test('is saved with its mutation and its timeline entry, and follows the outbox', () => {
    using base = rooms();
    const placed = base.orders.place(callId, sound, facts);
    expect(placed).toMatchObject({
      state: 'saved',
      order: {
        kind: 'order',
        answers: sound.form,
        scriptAnswers: { competitor: 'T-2' },
        amountDue: { cents: 4900, currency: 'EUR' },
        formRevision: 2,
        scriptRevision: 3,
      },
    });
    expect(base.cards.cardFor(ring).orders).toEqual([placed]);
    expect(base.customers.timeline(marija.customerId)[0]?.entryId).toBe(placed.order.orderId);
    const [queued] = base.outbox.next(['u-ana'], 10);
    if (!queued) throw new Error('nothing queued');
    expect(queued).toMatchObject({ name: 'order.place', args: placed.order });
    const { mutationId } = queued;
    const refusal = { code: 'unknown-project' as const, details: { project: 'internet' } };
    base.outbox.settle([queued], [{ mutationId, status: 'refused', ...refusal }]);
    expect(base.orders.ofCall(callId)[0]).toMatchObject({ state: 'refused', refusal });
    base.outbox.mend(mutationId, null);
    expect(base.orders.ofCall(callId)[0]).toMatchObject({ state: 'saved', refusal: null });
    const [again] = base.outbox.next(['u-ana'], 10);
    if (!again) throw new Error('nothing queued');
    base.outbox.settle([again], [{ mutationId: again.mutationId, status: 'applied' }]);
    expect(base.orders.ofCall(callId)[0]?.state).toBe('with-server');
  });

  test('is not saved while something was not said or the form is broken', () => {
    using base = rooms();
    const why = (draft: typeof sound) => {
      try {
        base.orders.place(callId, draft, facts);
      } catch (error) {
        if (error instanceof OrderRefused) return error.refused;
        throw error;
      }
      return null;
    };
    expect(why({ ...sound, said: {} as typeof sound.said })).toEqual({
      code: 'UNSAID',
      items: ['who', 'pay'],
    });
    expect(why({ ...sound, form: { name: 'M', package: 'fast' } })).toMatchObject({
      code: 'FORM_INVALID',
      faults: expect.arrayContaining([expect.objectContaining({ at: '/name' })]),
    });
    expect(base.orders.ofCall(callId)).toEqual([]);
    expect(base.outbox.counts().waiting).toBe(0);
    expect(why(sound)).toBeNull();
  });

  test('leaves nothing behind when its mutation cannot be written', () => {
    using base = rooms();
    base.store.prepare('DROP TABLE outbox').run();
    expect(() => base.orders.place(callId, sound, facts)).toThrow(StoreError);
    for (const table of ['orders', 'timeline'])
      expect(base.store.prepare(`SELECT count(*) AS n FROM ${table}`).get()).toEqual({ n: 0 });
  });

  test('is not told as saved when the disk is full', () => {
    using base = rooms();
    const pages = base.store.prepare<{ page_count: number }>('PRAGMA page_count').get();
    base.store.prepare(`PRAGMA max_page_count = ${pages?.page_count ?? 1}`).get();
    const much = { ...sound, script: { story: 'x'.repeat(50_000) } };
    expect(() => base.orders.place(callId, much, facts)).toThrow(
      expect.objectContaining({ reason: 'full' }),
    );
    expect(base.orders.ofCall(callId)).toEqual([]);
    expect(base.outbox.counts().waiting).toBe(0);
  });

  test('needs a project with a form', () => {
    using base = rooms();
    expect(orderFacts(base.cards.cardFor({ ...ring, queue: 'taxi' }))).toBeNull();
    expect(orderFacts(base.cards.cardFor(ring))).toEqual(facts);
  });
});

function record(given: Partial<CallRecord>): CallRecord {
  return {
    callId,
    direction: 'in',
    number: ring.number,
    customerId: marija.customerId,
    projectId: 'internet',
    queue: ring.queue,
    waitedSeconds: 5,
    startedAt: '2026-11-23T09:00:00.000Z',
    answeredAt: '2026-11-23T09:00:05.000Z',
    endedAt: '2026-11-23T09:03:00.000Z',
    end: 'hung-up-there',
    outcome: null,
    reason: null,
    note: '',
    scriptId: null,
    scriptRevision: null,
    scriptAnswers: {},
    said: {},
    ...given,
  };
}
