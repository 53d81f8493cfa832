import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { refusal } from '../../support/desk-page.ts';
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
afterEach(() => {
  centre.door.mode = 'open';
  centre.stub.beforeRegister = () => null;
});

describe('signing in', () => {
  test('brings the line, the base, and Ready when it was asked for', async () => {
    await using desk = await wholeDesk(centre);
    const { page } = desk;
    expect(page.session.phase).toBe('signed-out');
    expect(page.line.phase).toBe('idle');
    expect(page.operator.phase).toBe('offline');
    await desk.signIn('ana');
    await page.until('ready', () => page.operator.phase === 'ready');
    expect(page.session).toMatchObject({ phase: 'signed-in', name: 'Ana Kovač', offline: false });
    expect(page.line).toMatchObject({ phase: 'registered', extension: '201', problem: null });
    expect(centre.stub.bound('201')).toBe(true);
    await page.until('all customers', () => !page.sync.loading && page.sync.customers > 20);
    expect(page.session.projects.map(({ projectId }) => projectId).sort()).toEqual([
      'bank',
      'internet',
      'mobilni',
      'taxi',
    ]);
  });

  test('with a line whose secret the exchange refuses: the person has it tried again when that is mended', async () => {
    await using desk = await wholeDesk(centre);
    const { page } = desk;
    const { accounts } = centre.stub;
    const secret = accounts.get('201') ?? '';
    accounts.set('201', 'another');
    try {
      await page.rpc.session.signIn({ username: 'ana', password: 'centrala-demo', ready: false });
      await page.until('refused', () => page.line.phase === 'refused');
      expect(page.line).toMatchObject({ problem: 'credentials', retryAt: null });
    } finally {
      accounts.set('201', secret);
    }
    await page.rpc.line.tryNow();
    await page.until('registered', () => page.line.phase === 'registered');
  });

  test('without asking for Ready leaves the person not ready', async () => {
    await using desk = await wholeDesk(centre);
    const { page } = desk;
    await page.rpc.session.signIn({ username: 'ana', password: 'centrala-demo', ready: false });
    await page.until('registered', () => page.line.phase === 'registered');
    expect(page.operator).toMatchObject({ phase: 'not-ready', reason: 'signed-in' });
    await page.rpc.operator.ready();
    await page.until('ready', () => page.operator.phase === 'ready');
  });

  test('is refused for a wrong password, and for everything after too many', async () => {
    await using desk = await wholeDesk(centre);
    const { page } = desk;
    const tryWith = (password: string): Promise<unknown> =>
      page.rpc.session.signIn({ username: 'maja', password, ready: true });
    for (const slip of ['one', 'two', 'three'])
      expect(await refusal(tryWith(slip))).toMatchObject({ code: 'BAD_CREDENTIALS' });
    expect(await refusal(tryWith('four'))).toMatchObject({ code: 'TOO_MANY_TRIES' });
    expect(await refusal(tryWith('centrala-demo'))).toMatchObject({ code: 'TOO_MANY_TRIES' });
    await page.until('signed out', () => page.session.phase === 'signed-out');
    expect(page.line.phase).toBe('idle');
  });

  test('with a server that cannot be reached says so', async () => {
    await using desk = await wholeDesk(centre);
    centre.door.mode = 'loses-answers';
    expect(await refusal(desk.signIn('ana'))).toMatchObject({ code: 'OFFLINE' });
  });

  test('is remembered: the server is away, and the same person works on', async () => {
    await using desk = await wholeDesk(centre);
    await desk.atWork('ana');
    await desk.page.rpc.session.signOut();
    centre.door.mode = 'loses-answers';
    await desk.signIn('ana');
    await desk.page.until('ready', () => desk.page.operator.phase === 'ready');
    expect(desk.page.session).toMatchObject({ phase: 'signed-in', offline: true });
    centre.door.mode = 'open';
    await desk.page.until('confirmed', () => {
      desk.host.wake();
      return !desk.page.session.offline;
    });
  });
});

describe('another line account', () => {
  test('waits until the call is over', async () => {
    await using desk = await wholeDesk(centre);
    await desk.atWork('ana');
    const { page } = desk;
    await page.rpc.session.signOut();
    centre.door.mode = 'loses-answers';
    await desk.signIn('ana');
    await page.until('ready', () => page.operator.phase === 'ready');
    const { sip, callId } = await desk.ring();
    await page.rpc.calls.answer({ callId });
    await sip.answered();
    await centre.rows(`update lines set extension = '299' where extension = '201'`);
    centre.door.mode = 'open';
    await page.until('confirmed', () => {
      desk.host.wake();
      return !page.session.offline;
    });
    await page.rpc.calls.hold({ callId, held: true });
    await page.until('held', () => page.shown(callId).call.phase === 'held');
    expect(sip.requests('BYE')).toEqual([]);
    expect(page.line.extension).toBe('201');
    sip.bye();
    await page.until('the new line', () => page.line.extension === '299');
    await page.until('registered', () => page.line.phase === 'registered');
    await centre.rows(`update lines set extension = '201' where extension = '299'`);
  });
});

describe('commands', () => {
  test('of nobody are refused, whatever they are', async () => {
    await using desk = await wholeDesk(centre);
    const { rpc } = desk.page;
    const callId = randomUUID();
    const draft = { script: {}, form: {}, said: {}, step: null, note: '' };
    const commands: readonly Promise<unknown>[] = [
      rpc.session.signOut(),
      rpc.operator.ready(),
      rpc.operator.notReady({ reason: 'break' }),
      rpc.calls.dial({ number: '041555101', projectId: null, customerId: null }),
      rpc.calls.answer({ callId }),
      rpc.calls.saveDraft({ callId, draft }),
      rpc.calls.placeOrder({ callId, draft }),
      rpc.customers.search({ text: 'žagar', limit: 5 }),
      rpc.customers.open({ customerId: callId }),
      rpc.sync.parked(),
      rpc.debug.sip(),
    ];
    for (const command of commands)
      expect(await refusal(command)).toMatchObject({ code: 'NOT_ALLOWED' });
  });

  test('about something that is not there are told so', async () => {
    await using desk = await wholeDesk(centre);
    await desk.atWork('ana');
    const { rpc } = desk.page;
    const callId = randomUUID();
    const draft = { script: {}, form: {}, said: {}, step: null, note: '' };
    const commands: readonly Promise<unknown>[] = [
      rpc.calls.answer({ callId }),
      rpc.calls.hold({ callId, held: true }),
      rpc.calls.saveDraft({ callId, draft }),
      rpc.calls.placeOrder({ callId, draft }),
      rpc.calls.chooseCustomer({ callId, customerId: null }),
      rpc.calls.finish({ callId, outcome: null, reason: null, note: '' }),
      rpc.customers.open({ customerId: callId }),
      rpc.customers.edit({ customerId: callId, baseVersion: 1, changes: { note: 'x' } }),
      rpc.sync.mend({ mutationId: callId, args: null }),
    ];
    for (const command of commands)
      expect(await refusal(command)).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('that do not parse are refused with a code and harm nothing', async () => {
    await using desk = await wholeDesk(centre);
    await desk.atWork('ana');
    const { rpc } = desk.page;
    const dialled = centre.stub.requests('INVITE').length;
    const crooked: readonly unknown[] = [undefined, null, 42, [], {}, { number: 42 }];
    const dial: (input: never) => Promise<unknown> = rpc.calls.dial;
    for (const input of crooked)
      expect(await refusal(dial(input as never))).toMatchObject({ code: 'BAD_REQUEST' });
    const answer: (input: never) => Promise<unknown> = rpc.calls.answer;
    expect(await refusal(answer({ callId: 'no uuid' } as never))).toMatchObject({
      code: 'BAD_REQUEST',
    });
    const wish: (input: never) => Promise<unknown> = rpc.settings.wishAudio;
    expect(await refusal(wish({ ringVolume: 7 } as never))).toMatchObject({ code: 'BAD_REQUEST' });
    const { customers } = await rpc.customers.search({ text: 'zagar', limit: 3 });
    expect(customers.map(({ name }) => name)).toContain('Marija Žagar');
    expect(desk.page.operator.phase).toBe('ready');
    expect(centre.stub.requests('INVITE')).toHaveLength(dialled);
  });
});

describe('one desk, two people', () => {
  test('nobody takes the desk, or its server, from a person in a call', async () => {
    await using desk = await wholeDesk(centre);
    await desk.atWork('ana');
    const { page } = desk;
    const { sip, callId } = await desk.ring();
    await page.rpc.calls.answer({ callId });
    await sip.answered();
    const server = centre.address;
    for (const command of [
      desk.signIn('bor'),
      page.rpc.session.chooseServer({ server }),
      page.rpc.session.signOut(),
    ])
      expect(await refusal(command)).toEqual({ code: 'WRONG_STATE', data: { state: 'busy' } });
    await desk.signIn('ana');
    expect(page.session.name).toBe('Ana Kovač');
    expect(page.shown(callId).call.phase).toBe('talking');
    expect(sip.requests('BYE')).toEqual([]);
  });

  test('the next one sees nothing of the first, whose unsent work is still sent', async () => {
    await using desk = await wholeDesk(centre);
    await desk.atWork('ana');
    const { page } = desk;
    const find = async (): Promise<readonly string[]> =>
      (await page.rpc.customers.search({ text: 'Neža Nova', limit: 5 })).customers.map(
        ({ name }) => name,
      );
    centre.door.mode = 'loses-answers';
    const { sip, callId } = await desk.ring();
    expect(await refusal(page.rpc.session.signOut())).toMatchObject({
      code: 'WRONG_STATE',
      data: { state: 'busy' },
    });
    await page.rpc.calls.answer({ callId });
    await sip.answered();
    sip.bye();
    await page.until('ended', () => page.shown(callId).call.phase === 'ended');
    await page.rpc.calls.finish({ callId, outcome: 'no-contact', reason: null, note: '' });
    await page.until('it waits', () => page.sync.waiting === 1);
    await page.rpc.session.signOut();
    await page.until('offline', () => page.operator.phase === 'offline');
    expect(page.calls.size).toBe(0);
    await until('the line is given back', () => !centre.stub.bound('201'));
    expect(await refusal(find())).toMatchObject({ code: 'NOT_ALLOWED' });

    centre.door.mode = 'open';
    await desk.signIn('bor');
    await page.until('ready', () => page.operator.phase === 'ready');
    expect(page.session).toMatchObject({ name: 'Bor Novak' });
    expect(page.line.extension).toBe('202');
    expect(page.session.projects.map(({ projectId }) => projectId)).not.toContain('bank');
    await page.until('sent', () => page.sync.waiting === 0);
    const calls = await centre.rows<{ username: string }>(
      `select u.username from calls c join users u on u.id = c.user_id where c.call_id = $1`,
      callId,
    );
    expect(calls).toEqual([{ username: 'ana' }]);
  });

  test('an exchange slow to let the first one go does not cost the second one the line', async () => {
    await using desk = await wholeDesk(centre);
    await desk.atWork('ana');
    const { page } = desk;
    centre.stub.freeze();
    await page.rpc.session.signOut();
    await desk.signIn('bor');
    await page.until('ready', () => page.operator.phase === 'ready');
    await until('the farewell is over', () =>
      desk.host.log.lines.some(
        ({ message, facts }) => message === 'line state' && facts['phase'] === 'idle',
      ),
    );
    await page.rpc.calls.dial({ number: '041 555 104', projectId: 'internet', customerId: null });
    expect(page.line).toMatchObject({ phase: 'registered', extension: '202' });
  });
});
