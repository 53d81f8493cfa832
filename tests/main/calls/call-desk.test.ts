import { describe, expect, test } from 'vitest';
import { emptyDraft } from '#shared/model/draft.ts';
import { LineError } from '../../../src-main/calls/line.ts';
import { callDesk as desk } from '../../support/call-desk-bench.ts';
import { marija, MemoryCards } from '../../support/memory-cards.ts';

describe('a ring', () => {
  test('is one snapshot of call and card, in the same step', () => {
    const { line, told } = desk({ ready: true });
    const leg = line.ring({ queue: 'internet', waitedSeconds: 31, dialled: '080 12 34' });
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({
      call: {
        callId: leg.callId,
        phase: 'ringing',
        queue: 'internet',
        waitedSeconds: 31,
        dialled: '+386801234',
      },
      card: {
        match: 'one',
        customer: { name: 'Marija Žagar' },
        project: { projectId: 'internet' },
      },
    });
  });

  test('comes also when the base fails', () => {
    const cards = new MemoryCards();
    const { line, told } = desk({ cards });
    cards.failing = true;
    line.ring();
    expect(told[0]).toMatchObject({ call: { phase: 'ringing' }, card: { match: 'none' } });
  });

  test('of a queue goes back while the operator is not ready or wraps up; a direct one rings', async () => {
    const { line, calls, phase } = desk();
    expect(line.ring({ queue: 'internet' }).asked).toEqual(['reject to-queue']);
    const direct = line.ring();
    expect(phase(direct.callId)).toBe('ringing');
    await calls.reject(direct.callId, 'busy');
    direct.tell({ type: 'ended', end: 'rejected-here', detail: '' });
    calls.ready();
    const taken = line.ring({ queue: 'internet' });
    await calls.answer(taken.callId);
    taken.tell({ type: 'answered' });
    taken.tell({ type: 'ended', end: 'hung-up-there', detail: '' });
    expect(calls.operator.phase).toBe('wrap-up');
    expect(line.ring({ queue: 'internet' }).asked).toEqual(['reject to-queue']);
    calls.finish(taken.callId, null, null, '');
    expect(phase(line.ring({ queue: 'internet' }).callId)).toBe('ringing');
  });

  test('with nobody signed in goes back to the queue', () => {
    const { line, told } = desk({ signedIn: false });
    expect(line.ring().asked).toEqual(['reject to-queue']);
    expect(told).toEqual([]);
  });

  test('sounds, and only waits in a conversation', async () => {
    const { line, calls, ringer } = desk();
    const first = line.ring();
    await calls.answer(first.callId);
    const second = line.ring();
    second.end('missed');
    first.end('hung-up-there');
    expect(ringer.rings).toEqual(['ring', null, 'call-waiting', null]);
  });

  test('that nobody answers is recorded as missed and goes', () => {
    const { line, cards, told, phase } = desk({ ready: true });
    const leg = line.ring({ queue: 'internet' });
    leg.end('missed');
    expect(cards.records).toMatchObject([
      { callId: leg.callId, end: 'missed', outcome: null, customerId: marija.customerId },
    ]);
    expect(told.at(-1)).toEqual({ gone: leg.callId });
    expect(phase(leg.callId)).toBeUndefined();
  });

  test('that was missed stays on the screen while it cannot be recorded', () => {
    const { line, cards, calls, phase } = desk();
    const leg = line.ring();
    cards.failing = true;
    leg.end('missed');
    expect(phase(leg.callId)).toBe('ended');
    cards.failing = false;
    calls.finish(leg.callId, null, null, '');
    expect(cards.records).toHaveLength(1);
  });

  test('that a colleague took leaves nothing', () => {
    const { line, cards, told } = desk();
    const leg = line.ring();
    leg.end('answered-elsewhere');
    expect(cards.records).toEqual([]);
    expect(told.at(-1)).toEqual({ gone: leg.callId });
  });

  test('can be rejected with a reason, once', async () => {
    const { line, calls } = desk();
    const leg = line.ring();
    await calls.reject(leg.callId, 'busy');
    expect(leg.asked).toEqual(['reject busy']);
    await expect(calls.reject(leg.callId, 'busy')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('answering', () => {
  test('focuses the call, keeps its draft and holds the other one', async () => {
    const { line, cards, calls, phase } = desk();
    const first = line.ring();
    await calls.answer(first.callId);
    const second = line.ring({ party: { number: null, written: '202' } });
    await calls.answer(second.callId);
    expect(line.focused).toBe(second.callId);
    expect(phase(first.callId)).toBe('held');
    expect(phase(second.callId)).toBe('talking');
    expect([...cards.drafts.keys()]).toEqual([first.callId, second.callId]);
    second.end('hung-up-there');
    expect(line.focused).toBeNull();
    await calls.hold(first.callId, false);
    expect(line.focused).toBe(first.callId);
  });

  test('that fails lets it ring on', async () => {
    const { line, calls, phase, ringer } = desk();
    const leg = line.ring();
    leg.failing = new LineError('NO_VOICE', 'no page');
    await expect(calls.answer(leg.callId)).rejects.toMatchObject({ code: 'NO_VOICE' });
    expect(phase(leg.callId)).toBe('ringing');
    expect(ringer.rings.at(-1)).toBe('ring');
    await calls.answer(leg.callId);
    expect(phase(leg.callId)).toBe('talking');
  });

  test('a call that talks or ended is refused with its state', async () => {
    const { line, calls } = desk();
    const leg = line.ring();
    await calls.answer(leg.callId);
    await expect(calls.answer(leg.callId)).rejects.toMatchObject({
      code: 'WRONG_STATE',
      state: 'talking',
    });
    leg.end('hung-up-there');
    for (const refused of [
      calls.answer(leg.callId),
      calls.hangUp(leg.callId),
      calls.hold(leg.callId, true),
      calls.sendDtmf(leg.callId, '1'),
    ])
      await expect(refused).rejects.toMatchObject({ code: 'WRONG_STATE', state: 'ended' });
    expect(() => calls.mute(leg.callId, true)).toThrow('ended');
  });
});

describe('dialling', () => {
  test.each([
    ['041 123 456', '0+38641123456', '+38641123456'],
    ['tel:+386-41-123-456', '0+38641123456', '+38641123456'],
    ['00386 (0)41 123 456', '0+38641123456', '+38641123456'],
    ['sip:202@pbx.example', '202', null],
    ['202', '202', null],
    ['113', '113', null],
    ['*60', '*60', null],
  ])('%s asks the exchange for %s', async (written, target, number) => {
    const { line, calls } = desk();
    const callId = await calls.dial(written, 'internet', null);
    expect(line.dialled).toEqual([target]);
    expect(calls.currentCall(callId)).toMatchObject({
      phase: 'dialling',
      direction: 'out',
      party: { number },
    });
    expect(calls.currentCard(callId)?.project?.projectId).toBe('internet');
  });

  test.each(['', 'Marija', '+386', '12345678901234567890'])(
    '"%s" is no number',
    async (written) => {
      const { line, calls } = desk();
      await expect(calls.dial(written, null, null)).rejects.toMatchObject({ code: 'BAD_NUMBER' });
      expect(line.dialled).toEqual([]);
    },
  );

  test('is refused while another call is made, without a line, and for nobody', async () => {
    const { line, calls } = desk();
    await calls.dial('202', null, null);
    await expect(calls.dial('203', null, null)).rejects.toMatchObject({ code: 'WRONG_STATE' });
    line.legs[0]?.end('busy');
    line.become('lost');
    await expect(calls.dial('203', null, null)).rejects.toMatchObject({ code: 'LINE_DOWN' });
    calls.signedOut();
    await expect(calls.dial('203', null, null)).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  });

  test('twice in one breath makes one call', async () => {
    const { line, calls } = desk();
    const [one, two] = await Promise.allSettled([
      calls.dial('202', null, null),
      calls.dial('202', null, null),
    ]);
    expect([one.status, two.status]).toEqual(['fulfilled', 'rejected']);
    expect(line.dialled).toEqual(['202']);
  });

  test('holds the conversation that goes on', async () => {
    const { line, calls, phase } = desk();
    const leg = line.ring();
    await calls.answer(leg.callId);
    const callId = await calls.dial('202', null, null);
    expect(phase(leg.callId)).toBe('held');
    expect(line.focused).toBe(callId);
  });

  test('what was refused waits for its outcome', async () => {
    const { line, calls, cards } = desk();
    const callId = await calls.dial('202', 'internet', null);
    line.legs[0]?.end('busy');
    expect(calls.operator).toMatchObject({ phase: 'wrap-up', wrapUpCallId: callId });
    calls.finish(callId, 'solved', null, 'nobody there');
    expect(cards.records).toMatchObject([{ end: 'busy', outcome: 'solved', note: 'nobody there' }]);
  });
});

describe('the operator', () => {
  test('is busy, wraps up, and is what was chosen when the card is finished', async () => {
    const { line, calls, states } = desk({ ready: true });
    const leg = line.ring({ queue: 'internet' });
    await calls.answer(leg.callId);
    leg.end('hung-up-there');
    calls.finish(leg.callId, 'solved', null, '');
    expect(states.map(({ phase }) => phase)).toEqual([
      'not-ready',
      'ready',
      'busy',
      'wrap-up',
      'ready',
    ]);
    expect(states[3]?.wrapUpUntil).toBe('2026-11-23T09:01:00.000Z');
  });

  test('who takes longer than the project allows is not ready, and the card stays', async () => {
    const { line, calls, clock, phase } = desk({ ready: true });
    const leg = line.ring({ queue: 'internet' });
    await calls.answer(leg.callId);
    leg.end('hung-up-there');
    clock.advance(60_000);
    expect(calls.operator).toMatchObject({ phase: 'not-ready', reason: 'wrap-up-limit' });
    expect(phase(leg.callId)).toBe('ended');
    calls.ready();
    calls.finish(leg.callId, 'solved', null, '');
    expect(calls.operator.phase).toBe('ready');
  });

  test('has no wrap-up where the project gives none', async () => {
    const { line, calls } = desk({ ready: true });
    const leg = line.ring({ queue: 'taxi' });
    await calls.answer(leg.callId);
    leg.end('hung-up-there');
    expect(calls.operator.phase).toBe('ready');
    expect(calls.currentCall(leg.callId)?.phase).toBe('ended');
  });

  test('goes from one wrap-up to the other', async () => {
    const { line, calls } = desk({ ready: true });
    const first = line.ring({ queue: 'internet' });
    await calls.answer(first.callId);
    const second = line.ring({ queue: 'internet' });
    await calls.answer(second.callId);
    first.end('hung-up-there');
    expect(calls.operator.phase).toBe('busy');
    second.end('hung-up-there');
    expect(calls.operator.wrapUpCallId).toBe(second.callId);
    calls.finish(second.callId, null, null, '');
    expect(calls.operator.wrapUpCallId).toBe(first.callId);
    calls.finish(first.callId, null, null, '');
    expect(calls.operator.phase).toBe('ready');
  });

  test('stays ready through a short loss of the line, not through a long one', () => {
    const { line, calls, clock } = desk({ ready: true });
    line.become('lost');
    clock.advance(3000);
    line.become('registered');
    clock.advance(60_000);
    expect(calls.operator.phase).toBe('ready');
    line.become('lost');
    clock.advance(10_000);
    expect(calls.operator).toMatchObject({ phase: 'not-ready', reason: 'line-lost' });
    expect(() => calls.ready()).toThrow('no call could reach');
    line.become('registered');
    expect(calls.operator.phase).toBe('ready');
  });

  test('cannot choose what is not a person’s to choose', () => {
    const { calls } = desk({ ready: true });
    expect(() => calls.notReady('wrap-up-limit')).toThrow(
      expect.objectContaining({ code: 'NOT_ALLOWED' }),
    );
    calls.notReady('lunch');
    expect(calls.operator).toMatchObject({ phase: 'not-ready', reason: 'lunch' });
  });

  test('who is not signed in is never ready', () => {
    const { calls } = desk({ signedIn: false });
    expect(() => calls.ready()).toThrow(expect.objectContaining({ code: 'NOT_ALLOWED' }));
  });
});

describe('a card', () => {
  test('takes the customer and project the operator chooses, and no other', () => {
    const { line, calls } = desk();
    const { callId } = line.ring({ party: { number: '+38641000000' } });
    expect(calls.currentCard(callId)?.customer).toBeNull();
    calls.chooseCustomer(callId, marija.customerId);
    expect(calls.currentCard(callId)).toMatchObject({
      match: 'chosen',
      customer: { name: 'Marija Žagar' },
    });
    calls.chooseProject(callId, 'taxi');
    expect(calls.ringOf(callId)).toMatchObject({
      projectId: 'taxi',
      customerId: marija.customerId,
    });
    expect(() => calls.chooseProject(callId, 'nothing')).toThrow(
      expect.objectContaining({ code: 'NOT_FOUND' }),
    );
    expect(() => calls.chooseCustomer(callId, crypto.randomUUID())).toThrow(
      expect.objectContaining({ code: 'NOT_FOUND' }),
    );
    expect(calls.currentCard(callId)?.project?.projectId).toBe('taxi');
    calls.chooseCustomer(callId, null);
    expect(calls.currentCard(callId)?.customer).toBeNull();
  });

  test('keeps its draft on the disk before it says so', () => {
    const { line, calls, cards } = desk();
    const { callId } = line.ring();
    const draft = { ...emptyDraft, note: 'wants fibre' };
    calls.saveDraft(callId, draft);
    expect(cards.drafts.get(callId)?.draft).toEqual(draft);
    cards.failing = true;
    expect(() => calls.saveDraft(callId, emptyDraft)).toThrow(
      expect.objectContaining({ name: 'StoreError' }),
    );
    expect(calls.currentCard(callId)?.draft).toEqual(draft);
  });

  test('cannot be finished while the call goes on, nor with an outcome the project has not', async () => {
    const { line, calls } = desk({ ready: true });
    const leg = line.ring({ queue: 'internet' });
    await calls.answer(leg.callId);
    expect(() => calls.finish(leg.callId, 'solved', null, '')).toThrow(
      expect.objectContaining({ code: 'WRONG_STATE', state: 'talking' }),
    );
    leg.end('hung-up-there');
    expect(() => calls.finish(leg.callId, 'sold', null, '')).toThrow(
      expect.objectContaining({ code: 'NOT_FOUND' }),
    );
  });

  test('that cannot be recorded is not gone', async () => {
    const { line, calls, cards, phase } = desk({ ready: true });
    const leg = line.ring({ queue: 'internet' });
    await calls.answer(leg.callId);
    leg.end('hung-up-there');
    cards.failing = true;
    expect(() => calls.finish(leg.callId, 'solved', null, '')).toThrow('the disk is full');
    expect(phase(leg.callId)).toBe('ended');
    expect(calls.operator.phase).toBe('wrap-up');
  });

  test('of an earlier run comes back as an ended call with its draft', () => {
    const cards = new MemoryCards();
    const before = desk({ cards, ready: true });
    const { callId } = before.line.ring({ queue: 'internet' });
    before.calls.saveDraft(callId, { ...emptyDraft, note: 'half written' });
    const { calls, told } = desk({ cards });
    expect(told).toHaveLength(1);
    expect(calls.snapshots()).toMatchObject([
      { call: { callId, phase: 'ended' }, card: { draft: { note: 'half written' } } },
    ]);
    expect(calls.operator.phase).toBe('not-ready');
    calls.finish(callId, 'solved', null, '');
    expect(cards.records).toMatchObject([{ callId, note: 'half written' }]);
  });

  test('is looked up again when the base has changed', () => {
    const { line, calls, cards, told } = desk({ ready: true });
    const { callId } = line.ring({ queue: 'internet' });
    cards.projects.length = 0;
    calls.refreshCards();
    expect(calls.currentCard(callId)?.project).toBeNull();
    expect(told).toHaveLength(2);
  });
});

test('mute is a fact of the desk, told to the leg', async () => {
  const { line, calls } = desk();
  const leg = line.ring();
  await calls.answer(leg.callId);
  calls.mute(leg.callId, true);
  await calls.hold(leg.callId, true);
  await calls.hold(leg.callId, false);
  leg.tell({ type: 'audio', state: 'lost' });
  expect(calls.currentCall(leg.callId)).toMatchObject({
    muted: true,
    phase: 'talking',
    audio: 'lost',
  });
  expect(leg.asked).toEqual(['answer', 'mute', 'hold', 'resume']);
});

test('signing out ends what goes on and takes the cards away, not the drafts', async () => {
  const { line, calls, cards, told } = desk();
  const leg = line.ring();
  await calls.answer(leg.callId);
  calls.signedOut();
  expect(leg.asked).toContain('hang up');
  expect(told.at(-1)).toEqual({ gone: leg.callId });
  expect(cards.drafts.size).toBe(1);
  expect(calls.operator.phase).toBe('offline');
});
