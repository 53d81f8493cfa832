/** A card whose customer hides the number: on the colleague's call, and on nobody else's. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { v7 as uuidv7 } from 'uuid';
import { emptyDraft } from '#shared/model/draft.ts';
import type { HandedCard } from '#shared/model/handed-card.ts';
import type { Ring } from '../../../src-main/calls/card-source.ts';
import {
  knownCard,
  namelessCard,
  type CardlessCall,
  type WaitingCard,
} from '../../../src-main/handed-cards/card-match.ts';
import {
  anasCall,
  answered,
  arrived,
  deskAt,
  nothingWaits,
  ringing,
  typed,
} from '../../support/handing-desks.ts';
import { startCentre, type TestCentre } from '../../support/whole-desk.ts';

const seenAt = Date.UTC(2026, 10, 23, 9, 0, 0);
const hidden = { number: null, written: null } as const;

function waiting(parts: Partial<HandedCard> = {}): WaitingCard {
  return {
    seenAt,
    card: {
      handOverId: uuidv7(),
      callId: uuidv7(),
      toExtension: '202',
      fromExtension: '201',
      fromSipUser: 'ana',
      fromName: 'Ana Kovač',
      number: null,
      customerId: null,
      projectId: 'internet',
      draft: emptyDraft,
      at: new Date(seenAt - 500).toISOString(),
      ...parts,
    },
  };
}

/** A call of somebody who hides the number, so many milliseconds after the card. */
function call(after: number, parts: Partial<Ring> = {}, shows: string | null = null): CardlessCall {
  return { ring: ringing({ ...hidden, ...parts }), began: seenAt + after, shows };
}

const one = waiting();
const pick = (
  asked: CardlessCall,
  cards: readonly WaitingCard[] = [one],
  others: readonly CardlessCall[] = [],
  tellsSender = false,
) => namelessCard(asked, others, cards, tellsSender);

describe('a call without a number', () => {
  test.each(['201', 'ana'])('that %s transfers has the card from there', (sentBy) => {
    expect(pick(call(800, { sentBy }))).toBe(one.card);
    // It may be of a queue, and the card may have been on the way for long.
    expect(pick(call(800, { sentBy, queue: 'internet' }))).toBe(one.card);
    const late = { ...one, seenAt: seenAt + 300_000 };
    expect(pick(call(800, { sentBy }), [late])).toBe(one.card);
  });

  test('that somebody else transfers has none', () => {
    expect(pick(call(800, { sentBy: '203' }))).toBeNull();
    expect(
      pick(call(800, { sentBy: '201' }), [waiting({ fromExtension: '203', fromSipUser: null })]),
    ).toBeNull();
  });

  test('has none of a customer whose number is known', () => {
    const known = waiting({ number: '+38641555101' });
    expect(pick(call(800, { sentBy: '201' }), [known])).toBeNull();
    expect(pick(call(800), [known])).toBeNull();
  });

  test('that began long before the card, or long after it, has none', () => {
    for (const sentBy of ['201', null])
      for (const after of [-30_000, 90_000]) expect(pick(call(after, { sentBy }))).toBeNull();
  });

  test('of an exchange that never tells who transfers has the only card of that minute', () => {
    expect(pick(call(800))).toBe(one.card);
    expect(pick(call(-1500))).toBe(one.card);
    expect(pick(call(800), [one], [], true)).toBeNull();
    for (const other of [{ queue: 'internet' }, { dialled: '+38618888888' }, { written: '203' }])
      expect(pick(call(800, other))).toBeNull();
  });

  test('has the newer of two cards of one call, and none of cards of two', () => {
    const newer = waiting({ callId: one.card.callId });
    expect(pick(call(800), [newer, one])).toBe(newer.card);
    expect(pick(call(800, { sentBy: '201' }), [newer, one])).toBe(newer.card);
    expect(pick(call(800), [waiting(), one])).toBeNull();
    expect(pick(call(800, { sentBy: '201' }), [waiting(), one])).toBeNull();
  });

  test('has none while another call may be the one', () => {
    expect(pick(call(800), [one], [call(2000)])).toBeNull();
    const { handOverId } = one.card;
    expect(pick(call(800, {}, handOverId), [one], [call(2000)])).toBeNull();
    expect(pick(call(800, { sentBy: '201' }), [one], [call(400, { sentBy: '201' })])).toBeNull();
    expect(pick(call(800), [one], [call(-60_000), call(400, { queue: 'taxi' })])).toBe(one.card);
  });

  test('has what was written since the colleague was asked about it', () => {
    const asked = waiting({ callId: one.card.callId });
    expect(knownCard(call(90_000), [one], asked.card)).toBe(one.card);
    expect(knownCard(call(90_000), [one], waiting().card)).toBeNull();
    expect(knownCard(call(90_000), [one], null)).toBeNull();
  });
});

test('a colleague who asks about a call has its card there, and none of an earlier call', () => {
  const asked = (after: number) => call(after, { written: '201' });
  expect(knownCard(asked(-1000), [one], null)).toBe(one.card);
  expect(knownCard(asked(90_000), [one], null)).toBeNull();
});

describe('between two desks', () => {
  let centre: TestCentre;
  beforeAll(async () => {
    centre = await startCentre();
  });
  afterAll(async () => {
    await centre[Symbol.asyncDispose]();
  });

  test('a customer who hides the number is sent on with the card', async () => {
    await using ana = await deskAt(centre, 'ana');
    await using bor = await deskAt(centre, 'bor');
    // This one was there before, and nobody has transferred it.
    const before = ringing(hidden);
    bor.setAhead(30_000);
    expect(bor.base.cards.cardFor(before).handedBy).toBeNull();
    const { ring, card } = anasCall(ana, hidden);
    ana.base.cards.handOver(ring, card, '202', 'new');
    const call = ringing({ ...hidden, sentBy: '201' });
    await arrived(bor, call);
    const shown = bor.base.cards.cardFor(call);
    expect(shown).toMatchObject({ handedBy: 'Ana Kovač', draft: typed });
    answered(bor, call, shown);
    expect(bor.base.cards.cardFor(before).handedBy).toBeNull();
    expect(bor.base.cards.cardFor(ringing({ ...hidden, sentBy: '201' })).handedBy).toBeNull();
    await nothingWaits(bor);
  });
});
