/** What becomes of a card that went to a colleague when its call does not follow, and when it does. */
import { describe, expect, test } from 'vitest';
import { emptyDraft } from '#shared/model/draft.ts';
import { LineError } from '../../../src-main/calls/line.ts';
import { callDesk, manualClock } from '../../support/call-desk-bench.ts';
import { PracticeLine, type PracticeLeg } from '../../support/practice-line.ts';

async function inCall() {
  const desk = callDesk({ ready: true });
  const leg = desk.line.ring({ queue: 'internet' });
  await desk.calls.answer(leg.callId);
  const handedTo = () => desk.calls.currentCard(leg.callId)?.handedTo;
  return { ...desk, leg, callId: leg.callId, handedTo };
}

async function consulting() {
  const desk = await inCall();
  const consultId = await desk.calls.consult(desk.callId, '202');
  const other = desk.line.legs.at(-1) as PracticeLeg;
  other.tell({ type: 'answered' });
  return { ...desk, consultId, other };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('a card is taken back', () => {
  test('when the transfer fails there', async () => {
    const { calls, leg, callId, cards, handedTo } = await inCall();
    await calls.transfer(callId, '202');
    leg.reportTransfer('failed');
    expect(cards.handed).toEqual(['new 202', `withdraw ${callId}`]);
    expect(handedTo()).toBeNull();
    // It goes along anew with the next one.
    await calls.transfer(callId, '202');
    expect(cards.handed.at(-1)).toBe('new 202');
    expect(handedTo()).toBe('202');
  });

  test('when the exchange refuses the wish', async () => {
    const { calls, leg, callId, cards } = await inCall();
    leg.transfer = () => Promise.reject(new LineError('REFUSED', '603 Decline'));
    await expect(calls.transfer(callId, '202')).rejects.toMatchObject({ code: 'REFUSED' });
    expect(cards.handed).toEqual(['new 202', `withdraw ${callId}`]);
  });

  test('when the customer hangs up on the way', async () => {
    const { calls, leg, callId, cards, handedTo } = await inCall();
    await calls.transfer(callId, '202');
    leg.end('hung-up-there');
    expect(cards.handed).toEqual(['new 202', `withdraw ${callId}`]);
    expect(handedTo()).toBeNull();
  });

  test.each(['busy', 'no-answer', 'hung-up-there'] as const)(
    'when the consultation ends (%s) without a transfer, and goes along anew afterwards',
    async (end) => {
      const { calls, callId, other, cards, handedTo } = await consulting();
      other.end(end);
      await settled();
      expect(cards.handed).toEqual(['new 202', `withdraw ${callId}`]);
      expect(handedTo()).toBeNull();
      await calls.transfer(callId, '202');
      expect(cards.handed.at(-1)).toBe('new 202');
    },
  );

  test('when the customer hangs up, but not while the colleague is still asked about him', async () => {
    const { leg, callId, other, cards } = await consulting();
    leg.end('hung-up-there');
    expect(cards.handed).toEqual(['new 202']);
    other.end('hung-up-there');
    expect(cards.handed).toEqual(['new 202', `withdraw ${callId}`]);
  });

  test('when the joining fails and the colleague has gone', async () => {
    const { calls, callId, leg, other, cards } = await consulting();
    await calls.completeTransfer(callId);
    other.end('hung-up-there');
    expect(cards.handed).not.toContain(`withdraw ${callId}`);
    leg.reportTransfer('failed');
    expect(cards.handed).toEqual(['new 202', 'update 202', `withdraw ${callId}`]);
  });
});

describe('a card stays with the colleague', () => {
  test('who has got the call', async () => {
    const { calls, callId, leg, cards, handedTo } = await inCall();
    await calls.transfer(callId, '202');
    leg.reportTransfer('ringing');
    calls.saveDraft(callId, { ...emptyDraft, note: 'wants fibre' });
    leg.reportTransfer('done');
    expect(cards.handed).toEqual(['new 202', 'update 202', `went on ${callId}`]);
    expect(cards.handedDrafts.at(-1)?.note).toBe('wants fibre');
    expect(handedTo()).toBe('202');
  });

  test('who was asked, and is joined with the customer', async () => {
    const { calls, callId, leg, other, cards } = await consulting();
    await calls.completeTransfer(callId);
    other.end('transferred');
    leg.reportTransfer('done');
    expect(cards.handed.slice(0, 2)).toEqual(['new 202', 'update 202']);
    expect(cards.handed.at(-1)).toBe(`went on ${callId}`);
    expect(cards.handed).not.toContain(`withdraw ${callId}`);
  });

  test('when the joining fails and he is still there', async () => {
    const { calls, callId, leg, cards, handedTo } = await consulting();
    await calls.completeTransfer(callId);
    leg.reportTransfer('failed');
    expect(cards.handed).toEqual(['new 202', 'update 202']);
    expect(handedTo()).toBe('202');
  });

  test('to whom the customer is sent while it still rings there', async () => {
    const { calls, callId, leg, cards } = await inCall();
    const consultId = await calls.consult(callId, '202');
    await calls.completeTransfer(consultId);
    expect(cards.handed).toEqual(['new 202', 'new 202']);
    leg.reportTransfer('failed');
    expect(cards.handed.at(-1)).toBe(`withdraw ${callId}`);
  });

  test('whom the exchange may be ringing with it, when this desk was restarted meanwhile', async () => {
    const before = await inCall();
    before.leg.journal();
    await before.calls.transfer(before.callId, '202');
    const { cards, journal, past } = before;
    const line = new PracticeLine();
    const clock = manualClock(before.clock.now() + 1000);
    const { phase } = callDesk({ cards, journal, past, clock, line });
    await settled();
    line.legs[0]?.end('failed');
    expect(phase(before.callId)).toBe('ended');
    expect(cards.handed).toEqual(['new 202']);
  });
});
