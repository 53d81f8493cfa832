import { expect, test } from 'vitest';
import type { Desk } from './support/desk.ts';
import { ana, bor, openDesk, openPractice } from './support/practice.ts';
import { field, status, type Message } from './support/wire.ts';

let count = 0;

async function subscribe(
  desk: Desk,
  uri: string,
  event: string,
  expires = '300',
): Promise<{ answer: Message; notify: () => Promise<Message> }> {
  count += 1;
  const callId = `subscription-${count}`;
  let sequence = 0;
  const once = (): Promise<Message> => {
    sequence += 1;
    const cseq = `${sequence} SUBSCRIBE`;
    desk.wire.send(
      desk.build('SUBSCRIBE', uri, {
        From: `<sip:${desk.user}@practice.test>;tag=${callId}`,
        To: `<${uri}>`,
        'Call-ID': callId,
        CSeq: cseq,
        Contact: desk.contact,
        Event: event,
        Expires: expires,
        ...desk.authorization('SUBSCRIBE', uri),
      }),
    );
    return desk.wire.next(
      'answer',
      (one) => field(one, 'call-id') === callId && field(one, 'cseq') === cseq,
    );
  };
  let answer = await once();
  if (status(answer) === 401) {
    desk.challenged(answer);
    answer = await once();
  }
  const notify = async (): Promise<Message> => {
    const told = await desk.wire.next(
      'NOTIFY',
      (one) => one.start.startsWith('NOTIFY ') && field(one, 'call-id') === callId,
    );
    desk.reply(told, 200, 'OK', '');
    return told;
  };
  return { answer, notify };
}

test('the mailbox is told at once: nobody has left a word', async () => {
  await using practice = await openPractice();
  const desk = await openDesk(practice.exchange, ana);
  const { answer, notify } = await subscribe(desk, 'sip:ana@practice.test', 'message-summary');
  expect(status(answer)).toBe(200);
  expect(field(answer, 'expires')).toBe('300');
  const told = await notify();
  expect(field(told, 'event')).toBe('message-summary');
  expect(field(told, 'subscription-state')).toBe('active;expires=300');
  expect(told.body).toContain('Messages-Waiting: no');
  await desk.close();
});

test("a colleague's line: free, then talking, then free", async () => {
  await using practice = await openPractice();
  const [first, second] = [
    await openDesk(practice.exchange, ana),
    await openDesk(practice.exchange, bor),
  ];
  const { answer, notify } = await subscribe(first, 'sip:202@practice.test', 'dialog');
  expect(status(answer)).toBe(200);
  const free = await notify();
  expect(free.body).toContain('entity="sip:202@practice.test"');
  expect(free.body).not.toContain('<state>');
  const { call } = await second.dial('603');
  const busy = await notify();
  expect(busy.body).toContain('<state>confirmed</state>');
  expect(busy.body).toContain('version="1"');
  await call.hangUp();
  expect((await notify()).body).not.toContain('<state>');
  await first.close();
  await second.close();
});

test('of a colleague whose desk is not there nothing is told, until it comes', async () => {
  await using practice = await openPractice();
  const first = await openDesk(practice.exchange, ana);
  const { answer, notify } = await subscribe(first, 'sip:202@practice.test', 'dialog');
  expect(status(answer)).toBe(200);
  const gone = await notify();
  expect(field(gone, 'subscription-state')).toBe('active;expires=300');
  expect(gone.body).toBe('');
  const second = await openDesk(practice.exchange, bor);
  const there = await notify();
  expect(there.body).toContain('entity="sip:202@practice.test"');
  expect(there.body).not.toContain('<state>');
  await second.close();
  expect((await notify()).body).toBe('');
  await first.close();
});

test('a subscription of no length is a question: one answer, then it is over', async () => {
  await using practice = await openPractice();
  const desk = await openDesk(practice.exchange, ana);
  const { notify } = await subscribe(desk, 'sip:202@practice.test', 'dialog', '0');
  expect(field(await notify(), 'subscription-state')).toBe('terminated;reason=timeout');
  await desk.close();
});

test.each([
  ['presence', 'sip:202@practice.test', 489],
  ['', 'sip:202@practice.test', 489],
  ['dialog', 'sip:299@practice.test', 404],
])('%j of %s is %i', async (event, uri, code) => {
  await using practice = await openPractice();
  const desk = await openDesk(practice.exchange, ana);
  const { answer } = await subscribe(desk, uri, event);
  expect(status(answer)).toBe(code);
  expect(field(answer, 'allow-events')).toBe(code === 489 ? 'message-summary, dialog' : '');
  await desk.close();
});
