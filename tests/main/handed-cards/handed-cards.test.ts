import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CallCard } from '#shared/contract/desk.ts';
import { emptyDraft, type Draft } from '#shared/model/draft.ts';
import type { Ring } from '../../../src-main/calls/card-source.ts';
import { v7 as uuidv7 } from 'uuid';
import { openLocalBase, type LocalBase } from '../../../src-main/local-base.ts';
import { memoryHost, wallClock, type MemoryHost } from '../../support/memory-host.ts';
import { until } from '../../support/until.ts';
import { startCentre, password, type TestCentre } from '../../support/whole-desk.ts';

let centre: TestCentre;
beforeAll(async () => {
  centre = await startCentre();
});
afterAll(async () => {
  await centre[Symbol.asyncDispose]();
});

interface DeskAt extends AsyncDisposable {
  readonly base: LocalBase;
  readonly host: MemoryHost;
  /** Milliseconds by which this desk's clock is ahead. */
  setAhead(ms: number): void;
  restart(): Promise<void>;
}

/** A desk's base, signed in at the real server, everything pulled. */
async function deskOf(username: string): Promise<DeskAt> {
  const memory = memoryHost({ server: centre.door.address });
  let ahead = 0;
  const host = { ...memory, clock: { ...wallClock, now: () => Date.now() + ahead } };
  let base = await openLocalBase(host, () => false);
  await base.session.signIn(username, password);
  const ready = (): Promise<unknown> =>
    until('pulled', () => base.sync.state.server === 'up' && !base.sync.state.loading, 20_000);
  await ready();
  return {
    setAhead: (ms) => void (ahead = ms),
    get base() {
      return base;
    },
    host: memory,
    async restart() {
      await base[Symbol.asyncDispose]();
      base = await openLocalBase(host, () => false);
      base.session.resume();
      await ready();
    },
    async [Symbol.asyncDispose]() {
      await base[Symbol.asyncDispose]();
      memory[Symbol.dispose]();
    },
  };
}

const marija = '+38641555101';
const typed: Draft = {
  ...emptyDraft,
  form: { package: 'fiber-100' },
  script: { provider: 'drugi' },
  said: { who: '2026-11-23T09:00:00.000Z' },
  note: 'Raje dopoldne.',
};

function ringing(parts: Partial<Ring> = {}): Ring {
  return {
    callId: uuidv7(),
    direction: 'in',
    number: marija,
    written: marija,
    dialled: null,
    queue: null,
    projectId: null,
    customerId: null,
    ...parts,
  };
}

/** Ana talks to a customer of the internet project and has typed. */
function anasCall({ base }: DeskAt, parts: Partial<Ring> = {}): { ring: Ring; card: CallCard } {
  const ring = ringing({ queue: 'internet', ...parts });
  const card = { ...base.cards.cardFor(ring), draft: typed };
  base.cards.saveDraft(
    ring,
    typed,
    card.customer?.customerId ?? null,
    card.project?.projectId ?? null,
  );
  return { ring, card };
}

const answered = ({ base }: DeskAt, ring: Ring, { draft }: CallCard): void =>
  base.cards.saveDraft(ring, draft, null, null);

const arrived = (desk: DeskAt, ring: Ring): Promise<unknown> =>
  until('the card is there', () => desk.base.handed.match(ring) !== null, 5000);

/** What else was handed over in this file must not answer for it. */
async function nothingWaits(desk: DeskAt): Promise<void> {
  await until('all sent', () => desk.base.outbox.counts().waiting === 0, 10_000);
}

describe('a card handed to a colleague', () => {
  test('is on the colleague\u2019s call with customer, project, script, form and all that was typed', async () => {
    await using ana = await deskOf('ana');
    await using bor = await deskOf('bor');
    const { ring, card } = anasCall(ana);
    const after = ana.base.cards.handOver(ring, card, '202');
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
    ana.base.cards.handOver(ring, card, '202');
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
    ana.base.cards.handOver(ring, card, '202');
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
    ana.base.cards.handOver(ring, card, '202');
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
    ana.base.cards.handOver(ring, card, '202');
    const call = ringing();
    await arrived(bor, call);
    const first = bor.base.cards.cardFor(call);
    answered(bor, call, first);
    await nothingWaits(ana);
    ana.base.cards.handOver(ring, card, '202');
    expect(ana.base.outbox.counts().waiting).toBe(0);
    const more = { ...typed, note: 'Raje dopoldne, ne v torek.' };
    ana.base.cards.handOver(ring, { ...card, draft: more }, '202');
    await arrived(bor, call);
    expect(bor.base.cards.refresh(call, first).draft).toEqual(more);
    await nothingWaits(bor);
  });

  test('is the newest of its call: what was handed over before it is on no later call', async () => {
    await using ana = await deskOf('ana');
    await using bor = await deskOf('bor');
    const { ring, card } = anasCall(ana);
    ana.base.cards.handOver(ring, card, '202');
    const missed = ringing({ number: null, written: '201' });
    await arrived(bor, missed);
    bor.base.handed.callEnded(missed.callId);
    const more = { ...typed, note: 'Ni dvignil.' };
    ana.base.cards.handOver(ring, { ...card, draft: more }, '202');
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
    ana.base.cards.handOver(ring, card, '202');
    const atBor = ringing();
    await arrived(bor, atBor);
    const shown = bor.base.cards.cardFor(atBor);
    answered(bor, atBor, shown);
    ana.base.handed.callEnded(ring.callId);
    const grown = { ...shown, draft: { ...shown.draft, note: 'Raje dopoldne. Vrnjeno.' } };
    bor.base.cards.handOver(atBor, grown, '201');
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
    expect(ana.base.cards.handOver(ring, card, '202').handedTo).toBe('202');
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
    ana.base.cards.handOver(ring, card, '202');
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
    ana.base.cards.handOver(ring, card, '202');
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

  test('does not go to a public number, and is refused where nobody has the extension', async () => {
    await using ana = await deskOf('ana');
    const { ring, card } = anasCall(ana);
    expect(ana.base.cards.handOver(ring, card, '0+38641555102').handedTo).toBeNull();
    expect(ana.base.cards.handOver(ring, card, '041555102').handedTo).toBeNull();
    expect(ana.base.outbox.counts()).toMatchObject({ waiting: 0 });
    ana.base.cards.handOver(ring, card, '299');
    await until('refused', () => ana.base.outbox.counts().refused === 1);
    expect(ana.base.outbox.parked()).toMatchObject([
      { name: 'card.hand-over', refusal: { code: 'unknown-extension' } },
    ]);
    // Ten minutes later it says nothing to anybody, and no longer asks to be mended.
    ana.setAhead(11 * 60_000);
    ana.base.cards.handOver(ring, card, '202');
    await until('forgotten', () => ana.base.outbox.counts().refused === 0);
  });
});
