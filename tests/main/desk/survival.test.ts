import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emptyDraft } from '#shared/model/draft.ts';
import { refusal } from '../../support/desk-page.ts';
import { confidentialLines } from '../../support/logged.ts';
import { until } from '../../support/until.ts';
import {
  startCentre,
  wholeDesk,
  type TestCentre,
  type WholeDesk,
} from '../../support/whole-desk.ts';

let centre: TestCentre;
beforeAll(async () => {
  centre = await startCentre();
});
afterAll(async () => {
  await centre[Symbol.asyncDispose]();
  expect(centre.logged.length).toBeGreaterThan(10);
  expect(await confidentialLines(centre.logged)).toEqual([]);
});

/** Ana talks to a customer, muted, with something written. */
async function talking(desk: WholeDesk) {
  await desk.atWork();
  const { sip, callId } = await desk.ring();
  await desk.page.rpc.calls.answer({ callId });
  await sip.answered();
  await desk.page.until('talking', () => desk.page.shown(callId).call.phase === 'talking');
  await desk.page.rpc.calls.saveDraft({ callId, draft: { ...emptyDraft, note: 'na pol' } });
  await desk.page.rpc.calls.mute({ callId, muted: true });
  return { sip, callId };
}

describe('a desk that is killed in a call', () => {
  test('has the card again at once, and takes the call back where the exchange gives it', async () => {
    centre.stub.replaces = 'done';
    await using desk = await wholeDesk(centre);
    const { callId } = await talking(desk);
    await desk.kill();
    const { page } = desk;
    await page.until('the card', () => page.calls.has(callId));
    expect(page.shown(callId)).toMatchObject({
      call: { interrupted: true, muted: true, queue: 'internet' },
      card: { customer: { name: 'Marija Žagar' }, draft: { note: 'na pol' } },
    });
    await page.until('the call is back', () => page.shown(callId).call.phase === 'talking');
    await until('still muted', () => desk.voice.peers.get(callId)?.muted);
    await until('heard', () => desk.voice.focused === callId);
    await page.rpc.calls.hangUp({ callId });
    await page.until('wrap-up', () => page.operator.phase === 'wrap-up');
    await page.rpc.calls.finish({ callId, outcome: 'solved', reason: null, note: 'vse' });
    await page.until('sent', () => page.sync.waiting === 0);
    expect(await centre.rows('select note, "end" from calls where call_id = $1', callId)).toEqual([
      { note: 'vse', end: 'hung-up-here' },
    ]);
  });

  test('offers to call again where the exchange does not give it back', async () => {
    centre.stub.replaces = 481;
    await using desk = await wholeDesk(centre);
    const { callId } = await talking(desk);
    await desk.kill();
    const { page } = desk;
    await page.until('it is over', () => page.calls.get(callId)?.call.phase === 'ended');
    expect(page.shown(callId)).toMatchObject({
      call: { end: 'failed', interrupted: true },
      card: { draft: { note: 'na pol' } },
    });
    centre.stub.onCall = (call) => call.respond(180);
    const again = await page.rpc.calls.callBack({ callId });
    await page.until(
      'it rings there',
      () => page.calls.get(again.callId)?.call.phase === 'alerting',
    );
    expect(page.shown(again.callId)).toMatchObject({
      call: { party: { number: '+38641555101' } },
      card: { draft: { note: 'na pol' }, project: { projectId: 'internet' } },
    });
  });
});

describe('a number from a link', () => {
  test('is shown, cleaned, and dialled only by the person', async () => {
    await using desk = await wholeDesk(centre);
    await desk.atWork();
    const { page } = desk;
    desk.host.wishDial('tel:041\u202E555101');
    await page.until('shown', () => page.dialWish !== null);
    expect(page.dialWish?.written).toBe('tel:041 555101');
    expect(page.calls.size).toBe(0);
    await page.rpc.calls.dialWishSeen({ id: crypto.randomUUID() });
    expect(page.dialWish).not.toBeNull();
    await page.rpc.calls.dialWishSeen({ id: page.dialWish?.id ?? '' });
    await page.until('seen', () => page.dialWish === null);
  });
});

describe('a call that is gone', () => {
  test('is dialled again after a restart, and cannot be transferred', async () => {
    await using desk = await wholeDesk(centre);
    await desk.atWork();
    expect(await refusal(desk.page.rpc.calls.redial())).toMatchObject({ code: 'NOT_FOUND' });
    centre.stub.onCall = (call) => call.respond(486);
    const { callId } = await desk.page.rpc.calls.dial({
      number: '041 555 101',
      projectId: 'internet',
      customerId: null,
    });
    await desk.page.until('busy', () => desk.page.calls.get(callId)?.call.end === 'busy');
    expect(await refusal(desk.page.rpc.calls.transfer({ callId, to: '202' }))).toMatchObject({
      code: 'WRONG_STATE',
    });
    await desk.page.rpc.calls.finish({ callId, outcome: null, reason: null, note: '' });
    await desk.restart();
    await desk.page.until('registered', () => desk.page.line.phase === 'registered');
    const again = await desk.page.rpc.calls.redial();
    await desk.page.until('dialled', () => desk.page.calls.has(again.callId));
    expect(desk.page.shown(again.callId).call.party.number).toBe('+38641555101');
  });
});

test('a machine that wakes looks at its line at once, however long it was to wait', async () => {
  await using desk = await wholeDesk(centre);
  await desk.atWork();
  centre.stub.beforeRegister = () => ({ status: 503, headers: ['Retry-After: 600'] });
  centre.stub.drop();
  await desk.page.until(
    'waits',
    () => Date.parse(desk.page.line.retryAt ?? '') > Date.now() + 60_000,
  );
  centre.stub.beforeRegister = () => null;
  desk.host.wake();
  await desk.page.until('registered', () => desk.page.line.phase === 'registered');
  expect(desk.page.line).toMatchObject({ problem: null, retryAt: null });
});
