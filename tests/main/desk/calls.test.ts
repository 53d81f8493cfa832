import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DeskEvent } from '#shared/contract/desk.ts';
import { emptyDraft } from '#shared/model/draft.ts';
import { refusal, type DeskPage } from '../../support/desk-page.ts';
import { until } from '../../support/until.ts';
import { confidentialLines } from '../../support/logged.ts';
import { startCentre, wholeDesk, type TestCentre } from '../../support/whole-desk.ts';

let centre: TestCentre;
beforeAll(async () => {
  centre = await startCentre();
});
afterAll(async () => {
  await centre[Symbol.asyncDispose]();
  // Whatever happened in this file, no log line told who, whose number, or which secret.
  expect(centre.logged.length).toBeGreaterThan(10);
  expect(await confidentialLines(centre.logged)).toEqual([]);
});

const tellsOf = (page: DeskPage, callId: string) =>
  page.events.filter(
    (event): event is Extract<DeskEvent, { type: 'call' }> =>
      event.type === 'call' && event.call.callId === callId,
  );

describe('a ringing call', () => {
  test('comes with the whole card in one piece, before any answer', async () => {
    await using desk = await wholeDesk(centre);
    await desk.atWork();
    const { page } = desk;
    const { callId } = await desk.ring({ number: '041555101' });
    expect(tellsOf(page, callId)[0]).toMatchObject({
      call: {
        phase: 'ringing',
        direction: 'in',
        queue: 'internet',
        waitedSeconds: 31,
        answeredAt: null,
        party: { number: '+38641555101', withheld: false },
      },
      card: {
        match: 'one',
        customer: { name: 'Marija Žagar', note: 'Raje dopoldne.' },
        project: { projectId: 'internet' },
        script: { scriptId: 'internet-sales' },
        form: { formId: 'internet-order' },
        draft: emptyDraft,
        orders: [],
      },
    });
    expect(tellsOf(page, callId)[0]?.card.timeline).toHaveLength(3);
    expect(page.operator.phase).toBe('busy');
    await until('it rings in the ear', () => desk.voice.ringing === 'ring');
    expect(desk.host.pops.at(-1)).toMatchObject({
      callId,
      customer: 'Marija Žagar',
      project: 'internet',
      waitedSeconds: 31,
    });
  });

  test('from a household asks who it is', async () => {
    await using desk = await wholeDesk(centre);
    await desk.atWork();
    const { page } = desk;
    const { callId } = await desk.ring({ number: '015552140' });
    const { card } = page.shown(callId);
    expect(card).toMatchObject({ match: 'several', customer: null });
    expect(card.candidates.map(({ name }) => name).sort()).toEqual([
      'Janez Žagar',
      'Marija Žagar',
      'Nika Žagar',
    ]);
    const janez = card.candidates.find(({ name }) => name === 'Janez Žagar');
    await page.rpc.calls.chooseCustomer({ callId, customerId: janez?.customerId ?? null });
    await page.until('chosen', () => page.shown(callId).card.match === 'chosen');
    expect(page.shown(callId).card).toMatchObject({ customer: { name: 'Janez Žagar' } });
    expect(page.shown(callId).card.timeline).toMatchObject([{ kind: 'callback' }]);
    await page.rpc.calls.chooseCustomer({ callId, customerId: null });
    await page.until('asked again', () => page.shown(callId).card.match === 'several');
  });

  test('from a stranger becomes a customer, here and with the server', async () => {
    await using desk = await wholeDesk(centre);
    await desk.atWork();
    const { page } = desk;
    const { sip, callId } = await desk.ring({ number: '041999111' });
    expect(page.shown(callId).card).toMatchObject({ match: 'none', customer: null });
    await page.rpc.calls.answer({ callId });
    await sip.answered();
    const { customerId } = await page.rpc.customers.create({
      callId,
      fields: {
        name: 'Neža Prva',
        numbers: [{ number: '+38641999111', kind: 'mobile' }],
        address: null,
        email: null,
        since: null,
        language: 'sl',
        note: '',
        data: {},
      },
    });
    await page.until('chosen', () => page.shown(callId).card.customer !== null);
    expect(page.shown(callId).card).toMatchObject({ match: 'chosen', customer: { customerId } });
    await page.until('sent', () => page.sync.waiting === 0);
    expect(
      await centre.rows('select name from customers where customer_id = $1', customerId),
    ).toEqual([{ name: 'Neža Prva' }]);
    await page.until('pulled back', () => page.shown(callId).card.customer?.version === 1);
  });

  test('with a withheld number has a card without a customer', async () => {
    await using desk = await wholeDesk(centre);
    await desk.atWork();
    const { callId } = await desk.ring({ number: null });
    expect(desk.page.shown(callId)).toMatchObject({
      call: { party: { number: null, withheld: true } },
      card: { match: 'none', customer: null, candidates: [], project: { projectId: 'internet' } },
    });
  });

  test('goes back to the queue while the person is not ready; a direct one does not', async () => {
    await using desk = await wholeDesk(centre);
    await desk.atWork();
    const { page } = desk;
    await page.rpc.operator.notReady({ reason: 'lunch' });
    await page.until('at lunch', () => page.operator.phase === 'not-ready');
    const call = centre.stub.invite({ headers: ['X-Queue: internet'] });
    await call.response(480);
    const { callId } = await desk.ring({ queue: null });
    expect(page.calls.size).toBe(1);
    expect(page.shown(callId).call.queue).toBeNull();
    expect(page.operator).toMatchObject({ then: 'not-ready', thenReason: 'lunch' });
  });
});

describe('a call', () => {
  test('is answered, held, muted, given digits, and ended by the customer', async () => {
    await using desk = await wholeDesk(centre);
    await desk.atWork();
    const { page, voice } = desk;
    const { sip, callId } = await desk.ring();
    await page.rpc.calls.answer({ callId });
    await sip.answered();
    await page.until('talking', () => page.shown(callId).call.phase === 'talking');
    await until('heard', () => voice.focused === callId && voice.ringing === null);
    expect(desk.host.pops.at(-1)).toBeNull();

    await page.rpc.calls.hold({ callId, held: true });
    await page.until('held', () => page.shown(callId).call.phase === 'held');
    expect((await sip.asked('INVITE')).body).toContain('a=sendonly');
    await page.rpc.calls.hold({ callId, held: false });
    await page.until('talking again', () => page.shown(callId).call.phase === 'talking');

    await page.rpc.calls.mute({ callId, muted: true });
    await page.until('muted', () => page.shown(callId).call.muted);
    await until('muted in the ear', () => voice.peers.get(callId)?.muted);
    await page.rpc.calls.sendDtmf({ callId, tones: '12#' });
    expect(voice.tones).toEqual(['12#']);

    sip.bye();
    await page.until('wrap-up', () => page.operator.phase === 'wrap-up');
    expect(page.shown(callId).call).toMatchObject({ phase: 'ended', end: 'hung-up-there' });
    expect(page.operator).toMatchObject({ wrapUpCallId: callId, then: 'ready' });
    expect(await refusal(page.rpc.calls.answer({ callId }))).toEqual({
      code: 'WRONG_STATE',
      data: { state: 'ended' },
    });
    await page.rpc.calls.finish({ callId, outcome: 'solved', reason: 'restart', note: 'dela' });
    await page.until('gone', () => page.gone.includes(callId));
    await page.until('ready', () => page.operator.phase === 'ready');
    await page.until('sent', () => page.sync.waiting === 0);
    expect(
      await centre.rows(
        'select outcome, reason, note, queue, "end" from calls where call_id = $1',
        callId,
      ),
    ).toEqual([
      {
        outcome: 'solved',
        reason: 'restart',
        note: 'dela',
        queue: 'internet',
        end: 'hung-up-there',
      },
    ]);
  });

  test('and another one at once each keep their own card', async () => {
    await using desk = await wholeDesk(centre);
    await desk.atWork();
    const { page, voice } = desk;
    const first = await desk.ring({ number: '041555101' });
    await page.rpc.calls.answer({ callId: first.callId });
    await first.sip.answered();
    const second = await desk.ring({ number: '031555104' });
    await until('a call waits', () => voice.ringing === 'call-waiting');
    const note = (text: string) => ({ ...emptyDraft, note: text });
    await page.rpc.calls.saveDraft({ callId: first.callId, draft: note('prvi') });
    await page.rpc.calls.answer({ callId: second.callId });
    await second.sip.answered();
    await page.until('the first is held', () => page.shown(first.callId).call.phase === 'held');
    await page.rpc.calls.saveDraft({ callId: second.callId, draft: note('drugi') });
    await page.until('both kept', () => page.shown(second.callId).card.draft.note === 'drugi');
    expect(page.shown(first.callId).card).toMatchObject({
      customer: { name: 'Marija Žagar' },
      draft: { note: 'prvi' },
    });
    expect(page.shown(second.callId).card).toMatchObject({ customer: { name: 'Tomaž Kranjc' } });
    second.sip.bye();
    await page.until('one ended', () => page.shown(second.callId).call.phase === 'ended');
    expect(page.operator.phase).toBe('busy');
    await page.rpc.calls.hold({ callId: first.callId, held: false });
    first.sip.bye();
    await page.until('wrap-up', () => page.operator.phase === 'wrap-up');
    const [kept] = await desk.page.rpc.sync.parked().then(({ mutations }) => mutations);
    expect(kept).toBeUndefined();
  });

  test('outlives the loss of the line, which comes back by itself', async () => {
    await using desk = await wholeDesk(centre);
    await desk.atWork();
    const { page } = desk;
    const { sip, callId } = await desk.ring();
    await page.rpc.calls.answer({ callId });
    await sip.answered();
    const registered = centre.stub.registrations;
    centre.stub.drop();
    await page.until('lost', () => page.line.phase === 'lost');
    expect(page.line.problem).not.toBeNull();
    expect(
      await refusal(page.rpc.calls.dial({ number: '112', projectId: null, customerId: null })),
    ).toMatchObject({ code: 'LINE_DOWN' });
    await page.until('registered again', () => page.line.phase === 'registered');
    expect(centre.stub.registrations).toBeGreaterThan(registered);
    expect(page.shown(callId).call.phase).toBe('talking');
    await sip.asked('INVITE');
    sip.bye();
    await page.until('ended', () => page.shown(callId).call.end === 'hung-up-there');
  });

  test('to a customer takes script and form from the project it was made for', async () => {
    await using desk = await wholeDesk(centre);
    await desk.atWork();
    const { page } = desk;
    centre.stub.onCall = (call) => call.respond(486);
    const { callId } = await page.rpc.calls.dial({
      number: '041 555 101',
      projectId: 'bank',
      customerId: null,
    });
    await page.until('busy there', () => page.calls.get(callId)?.call.end === 'busy');
    expect(page.shown(callId).card).toMatchObject({
      customer: { name: 'Marija Žagar' },
      project: { projectId: 'bank' },
      form: { formId: 'bank-loan' },
    });
    expect(
      await refusal(page.rpc.calls.dial({ number: 'burek', projectId: null, customerId: null })),
    ).toMatchObject({ code: 'BAD_NUMBER' });
  });

  test('cannot be made where nothing can be heard', async () => {
    await using desk = await wholeDesk(centre);
    await desk.atWork();
    const { page } = desk;
    desk.voice.leave();
    await page.until('no sound', () => page.audio.page === 'gone');
    expect(
      await refusal(page.rpc.calls.dial({ number: '112', projectId: null, customerId: null })),
    ).toMatchObject({ code: 'NO_VOICE' });
  });
});
