/** Two desks, one exchange, one server: what one operator knows is on the other's screen when the call is. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DeskEvent } from '#shared/contract/desk.ts';
import { emptyDraft, type Draft } from '#shared/model/draft.ts';
import type { DeskPage } from '../../support/desk-page.ts';
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
  expect(await confidentialLines(centre.logged)).toEqual([]);
});

const typed: Draft = {
  ...emptyDraft,
  script: { provider: 'drugi' },
  form: { firstName: 'Marija' },
  note: 'Vpraša za popust.',
};

const last = <Type extends DeskEvent['type']>(page: DeskPage, type: Type) =>
  page.events.findLast((event): event is Extract<DeskEvent, { type: Type }> => event.type === type);

const marijas = '"041555101" <sip:041555101@practice.centrala>';
const withheld = '"Anonymous" <sip:anonymous@anonymous.invalid>';

/** In a conversation with Marija, or with somebody else, with something typed. */
async function talking(desk: WholeDesk, from = marijas) {
  const before = new Set(desk.page.calls.keys());
  const sip = centre.stub.invite({
    to: '<sip:201@practice.centrala>',
    from,
    headers: ['X-Queue: internet', 'X-Queue-Wait: 31'],
    user: '201',
  });
  const callId = await until('a call on the page', () =>
    [...desk.page.calls.keys()].find((one) => !before.has(one)),
  );
  await desk.page.rpc.calls.answer({ callId });
  await sip.answered();
  await desk.page.until('talking', () => desk.page.shown(callId).call.phase === 'talking');
  await desk.page.rpc.calls.saveDraft({ callId, draft: typed });
  return { sip, callId };
}

/** The exchange rings Bor, as it says from whom. */
async function ringBor(desk: WholeDesk, from: string, headers: string[] = []) {
  const before = new Set(desk.page.calls.keys());
  const to = '<sip:202@practice.centrala>';
  const sip = centre.stub.invite({ to, from, user: '202', headers });
  const callId = await until('a call on the page', () =>
    [...desk.page.calls.keys()].find((one) => !before.has(one)),
  );
  return { sip, callId };
}

describe('a transferred call', () => {
  test('brings customer, project and everything typed to the colleague, who goes on with it', async () => {
    await using ana = await wholeDesk(centre);
    await using bor = await wholeDesk(centre);
    await ana.atWork('ana');
    await bor.atWork('bor');
    const { sip, callId } = await talking(ana);
    await ana.page.rpc.calls.transfer({ callId, to: '202' });
    expect(ana.page.shown(callId).card.handedTo).toBe('202');
    const there = await ringBor(bor, '"041555101" <sip:041555101@practice.centrala>');
    await bor.page.until(
      'the card',
      () => bor.page.shown(there.callId).card.handedBy === 'Ana Kovač',
    );
    expect(bor.page.shown(there.callId).card).toMatchObject({
      customer: { name: 'Marija Žagar' },
      project: { projectId: 'internet' },
      draft: typed,
    });
    sip.report('200 OK');
    await ana.page.until('gone on', () => ana.page.shown(callId).call.end === 'transferred');
    await bor.page.rpc.calls.answer({ callId: there.callId });
    await there.sip.answered();
    const more = { ...typed, note: 'Vpraša za popust. Dobil ga je.' };
    await bor.page.rpc.calls.saveDraft({ callId: there.callId, draft: more });
    await bor.restart();
    await bor.page.until('the card again', () => bor.page.calls.has(there.callId));
    expect(bor.page.shown(there.callId).card).toMatchObject({
      draft: more,
      handedBy: 'Ana Kovač',
      customer: { name: 'Marija Žagar' },
    });
  });

  test('that fails leaves nothing with the colleague for the next call of that customer', async () => {
    await using ana = await wholeDesk(centre);
    await using bor = await wholeDesk(centre);
    await ana.atWork('ana');
    await bor.atWork('bor');
    const { sip, callId } = await talking(ana);
    await ana.page.rpc.calls.transfer({ callId, to: '202' });
    const there = await ringBor(bor, marijas);
    const shown = () => bor.page.shown(there.callId).card;
    await bor.page.until('the card', () => shown().handedBy === 'Ana Kovač');
    sip.report('603 Decline');
    await bor.page.until('taken back', () => shown().handedBy === null);
    expect(shown()).toMatchObject({ draft: emptyDraft, customer: { name: 'Marija Žagar' } });
    expect(ana.page.shown(callId).card).toMatchObject({ draft: typed, handedTo: null });
    there.sip.cancel();
    const next = await ringBor(bor, marijas);
    expect(bor.page.shown(next.callId).card).toMatchObject({ draft: emptyDraft, handedBy: null });
    next.sip.cancel();
  });

  test('of somebody who hides the number brings the card of whom the colleague has sent', async () => {
    await using ana = await wholeDesk(centre);
    await using bor = await wholeDesk(centre);
    await ana.atWork('ana');
    await bor.atWork('bor');
    const { sip, callId } = await talking(ana, withheld);
    await ana.page.rpc.calls.transfer({ callId, to: '202' });
    const stranger = await ringBor(bor, withheld, ['Referred-By: <sip:210@practice.centrala>']);
    const there = await ringBor(bor, withheld, ['Referred-By: <sip:201@practice.centrala>']);
    const shown = (call: string) => bor.page.shown(call).card;
    await bor.page.until('the card', () => shown(there.callId).handedBy === 'Ana Kovač');
    expect(shown(there.callId)).toMatchObject({
      draft: typed,
      project: { projectId: 'internet' },
      customer: null,
    });
    expect(shown(stranger.callId)).toMatchObject({ draft: emptyDraft, handedBy: null });
    sip.report('200 OK');
    await bor.page.rpc.calls.answer({ callId: there.callId });
    await there.sip.answered();
  });

  test('has its card there in the consultation, and keeps it when the customer takes the colleague\u2019s place', async () => {
    await using ana = await wholeDesk(centre);
    await using bor = await wholeDesk(centre);
    await ana.atWork('ana');
    await bor.atWork('bor');
    const { callId } = await talking(ana);
    await ana.page.rpc.calls.consult({ callId, to: '202' });
    const there = await ringBor(bor, '"Ana Kovač" <sip:201@practice.centrala>');
    const shown = () => bor.page.shown(there.callId).card;
    await bor.page.until('the card', () => shown().handedBy === 'Ana Kovač');
    expect(shown()).toMatchObject({ customer: { name: 'Marija Žagar' }, draft: typed });
    await bor.page.rpc.calls.answer({ callId: there.callId });
    await there.sip.answered();
    there.sip.request('UPDATE', {
      headers: ['P-Asserted-Identity: "041555101" <sip:041555101@practice.centrala>'],
    });
    await bor.page.until(
      'the customer is there',
      () => bor.page.shown(there.callId).call.party.number === '+38641555101',
    );
    expect(shown()).toMatchObject({
      customer: { name: 'Marija Žagar' },
      project: { projectId: 'internet' },
      draft: typed,
      handedBy: 'Ana Kovač',
    });
    await until('taken', async () => {
      const rows = await centre.rows(
        `select 1 from hand_overs where taken_at is not null and card is null`,
      );
      return rows.length > 0;
    });
  });
});

describe('what a desk keeps of its calls', () => {
  test('is told to the page: who called, what was missed, until it is called back or closed', async () => {
    await using desk = await wholeDesk(centre);
    await desk.atWork('maja');
    const missed = centre.stub.invite({
      to: '<sip:210@practice.centrala>',
      user: '210',
      from: '"041555101" <sip:041555101@practice.centrala>',
    });
    const { page } = desk;
    await page.until('it rings', () => page.calls.size === 1);
    missed.cancel();
    await page.until('missed', () => last(page, 'history')?.missed === 1);
    const entry = last(page, 'history')?.entries[0];
    expect(entry).toMatchObject({
      end: 'missed',
      customerName: 'Marija Žagar',
      party: { number: '+38641555101' },
      task: 'open',
    });
    await desk.restart();
    await desk.page.until('missed still', () => last(desk.page, 'history')?.missed === 1);
    await desk.page.rpc.calls.closeTask({ callId: entry?.callId ?? '' });
    await desk.page.until('closed', () => last(desk.page, 'history')?.missed === 0);
    const unknown = '019aafe6-5a80-7000-8000-000000000001';
    expect(await refusal(desk.page.rpc.calls.closeTask({ callId: unknown }))).toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  test('shows the media of a call while it goes on, and is with the server when it is finished', async () => {
    await using desk = await wholeDesk(centre);
    await desk.atWork('ana');
    const { sip, callId } = await talking(desk);
    const media = await desk.page.rpc.debug.media();
    const report = await media.next();
    expect(report.value).toMatchObject({ calls: [{ callId }] });
    await media.return?.();
    sip.bye();
    const { page } = desk;
    await page.until('over', () => page.shown(callId).call.phase === 'ended');
    await page.rpc.calls.finish({ callId, outcome: null, reason: null, note: '' });
    await until('recorded', async () => {
      const rows = await centre.rows<{ end: string }>(
        'select "end" from calls where call_id = $1',
        callId,
      );
      return rows.length === 1;
    });
  });
});

describe('the desk by itself', () => {
  test('checks itself before the shift, and refuses to in a call', async () => {
    await using desk = await wholeDesk(centre);
    await desk.atWork('ana');
    const { page } = desk;
    expect(last(page, 'preflight')?.preflight.state).toBe('none');
    await page.rpc.preflight.run();
    await page.until('it runs', () => last(page, 'preflight')?.preflight.state === 'running');
    const { sip } = await talking(desk);
    await page.until('given up', () => last(page, 'preflight')?.preflight.state === 'failed');
    expect(last(page, 'preflight')?.preflight.checks.at(-1)).toMatchObject({
      problem: 'in-a-call',
    });
    expect(await refusal(page.rpc.preflight.run())).toMatchObject({ code: 'WRONG_STATE' });
    sip.bye();
  });

  test('writes a report without anybody in it', async () => {
    await using desk = await wholeDesk(centre);
    await desk.atWork('ana');
    await talking(desk);
    const { text } = await desk.page.rpc.debug.report();
    for (const personal of [
      'Marija',
      'Žagar',
      '41555101',
      'Kovač',
      'practice-201',
      'practice.centrala',
      '127.0.0.1',
      '@201',
    ])
      expect(text).not.toContain(personal);
    expect(text).toContain('INVITE');
    expect(text).toContain('phase: registered');
  });
});
