import { describe, expect, test } from 'vitest';
import { emptyDraft } from '#shared/model/draft.ts';
import { LineError } from '../../../src-main/calls/line.ts';
import { callDesk, manualClock, type CallDeskBench } from '../../support/call-desk-bench.ts';
import { PracticeLine } from '../../support/practice-line.ts';

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Ana talks to Marija; the dialog is up. */
async function inCall() {
  const desk = callDesk({ ready: true });
  const leg = desk.line.ring({ queue: 'internet' });
  await desk.calls.answer(leg.callId);
  leg.journal();
  desk.calls.saveDraft(leg.callId, { ...emptyDraft, note: 'half written' });
  return { ...desk, leg, callId: leg.callId };
}

/** The process is gone, nothing was said to anybody; another one begins on the same base after `ms`. */
function killed(
  { cards, journal, past, clock }: CallDeskBench,
  options: { ms?: number; line?: PracticeLine; userId?: string; signedIn?: boolean } = {},
) {
  const line = options.line ?? new PracticeLine();
  const later = manualClock(clock.now() + (options.ms ?? 1000));
  const desk = callDesk({ cards, journal, past, line, clock: later, signedIn: false });
  if (options.signedIn !== false) desk.signIn(options.userId);
  return desk;
}

const lost = () => {
  const line = new PracticeLine();
  line.state = { ...line.state, phase: 'connecting' };
  return line;
};

describe('the journal', () => {
  test('has nothing of a call that rings, and all of one that is up', async () => {
    const desk = callDesk({ ready: true });
    const leg = desk.line.ring();
    expect(desk.journal.writes).toBe(0);
    await desk.calls.answer(leg.callId);
    leg.journal();
    desk.calls.mute(leg.callId, true);
    await desk.calls.hold(leg.callId, true);
    expect(desk.journal.left()).toMatchObject([
      { call: { phase: 'held', muted: true }, dialog: { remoteTag: 'there' } },
    ]);
    const { writes } = desk.journal;
    leg.tell({ type: 'audio', state: 'flowing' });
    expect(desk.journal.writes).toBe(writes);
    leg.end('hung-up-there');
    expect(desk.journal.left()).toEqual([]);
  });

  test('that cannot be written costs nothing of the call', async () => {
    const { calls, journal, callId, phase } = await inCall();
    journal.keep = () => {
      throw new Error('the disk is full');
    };
    await calls.hold(callId, true);
    expect(phase(callId)).toBe('held');
  });
});

describe('a desk that is started again in a call', () => {
  test('has card and draft at once, asks for the call, and goes on talking', async () => {
    const before = await inCall();
    before.calls.mute(before.callId, true);
    const { line, calls, told } = killed(before);
    const { callId } = before;
    expect(told[0]).toMatchObject({
      call: { callId, phase: 'returning', interrupted: true, muted: true, queue: 'internet' },
      card: { customer: { name: 'Marija Žagar' }, draft: { note: 'half written' } },
    });
    expect(calls.operator.phase).toBe('busy');
    await settled();
    expect(line.recovered).toMatchObject([{ callId, dialog: { remoteTag: 'there' } }]);
    line.legs[0]?.tell({ type: 'answered' });
    expect(calls.currentCall(callId)).toMatchObject({
      phase: 'talking',
      interrupted: true,
      answeredAt: '2026-11-23T09:00:00.000Z',
    });
    expect(line.legs[0]?.asked).toEqual(['mute']);
    expect(line.focused).toBe(callId);
    line.legs[0]?.journal();
    line.legs[0]?.end('hung-up-there');
    expect(calls.operator).toMatchObject({ phase: 'wrap-up', wrapUpCallId: callId });
    expect(before.journal.entries.size).toBe(0);
  });

  test('holds again who was held', async () => {
    const before = await inCall();
    await before.calls.hold(before.callId, true);
    const { line, calls, phase } = killed(before);
    await settled();
    line.legs[0]?.tell({ type: 'answered' });
    await settled();
    expect(phase(before.callId)).toBe('held');
    expect(line.legs[0]?.asked).toEqual(['unmute', 'hold']);
    await calls.hold(before.callId, false);
    expect(phase(before.callId)).toBe('talking');
  });

  test('talks to one of several, the others wait', async () => {
    const before = await inCall();
    const second = before.line.ring();
    await before.calls.answer(second.callId);
    second.journal();
    await before.calls.conference([before.callId, second.callId]);
    const { line, phase } = killed(before);
    await settled();
    for (const leg of line.legs) leg.tell({ type: 'answered' });
    expect([phase(before.callId), phase(second.callId)]).toEqual(['talking', 'held']);
  });

  test('whose call does not come back offers to call again, with the form where it was', async () => {
    const before = await inCall();
    const { line, calls, phase } = killed(before);
    await settled();
    line.legs[0]?.end('failed');
    expect(calls.currentCall(before.callId)).toMatchObject({
      phase: 'ended',
      end: 'failed',
      interrupted: true,
    });
    expect(calls.operator).toMatchObject({ phase: 'wrap-up', wrapUpCallId: before.callId });
    const again = await calls.callBack(before.callId);
    expect(line.dialled).toEqual(['0+38641123456']);
    expect(calls.currentCard(again)).toMatchObject({
      project: { projectId: 'internet' },
      draft: { note: 'half written' },
    });
    expect(before.cards.drafts.get(again)?.draft.note).toBe('half written');
    expect(phase(before.callId)).toBeUndefined();
    expect(before.cards.records).toMatchObject([{ callId: before.callId, end: 'failed' }]);
    line.legs.at(-1)?.end('no-answer');
    expect(calls.operator).toMatchObject({ phase: 'wrap-up', wrapUpCallId: again });
  });

  test('asks when the line is there, and once', async () => {
    const before = await inCall();
    const desk = killed(before, { line: lost() });
    desk.clock.advance(1000);
    expect(desk.line.recovered).toEqual([]);
    desk.line.become('registered');
    desk.line.become('lost');
    desk.line.become('registered');
    desk.clock.advance(10_000);
    await settled();
    expect(desk.line.recovered).toHaveLength(1);
  });

  test.each(['LINE_DOWN', 'NO_VOICE'] as const)('asks again after %s', async (code) => {
    const before = await inCall();
    const line = new PracticeLine();
    line.failing = new LineError(code, 'not yet');
    const { clock, phase } = killed(before, { line });
    await settled();
    expect(line.recovered).toEqual([]);
    clock.advance(500);
    await settled();
    line.legs[0]?.tell({ type: 'answered' });
    expect(phase(before.callId)).toBe('talking');
    // Only the one that tells the journal that it is up.
    expect(clock.waiting).toBe(1);
  });

  test('gives up where the exchange refuses, and where it never comes', async () => {
    const before = await inCall();
    const line = new PracticeLine();
    line.failing = new LineError('REFUSED', '481');
    const refused = killed(before, { line });
    await settled();
    expect(refused.phase(before.callId)).toBe('ended');
    const again = await inCall();
    const never = killed(again, { line: lost() });
    never.clock.advance(120_000);
    expect(never.calls.currentCall(again.callId)).toMatchObject({ phase: 'ended', end: 'failed' });
    expect(again.journal.entries.size).toBe(0);
  });

  test('is not asked for by somebody else', async () => {
    const before = await inCall();
    const { line, calls } = killed(before, { userId: 'bor' });
    await settled();
    expect(line.recovered).toEqual([]);
    expect(calls.snapshots().filter(({ call }) => call.phase !== 'ended')).toEqual([]);
    expect(before.journal.entries.size).toBe(1);
  });

  test('is asked for however long it was, where it was interrupted a moment ago', async () => {
    const before = await inCall();
    before.clock.advance(3 * 60 * 60_000);
    const { line } = killed(before);
    await settled();
    expect(line.recovered).toMatchObject([{ callId: before.callId }]);
    before.leg.end('hung-up-there');
    before.calls.finish(before.callId, null, null, '');
    expect(before.clock.waiting).toBe(0);
  });

  test('after two hours has only the card', async () => {
    const before = await inCall();
    const { line, calls } = killed(before, { ms: 2 * 60 * 60_000 });
    await settled();
    expect(line.recovered).toEqual([]);
    expect(calls.snapshots()).toMatchObject([
      {
        call: { phase: 'ended', end: 'failed', interrupted: true },
        card: { draft: { note: 'half written' } },
      },
    ]);
    expect(calls.operator.phase).toBe('not-ready');
    expect(before.journal.entries.size).toBe(0);
  });

  test('lets the person give the call up, also when it comes back after that', async () => {
    const before = await inCall();
    const { line, calls, phase } = killed(before, { line: lost() });
    await calls.hangUp(before.callId);
    expect(phase(before.callId)).toBe('ended');
    line.become('registered');
    await settled();
    expect(line.recovered).toEqual([]);

    const again = await inCall();
    const desk = killed(again);
    const hungUp = desk.calls.hangUp(again.callId);
    await hungUp;
    await settled();
    expect(desk.phase(again.callId)).toBe('ended');
    expect(desk.line.legs[0]?.asked).toEqual(['hang up']);
  });

  test('and killed again before the call is back still has it', async () => {
    const before = await inCall();
    const second = killed(before, { line: lost() });
    const third = killed(second);
    await settled();
    expect(third.line.recovered).toMatchObject([{ callId: before.callId }]);
  });
});

test('signing out leaves nothing to take back', async () => {
  const { calls, journal, leg } = await inCall();
  calls.signedOut();
  expect(leg.asked.at(-1)).toBe('hang up');
  expect(journal.entries.size).toBe(0);
});
