import { expect, test } from 'vitest';
import type { CallView } from '../../src-practice/calls/switchboard.ts';
import { toneTalker } from '../../src-practice/customers/talker.ts';
import { until } from './support/ear.ts';
import { ana, bor, customerNumber, openDesk, openPractice } from './support/practice.ts';
import { field, fields, status } from './support/wire.ts';

test('a customer in the queue rings the desk with identity, queue, waiting time and the dialled number', async () => {
  await using practice = await openPractice();
  const { exchange } = practice;
  exchange.ring({ queue: 'internet' });
  expect(exchange.calls()[0]).toMatchObject({ phase: 'waiting', hears: 'waiting-tone' });
  const desk = await openDesk(exchange, ana);
  const call = await desk.rung();
  const invite = call.invite!;
  expect(invite.start).toBe(`INVITE sip:ana@${desk.name};transport=ws SIP/2.0`);
  expect(field(invite, 'p-asserted-identity')).toContain(`<sip:${customerNumber}@`);
  expect(field(invite, 'from')).toContain(`<sip:${customerNumber}@`);
  expect(field(invite, 'to')).toBe('<sip:201@practice.test>');
  expect(field(invite, 'x-queue')).toBe('internet');
  expect(field(invite, 'x-queue-wait')).toMatch(/^\d+$/);
  expect(field(invite, 'diversion')).toContain('<sip:+38615551000@');
  expect(field(invite, 'contact')).toContain(exchange.address.slice('ws://'.length, -'/ws'.length));
  expect(invite.body).toMatch(/^m=audio \d+ UDP\/TLS\/RTP\/SAVPF /m);
  expect(invite.body).toContain('opus/48000/2');
  expect(invite.body).toMatch(/^a=candidate:/m);
  expect(invite.body).not.toContain('ISAC');
  await desk.close();
});

test('a withheld number shows nothing of itself', async () => {
  await using practice = await openPractice();
  const desk = await openDesk(practice.exchange, ana);
  practice.exchange.ring({ queue: 'internet', number: null });
  const { invite } = await desk.rung();
  expect(field(invite!, 'privacy')).toBe('id');
  expect(field(invite!, 'from')).toContain('sip:anonymous@anonymous.invalid');
  expect(fields(invite!, 'p-asserted-identity')).toEqual([]);
  expect(invite!.text).not.toContain(customerNumber);
  await desk.close();
});

test('an answered customer is heard, and hangs up after an operator who says nothing', async () => {
  await using practice = await openPractice();
  const { exchange } = practice;
  const desk = await openDesk(exchange, ana);
  const conversation = { lines: [['hello'], ['nasvidenje']], halo: ['halo'] };
  const id = exchange.ring({ queue: 'internet', conversation });
  const call = await desk.rung();
  await call.answer();
  await until('the customer is heard', () => call.ear.level() > -35);
  expect(exchange.calls()).toMatchObject([{ id, phase: 'talking', extension: '201' }]);
  await call.hungUp();
  await until('the call is off the list', () => exchange.calls().length === 0);
  await desk.close();
});

test('the steady tone of a customer arrives as it was sent, and stops while the desk holds', async () => {
  await using practice = await openPractice();
  const { exchange } = practice;
  const desk = await openDesk(exchange, ana);
  exchange.ring({ queue: 'internet', talker: toneTalker() });
  const call = await desk.rung();
  await call.answer();
  await until('1004 Hz', () => call.ear.share(1004) > 0.9);
  expect(call.ear.share(440)).toBeLessThan(0.1);

  expect(await call.reinvite('sendonly')).toBe('recvonly');
  expect(exchange.calls()).toMatchObject([{ phase: 'talking', hears: 'hold-tone' }]);
  await until('silence on hold', () => call.ear.level() < -60);

  expect(await call.reinvite('sendrecv')).toBe('sendrecv');
  expect(exchange.calls()).toMatchObject([{ hears: 'operator' }]);
  await until('1004 Hz again', () => call.ear.level() > -30 && call.ear.share(1004) > 0.9);
  await call.hangUp();
  expect(exchange.calls()).toEqual([]);
  await desk.close();
});

test('the second operator gets the call when the first declines, and the first again after both did', async () => {
  await using practice = await openPractice();
  const { exchange } = practice;
  const first = await openDesk(exchange, ana);
  const second = await openDesk(exchange, bor);
  exchange.ring({ queue: 'internet' });
  first.refuse(await first.rung(), 486, 'Busy Here');
  second.refuse(await second.rung(), 603, 'Decline');
  const again = await first.rung();
  expect(field(again.invite!, 'x-queue')).toBe('internet');
  await again.answer();
  expect(exchange.calls()).toMatchObject([{ phase: 'talking', extension: '201' }]);
  await again.hangUp();
  await first.close();
  await second.close();
});

test('an operator who does not answer is rung out, and the queue goes on', async () => {
  await using practice = await openPractice({ timing: { ring: 0.3 } });
  const { exchange } = practice;
  const first = await openDesk(exchange, ana);
  const second = await openDesk(exchange, bor);
  exchange.ring({ queue: 'internet' });
  const call = await first.rung();
  const cancel = await first.wire.next('CANCEL', (one) => one.start.startsWith('CANCEL '));
  expect(field(cancel, 'via')).toBe(field(call.invite!, 'via'));
  expect(field(cancel, 'cseq')).toBe('1 CANCEL');
  first.reply(cancel, 200, 'OK', '');
  first.refuse(call, 487, 'Request Terminated');
  await second.rung();
  await first.close();
  await second.close();
});

test('only operators of the project are rung, and none twice at a time', async () => {
  await using practice = await openPractice();
  const { exchange } = practice;
  const [first, second] = [await openDesk(exchange, ana), await openDesk(exchange, bor)];
  exchange.ring({ queue: 'bank' });
  exchange.ring({ queue: 'bank' });
  const call = await second.rung();
  await call.answer();
  expect(exchange.calls().map(({ phase }) => phase)).toEqual(['talking', 'waiting']);
  await call.hangUp();
  await second.rung();
  expect(first.wire.seen.some(({ start }) => start.startsWith('INVITE '))).toBe(false);
  await first.close();
  await second.close();
});

test('a caller who gives up is cancelled, and an answer that crosses the CANCEL is hung up', async () => {
  const ended: CallView[] = [];
  await using practice = await openPractice({ ended: (call) => ended.push(call) });
  const { exchange } = practice;
  const desk = await openDesk(exchange, ana);
  const id = exchange.ring({ queue: 'internet' });
  const call = await desk.rung();
  exchange.hangUp(id);
  await desk.wire.next('CANCEL', (one) => one.start.startsWith('CANCEL '));
  await call.answer();
  await call.hungUp();
  await until('nobody waits', () => exchange.calls().length === 0);
  expect(ended).toMatchObject([{ id, phase: 'gone', why: 'gave-up', hears: 'nothing' }]);
  await desk.close();
});

test('a caller whose patience ends while waiting is gone', async () => {
  const ended: CallView[] = [];
  await using practice = await openPractice({ ended: (call) => ended.push(call) });
  practice.exchange.ring({ queue: 'internet', patience: 0.05 });
  await until('nobody waits', () => practice.exchange.calls().length === 0);
  expect(ended).toMatchObject([{ phase: 'gone', why: 'gave-up', extension: null }]);
});

test('a desk whose socket breaks while it rings loses the call to the next one', async () => {
  await using practice = await openPractice();
  const { exchange } = practice;
  const first = await openDesk(exchange, ana);
  const second = await openDesk(exchange, bor);
  exchange.ring({ queue: 'internet' });
  await first.rung();
  await first.close();
  await second.rung();
  expect(exchange.calls()).toMatchObject([{ phase: 'ringing', extension: '202' }]);
  await second.close();
});

test('a desk that comes back on a new socket keeps its call', async () => {
  await using practice = await openPractice();
  const { exchange } = practice;
  const desk = await openDesk(exchange, ana);
  exchange.ring({ queue: 'internet', talker: toneTalker() });
  const call = await desk.rung();
  await call.answer();
  await until('1004 Hz', () => call.ear.share(1004) > 0.9);
  await desk.close();
  const back = await openDesk(exchange, ana);
  desk.wire = back.wire;
  expect(await call.reinvite('sendrecv')).toBe('sendrecv');
  await until('1004 Hz still', () => call.ear.share(1004) > 0.9);
  const bye = await call.request('BYE');
  expect(status(bye)).toBe(200);
  call.ear.peer.close();
  await back.close();
});

test('a customer who came while the desk called itself is put to it as soon as that call is over', async () => {
  await using practice = await openPractice();
  const { exchange } = practice;
  const desk = await openDesk(exchange, ana);
  const { call, answered } = await desk.startDialling('201');
  const back = await desk.rung();
  await back.answer();
  expect(status(await answered)).toBe(200);
  exchange.ring({ queue: 'internet', talker: toneTalker() });
  expect(exchange.calls()).toMatchObject([{ phase: 'waiting' }, { kind: 'inside' }]);
  const hungUp = back.hungUp();
  await call.hangUp();
  await hungUp;
  const customer = await desk.rung();
  expect(field(customer.invite!, 'x-queue')).toBe('internet');
  await customer.answer();
  await until('1004 Hz', () => customer.ear.share(1004) > 0.9);
  await customer.hangUp();
  await desk.close();
});

test('a desk that never comes back leaves no call behind', async () => {
  const ended: CallView[] = [];
  await using practice = await openPractice({ ended: (call) => ended.push(call) });
  const { exchange } = practice;
  const desk = await openDesk(exchange, ana);
  exchange.ring({ queue: 'internet', talker: toneTalker() });
  const call = await desk.rung();
  await call.answer();
  await desk.close();
  await until('the call is over', () => exchange.calls().length === 0);
  expect(ended).toMatchObject([{ why: 'lost' }]);
  call.ear.peer.close();
});

test('closing the exchange says BYE to whoever talks and CANCEL to whoever rings', async () => {
  const practice = await openPractice();
  const { exchange } = practice;
  const first = await openDesk(exchange, ana);
  const second = await openDesk(exchange, bor);
  exchange.ring({ queue: 'internet' });
  const talking = await first.rung();
  await talking.answer();
  exchange.ring({ queue: 'internet' });
  const ringing = await second.rung();
  const closed = exchange.close();
  await talking.hungUp();
  await second.wire.next('CANCEL', (one) => one.start.startsWith('CANCEL '));
  second.refuse(ringing, 487, 'Request Terminated');
  await closed;
  expect(exchange.calls()).toEqual([]);
  await first.close();
  await second.close();
});
