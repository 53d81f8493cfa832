import { describe, expect, test } from 'vitest';
import type { PlacedOrder } from '#shared/contract/desk.ts';
import { emptyDraft } from '#shared/model/draft.ts';
import { LineError } from '../../../src-main/calls/line.ts';
import { callDesk } from '../../support/call-desk-bench.ts';

const settled = () => new Promise((resolve) => setImmediate(resolve));

const placed: PlacedOrder = {
  order: {
    orderId: crypto.randomUUID(),
    kind: 'order',
    projectId: 'internet',
    customerId: null,
    callId: null,
    formId: 'fibre',
    formRevision: 1,
    scriptId: null,
    scriptRevision: null,
    answers: {},
    scriptAnswers: {},
    said: {},
    amountDue: null,
    placedAt: '2026-11-23T09:00:00.000Z',
  },
  state: 'saved',
  refusal: null,
};

/** Ana talks to Marija, muted, with something written. */
async function talking() {
  const desk = callDesk({ ready: true });
  const leg = desk.line.ring({ queue: 'internet' });
  await desk.calls.answer(leg.callId);
  desk.calls.mute(leg.callId, true);
  desk.calls.saveDraft(leg.callId, { ...emptyDraft, note: 'wants fibre' });
  const first = () => desk.calls.snapshots().find(({ call }) => call.callId === leg.callId);
  return { ...desk, leg, callId: leg.callId, first };
}

describe('a second call that rings', () => {
  test.each(['missed', 'answered-elsewhere', 'rejected-here'] as const)(
    'and ends as %s has changed nothing of the first',
    async (end) => {
      const { line, first, leg, callId } = await talking();
      const before = first();
      const second = line.ring({ queue: 'taxi', party: { number: null, written: '202' } });
      expect(first()).toEqual(before);
      second.end(end);
      expect(first()).toEqual(before);
      expect(line.focused).toBe(callId);
      expect(leg.asked).toEqual(['answer', 'mute']);
    },
  );

  test('and cannot be answered leaves the first talked to', async () => {
    const { calls, line, first, leg, callId } = await talking();
    const before = first();
    const second = line.ring();
    second.failing = new LineError('NO_VOICE', 'no page');
    await expect(calls.answer(second.callId)).rejects.toMatchObject({ code: 'NO_VOICE' });
    expect(first()).toEqual(before);
    expect(line.focused).toBe(callId);
    expect(leg.asked).toEqual(['answer', 'mute']);
  });

  test('and is answered holds the first, which keeps its mute and its draft', async () => {
    const { calls, line, first, callId } = await talking();
    const second = line.ring();
    await calls.answer(second.callId);
    expect(first()).toMatchObject({
      call: { phase: 'held', muted: true },
      card: { draft: { note: 'wants fibre' } },
    });
    expect(calls.currentCall(second.callId)).toMatchObject({ phase: 'talking', muted: false });
    calls.saveDraft(second.callId, { ...emptyDraft, note: 'a taxi' });
    second.end('hung-up-there');
    expect(first()?.call.phase).toBe('held');
    await calls.hold(callId, false);
    expect(first()).toMatchObject({
      call: { phase: 'talking', muted: true },
      card: { draft: { note: 'wants fibre' } },
    });
  });

  test('is never heard together with the first, also where the exchange will not hold it', async () => {
    const { calls, line, first, leg, told, callId } = await talking();
    const second = line.ring();
    leg.failing = new LineError('REFUSED', '488 Not Acceptable Here');
    await calls.answer(second.callId);
    expect(first()?.call.phase).toBe('held');
    expect(line.focused).toBe(second.callId);
    const talked = new Set<string>();
    for (const snapshot of told) {
      if ('gone' in snapshot) continue;
      if (snapshot.call.phase === 'talking') talked.add(snapshot.call.callId);
      else talked.delete(snapshot.call.callId);
      expect(talked.size).toBeLessThan(2);
    }
    await calls.swap(callId);
    expect(calls.currentCall(second.callId)?.phase).toBe('held');
  });

  test('after a hold that could not be told is told when the line is back', async () => {
    const { calls, line, leg } = await talking();
    const second = line.ring();
    leg.failing = new LineError('LINE_DOWN', 'no line');
    await calls.answer(second.callId);
    await settled();
    line.become('lost');
    line.become('registered');
    expect(leg.asked).toEqual(['answer', 'mute', 'hold', 'hold']);
  });
});

describe('a second call that is made', () => {
  test('holds the first, and leaves it held when nobody is there', async () => {
    const { calls, line, first } = await talking();
    await calls.dial('202', null, null);
    expect(first()?.call).toMatchObject({ phase: 'held', muted: true });
    line.legs.at(-1)?.end('busy');
    expect(first()?.call.phase).toBe('held');
    expect(calls.operator.phase).toBe('busy');
  });

  test('and is answered after the operator went back waits its turn', async () => {
    const { calls, line, first, callId } = await talking();
    const second = await calls.dial('202', null, null);
    await calls.swap(callId);
    line.legs.at(-1)?.tell({ type: 'answered' });
    expect(first()?.call.phase).toBe('talking');
    expect(calls.currentCall(second)?.phase).toBe('held');
    expect(line.focused).toBe(callId);
    expect(line.legs.at(-1)?.asked).toEqual(['hold']);
  });

  test('where the line refuses leaves the first as it was', async () => {
    const { calls, line, first } = await talking();
    const before = first();
    line.failing = new LineError('NO_VOICE', 'no page');
    await expect(calls.dial('202', null, null)).rejects.toMatchObject({ code: 'NO_VOICE' });
    expect(first()).toEqual(before);
  });
});

describe('somebody else at the other end', () => {
  test('is shown, and looked up', async () => {
    const { leg, first, line, calls } = await talking();
    leg.becomeParty({ number: '+38640999888', written: '040999888' });
    expect(first()).toMatchObject({
      call: { party: { number: '+38640999888' } },
      card: { match: 'none', customer: null, draft: { note: 'wants fibre' } },
    });
    const stranger = line.ring({ party: { number: '+38640999888' } });
    await calls.answer(stranger.callId);
    stranger.becomeParty({ number: '+38641123456' });
    expect(calls.currentCard(stranger.callId)).toMatchObject({
      match: 'one',
      customer: { name: 'Marija Žagar' },
    });
  });

  test('does not take away whom the operator has chosen', async () => {
    const { leg, first, calls, callId } = await talking();
    calls.chooseCustomer(callId, first()?.card.customer?.customerId ?? null);
    leg.becomeParty({ number: null, written: '202' });
    expect(first()).toMatchObject({
      call: { party: { written: '202' } },
      card: { match: 'chosen', customer: { name: 'Marija Žagar' } },
    });
  });
});

describe('calling again', () => {
  test('an ended call takes party, project and customer', async () => {
    const { calls, line, leg, callId } = await talking();
    await expect(calls.callBack(callId)).rejects.toMatchObject({ code: 'WRONG_STATE' });
    leg.end('hung-up-there');
    const again = await calls.callBack(callId);
    expect(line.dialled).toEqual(['0+38641123456']);
    expect(calls.currentCard(again)).toMatchObject({
      project: { projectId: 'internet' },
      customer: { name: 'Marija Žagar' },
      draft: emptyDraft,
    });
  });

  test.each(['callBack', 'redial'] as const)(
    'a call that was cut off (%s) goes on with what was written, on one card',
    async (how) => {
      const { calls, line, phase, cards } = callDesk({ ready: true });
      const callId = await calls.dial('041 123 456', 'internet', null);
      line.legs[0]?.tell({ type: 'answered' });
      calls.saveDraft(callId, { ...emptyDraft, note: 'wants fibre' });
      line.legs[0]?.end('failed');
      const again = how === 'redial' ? await calls.redial() : await calls.callBack(callId);
      expect(calls.currentCard(again)?.draft.note).toBe('wants fibre');
      expect(phase(callId)).toBeUndefined();
      expect(cards.records).toMatchObject([{ callId, end: 'failed', outcome: null }]);
      expect([...cards.drafts.keys()]).toEqual([again]);
    },
  );

  test('a call that was cut off keeps its card where the base cannot record it', async () => {
    const { calls, leg, callId, cards, phase } = await talking();
    leg.end('failed');
    cards.failing = true;
    const again = await calls.callBack(callId);
    expect(calls.currentCard(again)?.draft.note).toBe('wants fibre');
    expect(phase(callId)).toBe('ended');
  });

  test('a call that was cut off after an order leaves the order where it was made', async () => {
    const { calls, leg, callId, first } = await talking();
    const card = first()?.card;
    if (card) calls.replaceCard(callId, { ...card, orders: [placed] });
    leg.end('failed');
    const again = await calls.callBack(callId);
    expect(calls.currentCard(again)?.draft).toEqual(emptyDraft);
    expect(first()?.card.draft.note).toBe('wants fibre');
  });

  test('a call of the past comes from the history, and nobody from nowhere', async () => {
    const { calls, line, past } = callDesk();
    const callId = crypto.randomUUID();
    await expect(calls.callBack(callId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(calls.redial()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const party = { number: null, written: '202', displayName: null, withheld: false };
    past.calls.set(callId, { party, projectId: 'taxi', customerId: null });
    const again = await calls.callBack(callId);
    expect(line.dialled).toEqual(['202']);
    expect(calls.currentCard(again)?.project?.projectId).toBe('taxi');
    const hidden = { ...party, written: null, withheld: true };
    past.calls.set(callId, { party: hidden, projectId: null, customerId: null });
    line.legs.at(-1)?.end('busy');
    await expect(calls.callBack(callId)).rejects.toMatchObject({ code: 'BAD_NUMBER' });
  });

  test('the last number: of this run, else of the history', async () => {
    const { calls, line, past } = callDesk();
    const party = { number: '+38641555101', written: null, displayName: null, withheld: false };
    const startedAt = '2026-11-23T08:00:00.000Z';
    past.dialled = { party, projectId: null, customerId: null, startedAt };
    await calls.redial();
    line.legs.at(-1)?.end('busy');
    await calls.dial('203', null, null);
    line.legs.at(-1)?.end('busy');
    await calls.redial();
    expect(line.dialled).toEqual(['0+38641555101', '203', '203']);
  });

  test('the last number: not that of an older call whose card still lies here', async () => {
    const { calls, line, past, clock } = callDesk();
    const older = await calls.dial('203', null, null);
    line.legs.at(-1)?.end('busy');
    clock.advance(1000);
    const newer = await calls.dial('204', null, null);
    line.legs.at(-1)?.end('busy');
    const call = calls.currentCall(newer);
    if (call) past.dialled = { ...call, projectId: null, customerId: null };
    calls.finish(newer, null, null, '');
    expect(calls.currentCall(older)?.phase).toBe('ended');
    await calls.redial();
    expect(line.dialled).toEqual(['203', '204', '204']);
  });
});
