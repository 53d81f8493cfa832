import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emptyDraft } from '#shared/model/draft.ts';
import {
  anasCall,
  answered,
  arrived,
  deskAt,
  marija,
  nothingWaits,
  ringing,
  typed,
  type DeskAt,
} from '../../support/handing-desks.ts';
import { until } from '../../support/until.ts';
import { startCentre, type TestCentre } from '../../support/whole-desk.ts';

let centre: TestCentre;
beforeAll(async () => {
  centre = await startCentre();
});
afterAll(async () => {
  await centre[Symbol.asyncDispose]();
});

const deskOf = (username: string): Promise<DeskAt> => deskAt(centre, username);

describe('a card handed to a colleague', () => {
  test('is on the colleague\u2019s call with customer, project, script, form and all that was typed', async () => {
    await using ana = await deskOf('ana');
    await using bor = await deskOf('bor');
    const { ring, card } = anasCall(ana);
    const after = ana.base.cards.handOver(ring, card, '202', 'new');
    expect(after.handedTo).toBe('202');
    const call = ringing();
    await arrived(bor, call);
    const shown = bor.base.cards.cardFor(call);
    expect(shown).toMatchObject({
      customer: { name: 'Marija Žagar' },
      project: { projectId: 'internet' },
      script: { scriptId: card.script?.scriptId },
      form: { formId: card.form?.formId },
      draft: typed,
      handedBy: 'Ana Kovač',
    });
    answered(bor, call, shown);
    await nothingWaits(bor);
    // It stays through every refresh, a restart, and the server's word that it was taken.
    await until('told', async () => {
      const rows = await centre.rows('select 1 from hand_overs where taken_at is not null');
      return rows.length > 0;
    });
    await bor.restart();
    expect(bor.base.cards.cardFor(call)).toMatchObject({ draft: typed, handedBy: 'Ana Kovač' });
    await ana.restart();
    expect(ana.base.cards.cardFor(ring).handedTo).toBe('202');
    expect(bor.base.cards.cardFor(ringing()).handedBy).toBeNull();
  });

  test('is there in the consultation already, when the colleague\u2019s own extension calls', async () => {
    await using ana = await deskOf('ana');
    await using bor = await deskOf('bor');
    const { ring, card } = anasCall(ana);
    ana.base.cards.handOver(ring, card, '202', 'new');
    const consult = ringing({ number: null, written: '201' });
    await arrived(bor, consult);
    const shown = bor.base.cards.cardFor(consult);
    expect(shown).toMatchObject({ customer: { name: 'Marija Žagar' }, draft: typed });
    answered(bor, consult, shown);
    // The transfer is completed: the customer is at the other end now, and the card stays what it is.
    const joined = { ...consult, number: marija, written: marija };
    expect(bor.base.cards.refresh(joined, shown)).toMatchObject({
      customer: { name: 'Marija Žagar' },
      draft: typed,
      handedBy: 'Ana Kovač',
    });
    await nothingWaits(bor);
  });

  test('comes after the ring, and within a second of being handed over', async () => {
    await using ana = await deskOf('ana');
    await using bor = await deskOf('bor');
    const call = ringing();
    let shown = bor.base.cards.cardFor(call);
    expect(shown).toMatchObject({ handedBy: null, draft: emptyDraft });
    let refreshed = 0;
    using _watch = bor.base.sync.onPulled(() => {
      shown = bor.base.cards.refresh(call, shown);
      refreshed += 1;
    });
    const { ring, card } = anasCall(ana);
    ana.base.cards.handOver(ring, card, '202', 'new');
    await until('refreshed', () => shown.handedBy === 'Ana Kovač', 1000);
    expect(shown.draft).toEqual(typed);
    expect(refreshed).toBeGreaterThan(0);
    bor.base.handed.callEnded(call.callId);
    // Nobody answered: the next ring of the same customer has it.
    expect(bor.base.cards.cardFor(ringing()).handedBy).toBe('Ana Kovač');
    const again = ringing({ number: '+38640111222' });
    expect(bor.base.cards.cardFor(again).handedBy).toBeNull();
    answered(bor, call, shown);
    const other = ringing();
    answered(bor, other, bor.base.cards.cardFor(other));
    await nothingWaits(bor);
  });

  test('never goes over what the colleague has typed, but names who handed it over', async () => {
    await using ana = await deskOf('ana');
    await using bor = await deskOf('bor');
    const call = ringing();
    const own = { ...emptyDraft, note: 'sem že vprašal' };
    const shown = { ...bor.base.cards.cardFor(call), draft: own };
    answered(bor, call, shown);
    const { ring, card } = anasCall(ana);
    ana.base.cards.handOver(ring, card, '202', 'new');
    await arrived(bor, call);
    const now = bor.base.cards.refresh(call, shown);
    expect(now).toMatchObject({ draft: own, handedBy: 'Ana Kovač' });
    expect(bor.base.cards.cardFor(call).draft).toEqual(own);
    await nothingWaits(bor);
  });

  test('goes on: handed over twice, what the first operator wrote meanwhile comes along', async () => {
    await using ana = await deskOf('ana');
    await using bor = await deskOf('bor');
    const { ring, card } = anasCall(ana);
    ana.base.cards.handOver(ring, card, '202', 'new');
    const call = ringing();
    await arrived(bor, call);
    const first = bor.base.cards.cardFor(call);
    answered(bor, call, first);
    await nothingWaits(ana);
    ana.base.cards.handOver(ring, card, '202', 'update');
    expect(ana.base.outbox.counts().waiting).toBe(0);
    const more = { ...typed, note: 'Raje dopoldne, ne v torek.' };
    ana.base.cards.handOver(ring, { ...card, draft: more }, '202', 'update');
    await arrived(bor, call);
    expect(bor.base.cards.refresh(call, first).draft).toEqual(more);
    await nothingWaits(bor);
  });

  test('is the newest of its call: what was handed over before it is on no later call', async () => {
    await using ana = await deskOf('ana');
    await using bor = await deskOf('bor');
    const { ring, card } = anasCall(ana);
    ana.base.cards.handOver(ring, card, '202', 'new');
    const missed = ringing({ number: null, written: '201' });
    await arrived(bor, missed);
    bor.base.handed.callEnded(missed.callId);
    const more = { ...typed, note: 'Ni dvignil.' };
    ana.base.cards.handOver(ring, { ...card, draft: more }, '202', 'new');
    const call = ringing();
    await until('the newer card', () => bor.base.handed.match(call)?.draft.note === more.note);
    answered(bor, call, bor.base.cards.cardFor(call));
    expect(bor.base.cards.cardFor(ringing()).handedBy).toBeNull();
    expect(bor.base.cards.cardFor(ringing({ number: null, written: '201' })).handedBy).toBeNull();
    await nothingWaits(bor);
  });

  test('comes back with the call, with what both have written', async () => {
    await using ana = await deskOf('ana');
    await using bor = await deskOf('bor');
    const { ring, card } = anasCall(ana);
    ana.base.cards.handOver(ring, card, '202', 'new');
    const atBor = ringing();
    await arrived(bor, atBor);
    const shown = bor.base.cards.cardFor(atBor);
    answered(bor, atBor, shown);
    ana.base.handed.callEnded(ring.callId);
    const grown = { ...shown, draft: { ...shown.draft, note: 'Raje dopoldne. Vrnjeno.' } };
    bor.base.cards.handOver(atBor, grown, '201', 'new');
    const back = ringing();
    await arrived(ana, back);
    // The card of the first call, which is being wrapped up, is not touched.
    expect(ana.base.cards.refresh(ring, card)).toMatchObject({ draft: typed, handedBy: null });
    expect(ana.base.cards.cardFor(back)).toMatchObject({
      draft: grown.draft,
      handedBy: 'Bor Novak',
      customer: { name: 'Marija Žagar' },
    });
    answered(ana, back, ana.base.cards.cardFor(back));
    await nothingWaits(ana);
  });

  test('waits in the outbox while the server is away, and goes out when it is back', async () => {
    await using ana = await deskOf('ana');
    await using bor = await deskOf('bor');
    await centre.stopServer();
    const { ring, card } = anasCall(ana);
    expect(ana.base.cards.handOver(ring, card, '202', 'new').handedTo).toBe('202');
    expect(ana.base.outbox.counts().waiting).toBeGreaterThan(0);
    const call = ringing();
    expect(bor.base.cards.cardFor(call).handedBy).toBeNull();
    await centre.startServer();
    ana.base.sync.now();
    bor.base.sync.now();
    await until('the card is there', () => bor.base.handed.match(call) !== null, 20_000);
    const shown = bor.base.cards.cardFor(call);
    expect(shown.draft).toEqual(typed);
    answered(bor, call, shown);
    await nothingWaits(bor);
  });

  test('may be of a customer whom the first operator has just made', async () => {
    await using ana = await deskOf('ana');
    await using bor = await deskOf('bor');
    const number = '+38640777001';
    const made = ana.base.customers.create({
      name: 'Nova Stranka',
      numbers: [{ number, kind: 'mobile' }],
      address: null,
      email: null,
      since: null,
      language: null,
      note: '',
      data: {},
    });
    const { ring, card } = anasCall(ana, { number, customerId: made.customerId });
    ana.base.cards.handOver(ring, card, '202', 'new');
    const consult = ringing({ number: null, written: '201' });
    await arrived(bor, consult);
    const shown = bor.base.cards.cardFor(consult);
    expect(shown).toMatchObject({ match: 'chosen', customer: { name: 'Nova Stranka' } });
    answered(bor, consult, shown);
    await nothingWaits(bor);
  });

  test('is put on one call only, on none after ten minutes, and on none of another project', async () => {
    await using ana = await deskOf('ana');
    await using bor = await deskOf('bor');
    const { ring, card } = anasCall(ana);
    ana.base.cards.handOver(ring, card, '202', 'new');
    const first = ringing();
    await arrived(bor, first);
    expect(bor.base.cards.cardFor(first).handedBy).toBe('Ana Kovač');
    expect(bor.base.cards.cardFor(ringing()).handedBy).toBeNull();
    bor.base.handed.callEnded(first.callId);
    expect(bor.base.cards.cardFor(ringing({ direction: 'out' })).handedBy).toBeNull();
    expect(bor.base.cards.cardFor(ringing({ queue: 'taxi' })).handedBy).toBeNull();
    bor.setAhead(11 * 60_000);
    expect(bor.base.cards.cardFor(ringing()).handedBy).toBeNull();
    bor.setAhead(0);
    const taken = ringing();
    answered(bor, taken, bor.base.cards.cardFor(taken));
    await nothingWaits(bor);
  });

  test('does not go to a public number, and asks nobody for anything where no desk has the number', async () => {
    await using ana = await deskOf('ana');
    const { ring, card } = anasCall(ana);
    expect(ana.base.cards.handOver(ring, card, '0+38641555102', 'new').handedTo).toBeNull();
    expect(ana.base.cards.handOver(ring, card, '041555102', 'new').handedTo).toBeNull();
    expect(ana.base.outbox.counts()).toMatchObject({ waiting: 0 });
    ana.base.cards.handOver(ring, card, '299', 'new');
    expect(ana.base.outbox.counts().waiting).toBe(1);
    await nothingWaits(ana);
    expect(ana.base.outbox.counts()).toMatchObject({ refused: 0 });
    // Of a project that the centre file has dropped meanwhile.
    const { project } = card;
    const dropped = project && { ...project, projectId: 'dropped' };
    ana.base.cards.handOver(ring, { ...card, project: dropped }, '202', 'new');
    await until('refused', () => ana.base.outbox.counts().refused === 1);
    // Ten minutes later it says nothing to anybody, and no longer asks to be mended.
    ana.setAhead(11 * 60_000);
    ana.base.cards.handOver(ring, card, '202', 'new');
    await until('forgotten', () => ana.base.outbox.counts().refused === 0);
  });
});
