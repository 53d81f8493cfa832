import { expect, test } from 'vitest';
import { toneTalker } from '../../src-practice/customers/talker.ts';
import type { Desk } from './support/desk.ts';
import type { DeskCall } from './support/desk-call.ts';
import { until } from './support/ear.ts';
import { ana, bor, customerNumber, openDesk, openPractice } from './support/practice.ts';
import { field, fields, status } from './support/wire.ts';

const maja = { user: 'maja', secret: 'maja-secret-3' } as const;
const lines = [
  { extension: '201', sipUser: 'ana', secret: ana.secret, displayName: 'Ana Kovač' },
  { extension: '202', sipUser: 'bor', secret: bor.secret, displayName: 'Bor Zupan' },
  { extension: '203', sipUser: 'maja', secret: maja.secret, displayName: 'Maja Zupan' },
];

async function open() {
  const queues = [
    { name: 'internet', dialled: null, language: 'sl', extensions: ['201'] },
  ] as const;
  const practice = await openPractice({ lines, queues });
  const { exchange } = practice;
  const desks = [
    await openDesk(exchange, ana),
    await openDesk(exchange, bor),
    await openDesk(exchange, maja),
  ] as const;
  return {
    exchange,
    desks,
    async [Symbol.asyncDispose]() {
      for (const desk of desks) await desk.close();
      await practice[Symbol.asyncDispose]();
    },
  };
}

/** A customer of the queue, who is a steady 1004 Hz, talks to Ana. */
async function customerWithAna(
  { exchange, desks }: Awaited<ReturnType<typeof open>>,
  number: string | null = customerNumber,
) {
  const [mine, other] = desks;
  exchange.ring({ queue: 'internet', number, talker: toneTalker() });
  const call = await mine.rung();
  await call.answer();
  await until('the customer is heard', () => call.ear.share(1004) > 0.9);
  return { call, mine, other };
}

async function dialled(
  from: Desk,
  target: string,
  at: Desk,
): Promise<readonly [DeskCall, DeskCall]> {
  const { call, answered } = await from.startDialling(target);
  const there = await at.rung();
  await there.answer();
  expect(status(await answered)).toBe(200);
  return [call, there];
}

test('blind: the customer goes on to the other desk, who is told who it is, and keeps talking', async () => {
  await using practice = await open();
  const { call, other } = await customerWithAna(practice);
  const accepted = await call.refer('<sip:202@practice.test>');
  expect(status(accepted)).toBe(202);
  const there = await other.rung();
  expect(field(there.invite!, 'referred-by')).toBe(`<sip:${call.desk.user}@practice.test>`);
  await there.answer();
  expect(await call.reports()).toEqual([
    'SIP/2.0 100 Trying',
    'SIP/2.0 180 Ringing',
    'SIP/2.0 200 OK',
  ]);
  const told = await there.told('UPDATE');
  expect(field(told, 'p-asserted-identity')).toBe(
    `<sip:${customerNumber}@practice.test;user=phone>`,
  );
  await until('the customer is heard there', () => there.ear.share(1004) > 0.9);
  await call.hangUp();
  expect(practice.exchange.calls()).toMatchObject([
    { kind: 'joined', phase: 'talking', number: customerNumber, extension: '202' },
  ]);
  await there.hangUp();
  await until('nothing is left', () => practice.exchange.calls().length === 0);
});

test('blind: that the number is withheld is told too, and the name of who sent it on does not stay', async () => {
  await using practice = await open();
  const { call, other } = await customerWithAna(practice, null);
  await call.refer('<sip:202@practice.test>');
  const there = await other.rung();
  expect(field(there.invite!, 'p-asserted-identity')).toContain('sip:201@');
  await there.answer();
  const told = await there.told('UPDATE');
  expect(field(told, 'p-asserted-identity')).toContain('sip:anonymous@anonymous.invalid');
  expect(field(told, 'privacy')).toBe('id');
  await call.hangUp();
  await there.hangUp();
});

test('blind, and the desk hangs up at once: the customer waits for the other one', async () => {
  await using practice = await open();
  const { call, other } = await customerWithAna(practice);
  expect(status(await call.refer('<sip:202@practice.test>'))).toBe(202);
  const there = await other.rung();
  await call.hangUp();
  await there.answer();
  await until('the customer is heard there', () => there.ear.share(1004) > 0.9);
  await there.hangUp();
  await until('nothing is left', () => practice.exchange.calls().length === 0);
});

test.each([
  ['601', ['100 Trying', '486 Busy Here']],
  ['604', ['100 Trying', '603 Decline']],
  ['nobody', ['100 Trying', '404 Not Found']],
  ['299', ['100 Trying', '404 Not Found']],
])('blind to %s fails, and the customer is still with us', async (target, told) => {
  await using practice = await open();
  const { call } = await customerWithAna(practice);
  await call.refer(`<sip:${target}@practice.test>`);
  expect(await call.reports()).toEqual(told.map((line) => `SIP/2.0 ${line}`));
  await until('still heard', () => call.ear.share(1004) > 0.9);
  await call.hangUp();
  await until('nothing is left', () => practice.exchange.calls().length === 0);
});

test('blind to a desk that refuses: reported as it is, the customer stays', async () => {
  await using practice = await open();
  const { call, other } = await customerWithAna(practice);
  await call.refer('<sip:202@practice.test>');
  other.refuse(await other.rung(), 486, 'Busy Here');
  expect((await call.reports()).at(-1)).toBe('SIP/2.0 486 Busy Here');
  await until('still heard', () => call.ear.share(1004) > 0.9);
  await call.hangUp();
});

test('a customer who hangs up while he is sent on: the ringing stops, no ghost is left', async () => {
  await using practice = await open();
  const { call, other } = await customerWithAna(practice);
  const [{ id } = { id: '' }] = practice.exchange.calls();
  await call.refer('<sip:202@practice.test>');
  const there = await other.rung();
  const hungUp = call.hungUp();
  practice.exchange.hangUp(id);
  await hungUp;
  const cancel = await other.wire.next('CANCEL', (one) => one.start.startsWith('CANCEL '));
  expect(field(cancel, 'call-id')).toBe(there.callId);
  other.refuse(there, 487, 'Request Terminated');
  await until('nothing is left', () => practice.exchange.calls().length === 0);
});

test('attended: asked first, then joined; both legs of the one who asked are ended', async () => {
  await using practice = await open();
  const [, , third] = practice.desks;
  const { call, mine } = await customerWithAna(practice);
  await call.reinvite('sendonly');
  const { call: asking, answered } = await mine.startDialling('203');
  const there = await third.rung();
  await there.answer();
  expect(status(await answered)).toBe(200);
  asking.ear.speakTone(440);
  await until('they talk', () => there.ear.share(440) > 0.9);

  const replaces = encodeURIComponent(asking.replaces);
  expect(status(await call.refer(`<sip:203@practice.test?Replaces=${replaces}>`))).toBe(202);
  const bye = asking.hungUp();
  expect(await call.reports()).toEqual(['SIP/2.0 100 Trying', 'SIP/2.0 200 OK']);
  expect(field(await bye, 'reason')).toContain('replaced');
  const told = await there.told('UPDATE');
  expect(field(told, 'p-asserted-identity')).toContain(customerNumber);
  await until('the customer is heard there', () => there.ear.share(1004) > 0.9);
  // Our leg is ended for us when we do not.
  await call.hungUp();
  expect(practice.exchange.calls()).toMatchObject([{ kind: 'joined', extension: '203' }]);
  there.ear.peer.close();
  await there.request('BYE');
  await until('nothing is left', () => practice.exchange.calls().length === 0);
});

test('three desks: Ana joins Bor and Maja, who hear each other and know each other', async () => {
  await using practice = await open();
  const [first, second, third] = practice.desks;
  const [toBor, bors] = await dialled(first, '202', second);
  const [toMaja, majas] = await dialled(first, '203', third);
  await toBor.refer(`<sip:203@practice.test?Replaces=${encodeURIComponent(toMaja.replaces)}>`);
  expect((await toBor.reports()).at(-1)).toBe('SIP/2.0 200 OK');
  expect(field(await bors.told('UPDATE'), 'p-asserted-identity')).toBe(
    '"Maja Zupan" <sip:203@practice.test>',
  );
  expect(field(await majas.told('UPDATE'), 'p-asserted-identity')).toBe(
    '"Bor Zupan" <sip:202@practice.test>',
  );
  bors.ear.speakTone(440);
  majas.ear.speakTone(700);
  await until(
    'each hears the other',
    () => majas.ear.share(440) > 0.9 && bors.ear.share(700) > 0.9,
  );
  await toMaja.hungUp();
  await toBor.hungUp();
  const bye = majas.hungUp();
  await bors.hangUp();
  await bye;
  await until('nothing is left', () => practice.exchange.calls().length === 0);
});

test('a colleague who was held is taken off hold by whoever he is joined with, also without UPDATE', async () => {
  await using practice = await open();
  const [first, second, third] = practice.desks;
  const { call: toBor, answered } = await first.startDialling('202');
  const bors = await second.rung();
  await bors.answer('INVITE, ACK, CANCEL, BYE');
  expect(status(await answered)).toBe(200);
  const holding = toBor.reinvite('sendonly');
  expect((await bors.reinvited()).body).toContain('a=sendonly');
  await holding;
  const [toMaja, majas] = await dialled(first, '203', third);
  await toBor.refer(`<sip:203@practice.test?Replaces=${encodeURIComponent(toMaja.replaces)}>`);
  const resumed = await bors.reinvited();
  expect(resumed.body).toContain('a=sendrecv');
  // He knows no UPDATE: who it is comes in a re-INVITE.
  expect(field(await bors.reinvited(), 'p-asserted-identity')).toContain('Maja Zupan');
  await majas.told('UPDATE');
  bors.ear.speakTone(440);
  majas.ear.speakTone(700);
  await until(
    'each hears the other',
    () => majas.ear.share(440) > 0.9 && bors.ear.share(700) > 0.9,
  );
  await toMaja.hungUp();
  await toBor.hungUp();
  const bye = majas.hungUp();
  await bors.hangUp();
  await bye;
});

test('what makes no sense is refused or reported, and harms nothing', async () => {
  await using practice = await open();
  const [first, second] = practice.desks;
  const [calling, called] = await dialled(first, '202', second);
  expect(status(await calling.refer('nonsense'))).toBe(400);
  expect(status(await calling.request('REFER'))).toBe(400);
  const wrong = async (replaces: string) => {
    await calling.refer(`<sip:202@practice.test?Replaces=${encodeURIComponent(replaces)}>`);
    return (await calling.reports()).at(-1);
  };
  expect(await wrong('nobody;to-tag=1;from-tag=2')).toBe(
    'SIP/2.0 481 Call/Transaction Does Not Exist',
  );
  expect(await wrong('garbage')).toBe('SIP/2.0 481 Call/Transaction Does Not Exist');
  expect(await wrong(calling.replaces)).toBe('SIP/2.0 481 Call/Transaction Does Not Exist');
  // The colleague's own dialog is not ours to give away.
  expect(await wrong(called.replaces)).toBe('SIP/2.0 403 Forbidden');
  called.ear.speakTone(440);
  await until('still heard', () => calling.ear.share(440) > 0.9);
  const bye = called.hungUp();
  await calling.hangUp();
  await bye;
});

test('a desk that starts again takes its call back by INVITE with Replaces', async () => {
  await using practice = await open();
  const { call } = await customerWithAna(practice);
  const again = await openDesk(practice.exchange, ana);
  const { call: taken, answered } = await again.startDialling('201', undefined, {
    Replaces: call.replaces,
    Require: 'replaces',
  });
  expect(status(await answered)).toBe(200);
  await until('the customer is heard again', () => taken.ear.share(1004) > 0.9);
  await call.hungUp();
  expect(practice.exchange.calls()).toMatchObject([{ kind: 'queue', phase: 'talking' }]);
  await taken.hangUp();
  await until('nothing is left', () => practice.exchange.calls().length === 0);
  await again.close();
});

test('a call between two desks is taken back too, and the other desk notices nothing', async () => {
  await using practice = await open();
  const [first, second] = practice.desks;
  const [calling, called] = await dialled(first, '202', second);
  const { call: taken, answered } = await first.startDialling('201', undefined, {
    Replaces: calling.replaces,
    Require: 'replaces',
  });
  expect(status(await answered)).toBe(200);
  await calling.hungUp();
  called.ear.speakTone(440);
  taken.ear.speakTone(700);
  await until('they talk', () => taken.ear.share(440) > 0.9 && called.ear.share(700) > 0.9);
  const bye = called.hungUp();
  await taken.hangUp();
  await bye;
});

test('Replaces that names nothing is 481, a call of another line 403, early-only 486', async () => {
  await using practice = await open();
  const [first, second, third] = practice.desks;
  const [calling, called] = await dialled(first, '202', second);
  const ask = async (desk: Desk, replaces: string) => {
    const { answered } = await desk.startDialling('201', undefined, { Replaces: replaces });
    return status(await answered);
  };
  expect(await ask(third, 'nobody;to-tag=1;from-tag=2')).toBe(481);
  expect(await ask(third, calling.replaces)).toBe(403);
  expect(await ask(first, `${calling.replaces};early-only`)).toBe(486);
  const bye = called.hungUp();
  await calling.hangUp();
  await bye;
});

test('a desk that calls itself is rung by itself', async () => {
  await using practice = await open();
  const [first] = practice.desks;
  const { call, answered, cancel } = await first.startDialling('201');
  const rung = await first.rung();
  expect(field(rung.invite!, 'p-asserted-identity')).toContain('sip:201@');
  cancel();
  expect(status(await answered)).toBe(487);
  await until('nothing is left', () => practice.exchange.calls().length === 0);
  const { call: second, answered: yes } = await first.startDialling('201');
  const there = await first.rung();
  await there.answer();
  expect(status(await yes)).toBe(200);
  second.ear.speakTone(440);
  await until('it hears itself', () => there.ear.share(440) > 0.9);
  const bye = there.hungUp();
  await second.hangUp();
  await bye;
  call.ear.peer.close();
});

test('a session that expires is answered with its interval, refreshed by the desk', async () => {
  await using practice = await open();
  const [first] = practice.desks;
  const { call, answered } = await first.startDialling('603', undefined, {
    Supported: 'timer',
    Require: 'timer',
    'Session-Expires': '90;refresher=uac',
  });
  const answer = await answered;
  expect(status(answer)).toBe(200);
  expect(field(answer, 'session-expires')).toBe('90;refresher=uac');
  expect(field(answer, 'require')).toBe('timer');
  const refreshed = await call.request('UPDATE', '', '', { 'Session-Expires': '90;refresher=uac' });
  expect(status(refreshed)).toBe(200);
  expect(field(refreshed, 'session-expires')).toBe('90;refresher=uac');
  await call.hangUp();
});

test("a queue whose project lets calls answer themselves says so, and no other queue's calls do", async () => {
  const queue = { dialled: null, language: 'sl', extensions: ['201'] } as const;
  await using practice = await openPractice({
    queues: [
      { ...queue, name: 'taxi', autoAnswer: true },
      { ...queue, name: 'bank' },
    ],
  });
  const desk = await openDesk(practice.exchange, ana);
  for (const [name, info] of [
    ['taxi', ['<sip:practice.test>;answer-after=0']],
    ['bank', []],
  ] as const) {
    const id = practice.exchange.ring({ queue: name });
    const rung = await desk.rung();
    expect(fields(rung.invite!, 'call-info')).toEqual(info);
    practice.exchange.hangUp(id);
    desk.refuse(rung, 487, 'Request Terminated');
    await until('nothing is left', () => practice.exchange.calls().length === 0);
  }
  await desk.close();
});
