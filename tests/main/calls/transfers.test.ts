import { describe, expect, test } from 'vitest';
import { emptyDraft } from '#shared/model/draft.ts';
import { LineError } from '../../../src-main/calls/line.ts';
import { callDesk } from '../../support/call-desk-bench.ts';
import type { PracticeLeg } from '../../support/practice-line.ts';

const refused = () => new LineError('REFUSED', '603 Decline');

/** A desk in a call with a customer. */
async function inCall() {
  const desk = callDesk({ ready: true });
  const leg = desk.line.ring({ queue: 'internet' });
  await desk.calls.answer(leg.callId);
  const call = (callId = leg.callId) => desk.calls.currentCall(callId);
  return { ...desk, leg, callId: leg.callId, call };
}

/** …who waits while a colleague is asked. */
async function consulting() {
  const desk = await inCall();
  const consultId = await desk.calls.consult(desk.callId, '202');
  const other = desk.line.legs.at(-1) as PracticeLeg;
  other.tell({ type: 'answered' });
  return { ...desk, consultId, other };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('a blind transfer', () => {
  test('holds the party, hands the card to the extension, and tells how it goes', async () => {
    const { calls, leg, callId, call, cards } = await inCall();
    await calls.transfer(callId, '202');
    expect(leg.asked).toEqual(['answer', 'hold', 'transfer 202']);
    expect(call()).toMatchObject({ phase: 'held', transfer: { to: '202', state: 'asked' } });
    expect(calls.currentCard(callId)?.handedTo).toBe('202');
    leg.reportTransfer('ringing');
    expect(call()?.transfer?.state).toBe('ringing');
    leg.reportTransfer('done');
    expect(call()).toMatchObject({ phase: 'ended', end: 'transferred', transfer: null });
    expect(calls.operator).toMatchObject({ phase: 'wrap-up', wrapUpCallId: callId });
    expect(calls.currentCard(callId)?.handedTo).toBe('202');
    calls.finish(callId, 'solved', null, '');
    expect(cards.records).toMatchObject([{ callId, end: 'transferred' }]);
  });

  test('to a public number is dialled as such and takes no card along', async () => {
    const { calls, leg, callId, call } = await inCall();
    await calls.transfer(callId, '041 555 101');
    expect(leg.asked.at(-1)).toBe('transfer 0+38641555101');
    expect(call()?.transfer?.to).toBe('+38641555101');
    expect(calls.currentCard(callId)?.handedTo).toBeNull();
  });

  test('that the exchange refuses brings the party back', async () => {
    const { calls, leg, callId, call, line } = await inCall();
    const transfer = leg.transfer.bind(leg);
    leg.transfer = () => Promise.reject(refused());
    await expect(calls.transfer(callId, '202')).rejects.toMatchObject({ code: 'REFUSED' });
    await settled();
    expect(call()).toMatchObject({ phase: 'talking', transfer: { to: '202', state: 'failed' } });
    expect(line.focused).toBe(callId);
    leg.transfer = transfer;
    await calls.transfer(callId, '203');
    expect(call()?.transfer).toEqual({ to: '203', state: 'asked' });
  });

  test('that fails there brings the party back, and says why until the next one', async () => {
    const { calls, leg, callId, call } = await inCall();
    await calls.transfer(callId, '202');
    leg.reportTransfer('ringing');
    leg.reportTransfer('failed');
    await settled();
    expect(call()).toMatchObject({ phase: 'talking', transfer: { to: '202', state: 'failed' } });
    await calls.hold(callId, true);
    await calls.hold(callId, false);
    expect(call()?.transfer).toEqual({ to: '202', state: 'failed', why: 'no-answer' });
    await calls.consult(callId, '203');
    expect(call()?.transfer).toBeNull();
  });

  test.each(['asked', 'ringing'] as const)(
    'that is %s leaves the party where it waits',
    async (state) => {
      const { calls, leg, callId, call, line } = await inCall();
      await calls.transfer(callId, '202');
      leg.reportTransfer(state);
      const refusal = { code: 'WRONG_STATE', state: 'transfer' };
      await expect(calls.hold(callId, false)).rejects.toMatchObject(refusal);
      await expect(calls.hold(callId, true)).rejects.toMatchObject(refusal);
      await expect(calls.swap(callId)).rejects.toMatchObject(refusal);
      expect(call()).toMatchObject({ phase: 'held', transfer: { state } });
      expect(line.focused).toBeNull();
    },
  );

  test.each(['asked', 'ringing'] as const)(
    'that is %s goes on when the operator hangs up',
    async (state) => {
      const { calls, leg, callId, call, cards } = await inCall();
      await calls.transfer(callId, '202');
      leg.reportTransfer(state);
      await calls.hangUp(callId);
      expect(call()?.end).toBe('transferred');
      expect(cards.handed).toEqual(['new 202', 'update 202', `went on ${callId}`]);
    },
  );

  test('that the exchange has not taken ends with the call', async () => {
    const { calls, leg, callId, call, cards } = await inCall();
    leg.transfer = () => new Promise(() => undefined);
    void calls.transfer(callId, '202');
    await calls.hangUp(callId);
    expect(call()?.end).toBe('hung-up-here');
    expect(cards.handed).toEqual(['new 202', `withdraw ${callId}`]);
  });

  test('of a party that was held before leaves it held when it fails', async () => {
    const { calls, leg, callId, call } = await inCall();
    await calls.hold(callId, true);
    await calls.transfer(callId, '202');
    leg.reportTransfer('failed');
    await settled();
    expect(call()).toMatchObject({ phase: 'held', transfer: { state: 'failed' } });
  });

  test('goes on where the exchange will not hold the party', async () => {
    const { calls, leg, callId } = await inCall();
    leg.failing = refused();
    await calls.transfer(callId, '202');
    expect(leg.asked).toEqual(['answer', 'hold', 'transfer 202']);
  });

  test('is refused twice, to garbage, and before the answer', async () => {
    const { calls, leg, callId, line } = await inCall();
    await expect(calls.transfer(callId, 'burek')).rejects.toMatchObject({ code: 'BAD_NUMBER' });
    await calls.transfer(callId, '202');
    await expect(calls.transfer(callId, '203')).rejects.toMatchObject({ code: 'WRONG_STATE' });
    await expect(calls.consult(callId, '203')).rejects.toMatchObject({ code: 'WRONG_STATE' });
    expect(leg.asked.filter((one) => one.startsWith('transfer'))).toEqual(['transfer 202']);
    const second = line.ring();
    await expect(calls.transfer(second.callId, '203')).rejects.toMatchObject({
      code: 'WRONG_STATE',
      state: 'ringing',
    });
  });

  test('during which the party hangs up ends as any call', async () => {
    const { calls, leg, callId } = await inCall();
    await calls.transfer(callId, '202');
    leg.end('hung-up-there');
    expect(calls.operator).toMatchObject({ phase: 'wrap-up', wrapUpCallId: callId });
  });

  test('is kept from nothing by a base that cannot hand the card over', async () => {
    const { calls, leg, callId, cards } = await inCall();
    cards.failing = true;
    await calls.transfer(callId, '202');
    expect(leg.asked.at(-1)).toBe('transfer 202');
    expect(calls.currentCard(callId)?.handedTo).toBeNull();
  });
});

describe('asking a colleague', () => {
  test('holds the customer, hands the card over at once, and is a call about that one', async () => {
    const { calls, call, callId, consultId, line } = await consulting();
    expect(call()).toMatchObject({ phase: 'held' });
    expect(calls.currentCard(callId)?.handedTo).toBe('202');
    expect(call(consultId)).toMatchObject({ phase: 'talking', consultFor: callId, queue: null });
    expect(line.focused).toBe(consultId);
  });

  test('where nobody can be called leaves the customer talking', async () => {
    const { calls, call, callId, line, leg } = await inCall();
    line.failing = refused();
    await expect(calls.consult(callId, '202')).rejects.toMatchObject({ code: 'REFUSED' });
    expect(call()?.phase).toBe('talking');
    expect(leg.asked).toEqual(['answer']);
    expect(line.focused).toBe(callId);
    expect(calls.currentCard(callId)?.handedTo).toBeNull();
  });

  test.each(['busy', 'no-answer', 'hung-up-there'] as const)(
    'who ends it (%s) gives the customer back, and asks for no wrap-up of its own',
    async (end) => {
      const { calls, call, callId, consultId, other, line, cards } = await consulting();
      other.end(end);
      await settled();
      expect(call()?.phase).toBe('talking');
      expect(line.focused).toBe(callId);
      expect(call(consultId)).toBeUndefined();
      expect(cards.records).toMatchObject([{ callId: consultId, end }]);
      expect(calls.operator.phase).toBe('busy');
    },
  );

  test('about somebody who was on hold already leaves him there', async () => {
    const { calls, call, callId, line } = await inCall();
    await calls.hold(callId, true);
    await calls.consult(callId, '202');
    line.legs.at(-1)?.end('busy');
    await settled();
    expect(call()?.phase).toBe('held');
  });

  test('about which something was written waits to be finished', async () => {
    const { calls, consultId, other } = await consulting();
    calls.saveDraft(consultId, { ...emptyDraft, note: 'Bor takes it' });
    other.end('hung-up-there');
    expect(calls.currentCall(consultId)?.phase).toBe('ended');
  });

  test('goes from one to the other and back', async () => {
    const { calls, call, callId, consultId, line } = await consulting();
    for (const [next, waits] of [
      [callId, consultId],
      [consultId, callId],
    ] as const) {
      await calls.swap(next);
      expect([call(next)?.phase, call(waits)?.phase]).toEqual(['talking', 'held']);
      expect(line.focused).toBe(next);
    }
  });

  test('stays with the colleague when the customer cannot be resumed', async () => {
    const { calls, call, callId, consultId, leg } = await consulting();
    leg.failing = refused();
    await expect(calls.swap(callId)).rejects.toMatchObject({ code: 'REFUSED' });
    await settled();
    expect([call()?.phase, call(consultId)?.phase]).toEqual(['held', 'talking']);
  });

  test('twice at once hears only the last wish', async () => {
    const { calls, call, callId, consultId, line } = await consulting();
    await Promise.all([calls.swap(callId), calls.swap(consultId)]);
    await settled();
    expect([call()?.phase, call(consultId)?.phase]).toEqual(['held', 'talking']);
    expect(line.focused).toBe(consultId);
  });
});

describe('completing a transfer', () => {
  test.each(['callId', 'consultId'] as const)('joins customer and colleague by %s', async (by) => {
    const desk = await consulting();
    const { calls, call, callId, consultId, leg, other } = desk;
    await calls.completeTransfer(desk[by]);
    expect(leg.asked.at(-1)).toBe(`transfer to ${consultId}`);
    expect(call()?.transfer).toEqual({ to: '202', state: 'asked' });
    other.end('transferred');
    await settled();
    expect(call()?.phase).toBe('held');
    leg.reportTransfer('done');
    expect(call()?.end).toBe('transferred');
    expect(calls.operator).toMatchObject({ phase: 'wrap-up', wrapUpCallId: callId });
    expect(calls.currentCard(callId)?.handedTo).toBe('202');
  });

  test('ends our call with the colleague where his side leaves that to us', async () => {
    const { calls, callId, leg, other, call, consultId, cards } = await consulting();
    await calls.completeTransfer(callId);
    // A BYE without a last word of the transfer.
    leg.end('transferred');
    expect(other.asked.at(-1)).toBe('hang up');
    expect(call(consultId)).toBeUndefined();
    const handed = ['new 202', 'update 202', 'update 202', `went on ${callId}`];
    expect(cards.handed).toEqual(handed);
  });

  test('blind, to somebody else, leaves the colleague who was asked on the line', async () => {
    const { calls, call, callId, consultId, leg, other } = await consulting();
    await calls.transfer(callId, '203');
    leg.reportTransfer('done');
    expect(call(consultId)?.phase).toBe('talking');
    expect(other.asked).not.toContain('hang up');
  });

  test('that fails leaves both as they were', async () => {
    const { calls, call, callId, consultId, leg } = await consulting();
    await calls.completeTransfer(callId);
    leg.reportTransfer('failed');
    await settled();
    expect(call()).toMatchObject({ phase: 'held', transfer: { state: 'failed' } });
    expect(call(consultId)?.phase).toBe('talking');
  });

  test('that fails after the colleague has gone brings the customer back', async () => {
    const { calls, call, callId, leg, other } = await consulting();
    await calls.completeTransfer(callId);
    other.end('hung-up-there');
    leg.reportTransfer('failed');
    await settled();
    expect(call()?.phase).toBe('talking');
  });

  test('while it still rings there sends the customer instead of us', async () => {
    const { calls, call, callId, leg, line } = await inCall();
    const consultId = await calls.consult(callId, '202');
    await calls.completeTransfer(consultId);
    expect(line.legs.at(-1)?.asked).toEqual(['hang up']);
    expect(leg.asked).toEqual(['answer', 'hold', 'transfer 202']);
    leg.reportTransfer('failed');
    await settled();
    expect(call()?.phase).toBe('talking');
  });

  test('needs a consultation', async () => {
    const { calls, callId } = await inCall();
    await expect(calls.completeTransfer(callId)).rejects.toMatchObject({ code: 'WRONG_STATE' });
  });
});
