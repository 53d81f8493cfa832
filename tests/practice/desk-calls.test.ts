import { expect, test } from 'vitest';
import { toneSource } from '../../src-practice/media/tones.ts';
import { keepCodecs } from '../../src-practice/media/sdp.ts';
import { sampleRate } from '../../src-practice/media/peer.ts';
import { until } from './support/ear.ts';
import { ana, bor, openDesk, openPractice } from './support/practice.ts';
import { field, status } from './support/wire.ts';

test.each(['+38641123456', '041123456', '0041123456'])(
  'a customer dialled as %s rings, answers and speaks',
  async (dialled) => {
    await using practice = await openPractice();
    const desk = await openDesk(practice.exchange, ana);
    const { call, answer } = await desk.dial(dialled);
    expect(status(answer)).toBe(200);
    expect(desk.wire.seen.some((one) => status(one) === 180)).toBe(true);
    expect(practice.exchange.calls()).toMatchObject([
      { kind: 'out', phase: 'talking', number: '+38641123456', extension: '201' },
    ]);
    await until('the customer is heard', () => call.ear.level() > -35);
    await call.hangUp();
    expect(practice.exchange.calls()).toEqual([]);
    await desk.close();
  },
);

test.each([
  ['601', 486],
  ['604', 603],
  ['+38640999999', 404],
  ['nobody', 404],
])('%s is refused with %i', async (target, code) => {
  await using practice = await openPractice();
  const desk = await openDesk(practice.exchange, ana);
  const { answer } = await desk.dial(target);
  expect(status(answer)).toBe(code);
  expect(practice.exchange.calls()).toEqual([]);
  await desk.close();
});

test('603 is a steady 1004 Hz', async () => {
  await using practice = await openPractice();
  const desk = await openDesk(practice.exchange, ana);
  const { call } = await desk.dial('603');
  await until('1004 Hz', () => call.ear.share(1004) > 0.9);
  expect(call.ear.share(440)).toBeLessThan(0.1);
  await call.hangUp();
  await desk.close();
});

test('a desk that knows only PCMU gets PCMU', async () => {
  await using practice = await openPractice();
  const desk = await openDesk(practice.exchange, ana);
  const { call, answered } = await desk.startDialling('603', (sdp) => keepCodecs(sdp, ['pcmu']));
  expect((await answered).body).toMatch(/^m=audio \d+ UDP\/TLS\/RTP\/SAVPF 0\r$/m);
  await until('1004 Hz', () => call.ear.share(1004) > 0.9);
  await call.hangUp();
  await desk.close();
});

test('600 says back what it hears', async () => {
  await using practice = await openPractice();
  const desk = await openDesk(practice.exchange, ana);
  const { call } = await desk.dial('600');
  call.ear.speakTone(440);
  await until('440 Hz back', () => call.ear.level() > -30 && call.ear.share(440) > 0.9);
  call.ear.speakTone(700);
  await until('700 Hz back', () => call.ear.share(700) > 0.9);
  expect(call.ear.share(440)).toBeLessThan(0.1);
  await call.hangUp();
  await desk.close();
});

test('602 rings until the desk cancels', async () => {
  await using practice = await openPractice();
  const desk = await openDesk(practice.exchange, ana);
  const { answered, cancel } = await desk.startDialling('602');
  await desk.wire.next('180', (one) => status(one) === 180);
  expect(practice.exchange.calls()).toMatchObject([{ phase: 'ringing' }]);
  cancel();
  expect(status(await answered)).toBe(487);
  await desk.wire.next(
    '200 to CANCEL',
    (one) => field(one, 'cseq').endsWith('CANCEL') && status(one) === 200,
  );
  expect(practice.exchange.calls()).toEqual([]);
  await desk.close();
});

test('a desk that loses its socket while dialling leaves nothing ringing', async () => {
  await using practice = await openPractice();
  const desk = await openDesk(practice.exchange, ana);
  const { call, answered } = await desk.startDialling('602');
  answered.catch(() => {});
  await desk.wire.next('180', (one) => status(one) === 180);
  await desk.close();
  await until('nothing rings', () => practice.exchange.calls().length === 0);
  expect(practice.exchange.reachable('201')).toBe(false);
  call.ear.peer.close();
});

test('digits are noticed, as INFO and as sound', async () => {
  await using practice = await openPractice();
  const desk = await openDesk(practice.exchange, ana);
  const { call } = await desk.dial('603');
  const info = (body: string) => call.request('INFO', body, 'application/dtmf-relay');
  expect(status(await info('Signal=5\r\nDuration=160\r\n'))).toBe(200);
  expect(status(await info('Signal=#\r\nDuration=160\r\n'))).toBe(200);
  expect(status(await call.request('INFO', 'hello', 'text/plain'))).toBe(415);
  expect(practice.exchange.calls()).toMatchObject([{ digits: '5#' }]);
  await until('audio', () => call.ear.level() > -30);
  const [low, high] = [toneSource(770, -9, sampleRate), toneSource(1477, -9, sampleRate)];
  call.ear.speak = (block) => {
    const other = block.slice();
    low.write(block);
    high.write(other);
    other.forEach((sample, index) => (block[index] = (block[index] ?? 0) + sample));
  };
  await until('a six', () => practice.exchange.calls()[0]?.digits === '5#6');
  await call.hangUp();
  await desk.close();
});

test('a wrong password cannot call, nor can a line under the name of another', async () => {
  await using practice = await openPractice();
  const stranger = await openDesk(practice.exchange, ana);
  const call = await stranger.startDialling('603');
  expect(status(await call.answered)).toBe(200);
  await call.call.hangUp();
  const liar = await openDesk(practice.exchange, ana);
  const sent = liar.wire.send.bind(liar.wire);
  liar.wire.send = (text) => sent(text.replace('From: <sip:ana@', 'From: <sip:bor@'));
  expect(status((await liar.dial('603')).answer)).toBe(403);
  await stranger.close();
  await liar.close();
});

test('two desks talk to each other through the exchange, hold, resume and hang up', async () => {
  await using practice = await openPractice();
  const [first, second] = [
    await openDesk(practice.exchange, ana),
    await openDesk(practice.exchange, bor),
  ];
  const { call: calling, answered } = await first.startDialling('202');
  const called = await second.rung();
  expect(field(called.invite!, 'p-asserted-identity')).toBe('"Ana Kovač" <sip:201@practice.test>');
  await first.wire.next('180', (one) => status(one) === 180);
  await called.answer();
  expect(status(await answered)).toBe(200);
  calling.ear.speakTone(440);
  called.ear.speakTone(700);
  await until(
    'each hears the other',
    () => called.ear.share(440) > 0.9 && calling.ear.share(700) > 0.9,
  );

  const holding = calling.reinvite('sendonly');
  const offer = await second.wire.next('re-INVITE', (one) => one.start.startsWith('INVITE '));
  expect(offer.body).toContain('a=sendonly');
  second.reply(
    offer,
    200,
    'OK',
    '',
    { Contact: second.contact, 'Content-Type': 'application/sdp' },
    await called.ear.peer.answer(offer.body),
  );
  expect(await holding).toBe('recvonly');

  calling.ear.peer.close();
  const bye = calling.request('BYE');
  await called.hungUp();
  expect(status(await bye)).toBe(200);
  expect(practice.exchange.calls()).toEqual([]);
  await first.close();
  await second.close();
});

test('the refusal of one desk reaches the other as it is, and one who is not there is 480', async () => {
  await using practice = await openPractice();
  const first = await openDesk(practice.exchange, ana);
  expect(status((await first.dial('202')).answer)).toBe(480);
  const second = await openDesk(practice.exchange, bor);
  const { answered } = await first.startDialling('202');
  second.refuse(await second.rung(), 486, 'Busy Here');
  expect(status(await answered)).toBe(486);
  await first.close();
  await second.close();
});

test('requests outside any dialog: OPTIONS 200, BYE 481, MESSAGE 405, unknown Require 420', async () => {
  await using practice = await openPractice();
  const desk = await openDesk(practice.exchange, ana);
  const ask = async (name: string, head: Record<string, string> = {}) => {
    desk.wire.send(
      desk.build(name, 'sip:practice.test', {
        From: '<sip:ana@practice.test>;tag=1',
        To: '<sip:practice.test>',
        'Call-ID': `${name}-1`,
        CSeq: `1 ${name}`,
        ...head,
      }),
    );
    return desk.wire.next(name, (one) => field(one, 'call-id') === `${name}-1`);
  };
  expect(status(await ask('OPTIONS'))).toBe(200);
  expect(status(await ask('BYE'))).toBe(481);
  expect(status(await ask('MESSAGE'))).toBe(405);
  const refused = await ask('PUBLISH', { Require: 'levitation' });
  expect(status(refused)).toBe(420);
  expect(field(refused, 'unsupported')).toBe('levitation');
  await desk.close();
});

test('in a dialog: a repeated CSeq is 500, UPDATE refreshes, an offer without sense is 488 and harms nothing', async () => {
  await using practice = await openPractice();
  const desk = await openDesk(practice.exchange, ana);
  const { call } = await desk.dial('603');
  expect(status(await call.request('UPDATE'))).toBe(200);
  expect(status(await call.request('INVITE', 'v=0\r\nnonsense\r\n'))).toBe(488);
  call.sequence -= 2;
  expect(status(await call.request('INFO', 'Signal=1', 'application/dtmf-relay'))).toBe(500);
  call.sequence += 2;
  await until('1004 Hz', () => call.ear.share(1004) > 0.9);
  await call.hangUp();
  expect(status(await call.request('BYE'))).toBe(481);
  await desk.close();
});
