/** A card whose call does not follow it is taken back: over two desks and the real server. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emptyDraft } from '#shared/model/draft.ts';
import {
  anasCall,
  answered,
  arrived,
  deskAt,
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

/** Whether a call of the customer that rang now would have a card; it goes away again. */
function waits({ base }: DeskAt): boolean {
  const call = ringing();
  const found = base.handed.match(call);
  base.handed.callGone(call.callId);
  return found !== null;
}

const there = (desk: DeskAt): Promise<unknown> =>
  until('the card is there', () => waits(desk), 5000);
const gone = (desk: DeskAt): Promise<unknown> =>
  until('the card is gone', () => !waits(desk), 5000);

/** Whether the server has heard that the last hand-over is over. */
async function lastIsOver(): Promise<boolean> {
  const rows = await centre.rows<{ over: boolean }>(
    'select taken_at is not null and card is null as over from hand_overs order by received_at desc limit 1',
  );
  return rows[0]?.over === true;
}

const consultation = () => ringing({ number: null, written: '201' });

describe('a card of a transfer that failed', () => {
  test('is on no later call of the customer', async () => {
    await using ana = await deskOf('ana');
    await using bor = await deskOf('bor');
    const { ring, card } = anasCall(ana);
    const handed = ana.base.cards.handOver(ring, card, '202', 'new');
    await there(bor);
    expect(ana.base.cards.withdraw(ring.callId, handed).handedTo).toBeNull();
    await gone(bor);
    expect(bor.base.cards.cardFor(ringing({ queue: 'internet' }))).toMatchObject({
      handedBy: null,
      draft: emptyDraft,
    });
    // Once more is nothing more.
    await nothingWaits(ana);
    ana.base.cards.withdraw(ring.callId, card);
    expect(ana.base.outbox.counts()).toEqual({ waiting: 0, refused: 0 });
  });

  test('leaves the call that rings with it, and what the colleague has on a call stays his', async () => {
    await using ana = await deskOf('ana');
    await using bor = await deskOf('bor');
    const first = anasCall(ana);
    ana.base.cards.handOver(first.ring, first.card, '202', 'new');
    const rings = ringing();
    await arrived(bor, rings);
    const shown = bor.base.cards.cardFor(rings);
    expect(shown.draft).toEqual(typed);
    ana.base.cards.withdraw(first.ring.callId, first.card);
    await until('it is gone', () => bor.base.handed.match(rings) === null, 5000);
    expect(bor.base.cards.refresh(rings, shown)).toMatchObject({
      handedBy: null,
      draft: emptyDraft,
      project: null,
      customer: { name: 'Marija Žagar' },
    });
    bor.base.handed.callGone(rings.callId);

    const second = anasCall(ana);
    ana.base.cards.handOver(second.ring, second.card, '202', 'new');
    const taken = consultation();
    await arrived(bor, taken);
    const his = bor.base.cards.cardFor(taken);
    answered(bor, taken, his);
    ana.base.cards.withdraw(second.ring.callId, second.card);
    await nothingWaits(ana);
    await nothingWaits(bor);
    expect(bor.base.cards.refresh(taken, his)).toMatchObject({
      handedBy: 'Ana Kovač',
      draft: typed,
    });
    expect(bor.base.cards.cardFor(ringing()).handedBy).toBeNull();
  });

  test('is taken back when the server is there again, behind the hand-over', async () => {
    await using ana = await deskOf('ana');
    await using bor = await deskOf('bor');
    await centre.stopServer();
    const { ring, card } = anasCall(ana);
    ana.base.cards.handOver(ring, card, '202', 'new');
    ana.base.cards.withdraw(ring.callId, card);
    ana.base.sync.now();
    await centre.startServer();
    await ana.restart();
    await nothingWaits(ana);
    bor.base.sync.now();
    await until('up', () => bor.base.sync.state.server === 'up', 20_000);
    expect(waits(bor)).toBe(false);
    expect(await lastIsOver()).toBe(true);
  });

  test('is known to have gone after a restart, and can still be taken back', async () => {
    await using ana = await deskOf('ana');
    await using bor = await deskOf('bor');
    const { ring, card } = anasCall(ana);
    ana.base.cards.handOver(ring, card, '202', 'new');
    await there(bor);
    await ana.restart();
    ana.base.cards.withdraw(ring.callId, card);
    await gone(bor);
    expect(await lastIsOver()).toBe(true);
  });

  test('goes to the next colleague, and is with the one before no more', async () => {
    await using ana = await deskOf('ana');
    await using bor = await deskOf('bor');
    const { ring, card } = anasCall(ana);
    ana.base.cards.handOver(ring, card, '202', 'new');
    await there(bor);
    ana.base.cards.handOver(ring, card, '210', 'new');
    await gone(bor);
    expect(ana.base.cards.refresh(ring, card).handedTo).toBe('210');
  });
});

test('a card goes anew to the colleague who had it in a consultation that is over', async () => {
  await using ana = await deskOf('ana');
  await using bor = await deskOf('bor');
  const { ring, card } = anasCall(ana);
  ana.base.cards.handOver(ring, card, '202', 'new');
  const asked = consultation();
  await arrived(bor, asked);
  answered(bor, asked, bor.base.cards.cardFor(asked));
  await nothingWaits(bor);
  // Nothing was typed since. The consultation is over, the customer is sent to the same colleague.
  ana.base.cards.withdraw(ring.callId, card);
  bor.base.handed.callEnded(asked.callId);
  ana.base.cards.handOver(ring, card, '202', 'new');
  const call = ringing();
  await arrived(bor, call);
  const shown = bor.base.cards.cardFor(call);
  expect(shown).toMatchObject({ handedBy: 'Ana Kovač', draft: typed });
  answered(bor, call, shown);
  await nothingWaits(bor);
});

test('a customer whom the exchange sends back, or who calls again, is this desk’s again', async () => {
  await using ana = await deskOf('ana');
  await using bor = await deskOf('bor');
  const { ring, card } = anasCall(ana);
  ana.base.cards.handOver(ring, card, '202', 'new');
  await there(bor);
  ana.base.cards.wentOn(ring.callId);
  // What is written on the card of the call that has gone takes nothing back.
  ana.base.cards.saveDraft(ring, { ...typed, note: 'Predano.' }, null, 'internet');
  ana.base.cards.withdraw(ring.callId, card);
  const stranger = ringing({ number: '+38640111222' });
  ana.base.cards.saveDraft(stranger, emptyDraft, null, null);
  await nothingWaits(ana);
  expect(await lastIsOver()).toBe(false);
  const again = ringing();
  ana.base.cards.saveDraft(again, ana.base.cards.cardFor(again).draft, null, null);
  await gone(bor);
});

test('a newer card of the same call is shown before the call is answered', async () => {
  await using ana = await deskOf('ana');
  await using bor = await deskOf('bor');
  const { ring, card } = anasCall(ana);
  ana.base.cards.handOver(ring, card, '202', 'new');
  const call = ringing();
  await arrived(bor, call);
  const shown = bor.base.cards.cardFor(call);
  const more = { ...typed, note: 'Raje popoldne.' };
  ana.base.cards.handOver(ring, { ...card, draft: more }, '202', 'update');
  await until('the newer card', () => bor.base.handed.match(call)?.draft.note === more.note);
  expect(bor.base.cards.refresh(call, shown).draft).toEqual(more);
  answered(bor, call, { ...shown, draft: more });
  await nothingWaits(bor);
});

test('an ended call that is off the desk is forgotten', async () => {
  await using ana = await deskOf('ana');
  await using bor = await deskOf('bor');
  const { ring, card } = anasCall(ana);
  const call = ringing();
  bor.base.handed.callEnded(call.callId);
  ana.base.cards.handOver(ring, card, '202', 'new');
  await there(bor);
  bor.base.handed.callGone(call.callId);
  expect(bor.base.handed.match(call)).not.toBeNull();
});
