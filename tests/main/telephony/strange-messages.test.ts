/** What an exchange may write otherwise than sip.js reads it, and what nobody should write: the call goes on. */
import { Timers } from 'sip.js/lib/core/timers.js';
import { describe, expect, test } from 'vitest';
import { sdp } from '../../support/fake-voice-page.ts';
import { fastClock, heardBy, lineBench } from '../../support/line-bench.ts';
import { tagOf, writeSip, type SipText } from '../../support/sip-text.ts';
import { until } from '../../support/until.ts';

async function talking() {
  const bench = await lineBench();
  const call = bench.stub.invite();
  const { leg, events } = await bench.nextRing();
  await leg.answer();
  await call.answered();
  return {
    bench,
    call,
    leg,
    events,
    /** Whether the dialog is free in both directions, and nobody has hung up. */
    goesOn: async (): Promise<boolean> => {
      call.onReinvite = () => ({ status: 200, sdp: sdp({ version: 8 }) });
      await leg.hold(true);
      call.request('INVITE', { body: sdp({ version: 9 }) });
      await call.answered();
      return call.requests('BYE').length === 0 && !events.some(({ type }) => type === 'ended');
    },
    [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose](),
  };
}

describe('their re-INVITE', () => {
  test.each([
    ['without a type', ''],
    ['of text', 'Content-Type: text/plain'],
    ['of several parts', 'Content-Type: multipart/mixed;boundary=a'],
    ['that calls itself a session', 'Content-Type: text/plain\r\nContent-Disposition: session'],
  ])('with a body %s is refused 415, saying what would be taken', async (_what, header) => {
    await using up = await talking();
    up.call.request('INVITE', {
      headers: header ? [header] : ['X-None: 1'],
      body: sdp(),
      untyped: true,
    });
    expect((await up.call.response(415)).header('accept')).toBe('application/sdp');
    up.call.ack();
    expect(await up.goesOn()).toBe(true);
  });

  test.each([
    ['without an answer', {}],
    ['with another body', { headers: ['Content-Type: text/plain'], body: 'hello' }],
    ['with a body without a type', { body: 'hello', untyped: true }],
  ])('without an offer may be acknowledged %s', async (_what, ack) => {
    await using up = await talking();
    up.call.request('INVITE');
    await up.call.response(200);
    up.call.ack(ack);
    await until('told', () => up.bench.logged.some((line) => line.includes('answer not accepted')));
    expect(await up.goesOn()).toBe(true);
  });

  test('may be acknowledged with a description that nobody asked for', async () => {
    await using up = await talking();
    up.call.request('INVITE', { body: sdp({ version: 2 }) });
    await up.call.response(200);
    up.call.ack({ body: 'v=0\r\n' });
    expect(await up.goesOn()).toBe(true);
  });
});

describe('the answer to our re-INVITE', () => {
  test.each([
    ['is missing', { status: 200 }],
    ['is text', { status: 200, sdp: 'hello', headers: ['Content-Type: text/plain'] }],
    ['has no type', { status: 200, sdp: sdp(), untyped: true }],
  ])('%s: the call stays as it was', async (_what, answer) => {
    await using up = await talking();
    up.call.onReinvite = () => answer;
    await expect(up.leg.hold(true)).rejects.toMatchObject({ code: 'REFUSED' });
    await up.call.asked('ACK');
    expect(await up.goesOn()).toBe(true);
  });
});

describe('the first acknowledgement', () => {
  test.each([
    ['a body without a type', { body: 'hello', untyped: true }],
    ['text', { headers: ['Content-Type: text/plain'], body: 'hello' }],
    ['a description that nobody asked for', { body: 'v=0\r\n' }],
  ])('may carry %s', async (_what, ack) => {
    await using bench = await lineBench();
    const call = bench.stub.invite();
    const { leg, events } = await bench.nextRing();
    await leg.answer();
    await call.response(200);
    call.ack(ack);
    await leg.hold(true);
    expect(call.requests('BYE')).toEqual([]);
    expect(events.some(({ type }) => type === 'ended')).toBe(false);
  });
});

describe('a description whose type is written in another way', () => {
  const type = 'Application/SDP; charset=utf-8';

  test('is taken in an INVITE', async () => {
    await using bench = await lineBench();
    const call = bench.stub.invite({ type });
    const { leg, events } = await bench.nextRing();
    await leg.answer();
    await call.answered();
    await leg.hold(true);
    expect(events.some((event) => event.type === 'ended')).toBe(false);
  });

  test('is taken in the answer to ours', async () => {
    await using bench = await lineBench();
    bench.stub.onCall = (call) => call.respond(200, sdp(), [`Content-Type: ${type}`]);
    const leg = await bench.line.dial('202');
    const events = heardBy(leg);
    await until('answered', () => events.some((event) => event.type === 'answered'));
    expect(events.some((event) => event.type === 'ended')).toBe(false);
  });
});

test('a call that expires in months rings', async () => {
  await using bench = await lineBench();
  const call = bench.stub.invite({ headers: ['Expires: 2147484'] });
  const { leg } = await bench.nextRing();
  await leg.answer();
  expect((await call.answered()).status).toBe(200);
});

test('compact names are understood', async () => {
  await using bench = await lineBench();
  const call = bench.stub.invite({
    headers: ['k: timer', 'x: 600;refresher=uas', 'b: <sip:301@stub.test>'],
  });
  const { leg, referredBy } = await bench.nextRing();
  await leg.answer();
  const ok = await call.answered();
  expect(ok.header('session-expires')).toBe('600;refresher=uas');
  expect(referredBy).toBe('301');
});

/** An answer to the desk's INVITE, tag and contact as told. */
function answer(invite: SipText, to: string, contact: readonly string[]): string {
  return writeSip(
    'SIP/2.0 200 OK',
    [
      ...invite.headers('via').map((via) => `Via: ${via}`),
      `From: ${invite.header('from')}`,
      `To: ${to}`,
      `Call-ID: ${invite.header('call-id')}`,
      `CSeq: ${invite.header('cseq')}`,
      ...contact,
    ],
    sdp(),
  );
}

test.each([
  ['a tag', '', ['Contact: <sip:stub@stub.invalid;transport=ws>']],
  ['a contact', ';tag=there', []],
])('an answer without %s ends the call, here and there', async (_what, tag, contact) => {
  await using bench = await lineBench();
  bench.stub.onCall = (call) => call.respond(180);
  const leg = await bench.line.dial('202');
  const events = heardBy(leg);
  const invite = await until('asked', () => bench.stub.requests('INVITE')[0]);
  bench.stub.send(answer(invite, invite.header('to') + tag, contact));
  await until('ended', () => events.some(({ type }) => type === 'ended'));
  expect(events.at(-1)).toMatchObject({ type: 'ended', end: 'failed' });
  const bye = await until('BYE', () => bench.stub.requests('BYE')[0]);
  expect(tagOf(bye.header('to'))).toBe(tag.replace(';tag=', ''));
  expect(bye.header('call-id')).toBe(invite.header('call-id'));
  await until('acknowledged', () => bench.stub.requests('ACK').length > 0);
  await until('the peer is closed', () => bench.page.peers.size === 0);
});

test.each([
  ['who hangs up', false],
  ['who hangs up as we do', true],
])('%s before the ACK is not hung up on half a minute later', async (_who, here) => {
  const { TIMER_L } = Timers;
  Timers.TIMER_L = 300;
  try {
    await using bench = await lineBench();
    const call = bench.stub.invite();
    const { leg } = await bench.nextRing();
    await leg.answer();
    await call.response(200);
    const left = here ? leg.hangUp() : undefined;
    call.bye();
    await call.response(200, 'BYE');
    await left;
    // One that nobody acknowledges and nobody ends is hung up then.
    const next = bench.stub.invite();
    const ring = await bench.nextRing();
    await ring.leg.answer();
    await next.response(200);
    await next.asked('BYE');
    expect(call.requests('BYE')).toEqual([]);
  } finally {
    Timers.TIMER_L = TIMER_L;
  }
});

test('a PRACK after the answer is answered 481 (RFC 3262 §3)', async () => {
  await using up = await talking();
  up.call.request('PRACK', { headers: ['RAck: 1 101 INVITE'] });
  await up.call.response(481, 'PRACK');
  expect(await up.goesOn()).toBe(true);
});

test('a report of a transfer after the BYE is answered 200, another one 481', async () => {
  await using up = await talking();
  up.call.bye();
  await up.call.response(200, 'BYE');
  up.call.report('200 OK');
  await up.call.response(200, 'NOTIFY');
  up.call.request('NOTIFY', { headers: ['Event: dialog', 'Subscription-State: active'] });
  expect((await up.call.response(481, 'NOTIFY')).status).toBe(481);
});

describe('the log tells, without their content,', () => {
  test('of messages that are dropped, once a second', async () => {
    await using bench = await lineBench({ clock: fastClock(1) });
    const told = (): readonly string[] =>
      bench.logged.filter((line) => line.startsWith('SIP message dropped'));
    for (let times = 0; times < 20; times++)
      bench.stub.send('NONSENSE <sip:secret-name@x>\r\nTo: x\r\n\r\n');
    await until('told', () => told().length > 0);
    const call = bench.stub.invite();
    await bench.nextRing();
    await call.response(180);
    expect(told().length).toBeLessThan(3);
    expect(bench.logged.join('\n')).not.toContain('secret-name');
  });

  test.each(['INVITE', 'UPDATE'])('of what they offer in %s and cannot be used', async (method) => {
    await using up = await talking();
    up.call.request(method, { body: 'v=0\r\nsecret-name' });
    await up.call.response(488, method);
    const told = (): string | undefined =>
      up.bench.logged.find((line) => line.startsWith('their offer refused'));
    expect(await until('told', told)).toContain('488');
    expect(up.bench.logged.join('\n')).not.toContain('secret-name');
  });
});
