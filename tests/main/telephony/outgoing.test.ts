import { describe, expect, test } from 'vitest';
import { sdp } from '../../support/fake-voice-page.ts';
import { fastClock, heardBy, lineBench } from '../../support/line-bench.ts';
import type { StubCall } from '../../support/stub-call.ts';
import { until } from '../../support/until.ts';

async function dialled(options: Parameters<typeof lineBench>[0] = {}, target = '0+38641123456') {
  const bench = await lineBench(options);
  const calls: StubCall[] = [];
  bench.stub.onCall = (call) => calls.push(call);
  const leg = await bench.line.dial(target);
  const events = heardBy(leg);
  const call = await until('the call', () => calls[0]);
  return { bench, leg, events, call, [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose]() };
}

const isEnded = (events: readonly { type: string }[]) =>
  events.some(({ type }) => type === 'ended');
const ended = (events: readonly { type: string }[]) =>
  until('ended', () => events.find(({ type }) => type === 'ended'));

describe('an outgoing call', () => {
  test('rings, is answered and hung up', async () => {
    await using made = await dialled();
    const invite = await made.call.asked('INVITE');
    expect(invite.first).toBe('INVITE sip:0+38641123456@stub.test SIP/2.0');
    expect(invite.header('from')).toContain('Ana Kovač');
    expect(invite.header('allow')).toContain('UPDATE');
    expect(invite.headers('allow')).toHaveLength(1);
    made.call.respond(100);
    made.call.respond(180);
    await until('alerting', () => made.events.some(({ type }) => type === 'alerting'));
    made.call.respond(183, sdp());
    made.call.respond(200, sdp());
    await made.call.asked('ACK');
    await until('answered', () => made.events.some(({ type }) => type === 'answered'));
    expect(made.events.filter(({ type }) => type === 'alerting')).toHaveLength(1);
    await made.leg.hangUp();
    await made.call.asked('BYE');
    expect(await ended(made.events)).toMatchObject({ end: 'hung-up-here' });
    await until('the peer is closed', () => made.bench.page.peers.size === 0);
  });

  test.each([
    [486, 'busy'],
    [600, 'busy'],
    [603, 'declined'],
    [480, 'no-answer'],
    [404, 'not-found'],
    [488, 'failed'],
    [503, 'failed'],
    [302, 'failed'],
  ])('refused with %i ends as %s', async (status, end) => {
    await using made = await dialled();
    made.call.respond(status);
    expect(await ended(made.events)).toMatchObject({ end, detail: `${status} Said` });
    await until('the peer is closed', () => made.bench.page.peers.size === 0);
  });

  test('is cancelled while it rings', async () => {
    await using made = await dialled();
    made.call.respond(180);
    await until('alerting', () => made.events.some(({ type }) => type === 'alerting'));
    await made.leg.hangUp();
    await made.call.asked('CANCEL');
    expect(await ended(made.events)).toMatchObject({ end: 'hung-up-here' });
    await until('the peer is closed', () => made.bench.page.peers.size === 0);
  });

  test.each([
    [401, 'WWW-Authenticate: Digest realm="stub", nonce="n", qop="auth"'],
    [407, 'Proxy-Authenticate: Digest realm="stub", nonce="n", qop="auth"'],
    [422, 'Min-SE: 3600'],
  ])('hung up before the exchange says %i is not asked for again', async (status, header) => {
    await using made = await dialled();
    await made.leg.hangUp();
    made.call.respond(status, null, [header]);
    await made.call.asked('ACK');
    await until('no call is left', () => made.bench.line.callsLeft === 0);
    expect(made.call.requests('INVITE')).toHaveLength(1);
    expect(await ended(made.events)).toMatchObject({ end: 'hung-up-here' });
  });

  test('whose exchange hangs up before it answers, and answers then, is left all the same', async () => {
    await using made = await dialled({ clock: fastClock(8) });
    made.call.respond(180);
    await until('alerting', () => made.events.some(({ type }) => type === 'alerting'));
    made.call.bye();
    await made.call.response(200, 'BYE');
    made.call.respond(200, sdp());
    await until('the answer', () =>
      made.bench.line.sip
        .recordedSip()
        .some(({ text }) => /^SIP.2.0 200[^]*CSeq: 1 INVITE/.test(text)),
    );
    await made.leg.hangUp();
    await until('no call is left', () => made.bench.line.callsLeft === 0);
    expect(await ended(made.events)).toMatchObject({ end: 'hung-up-here' });
  });

  test('hung up there while the page takes the answer has ended', async () => {
    await using made = await dialled();
    const { page, line } = made.bench;
    page.hung.add('accept');
    made.call.respond(200, sdp());
    await until('the answer is with the page', () => page.commands.at(-1) === 'accept');
    made.call.bye();
    await until('the BYE', () => line.sip.recordedSip().some(({ text }) => text.startsWith('BYE')));
    page.release('accept');
    expect(await ended(made.events)).toMatchObject({ end: 'hung-up-there' });
    await until('no call is left', () => line.callsLeft === 0);
  });

  test('that is answered in the very moment it is cancelled is hung up', async () => {
    await using made = await dialled();
    made.call.respond(180);
    await until('alerting', () => made.events.some(({ type }) => type === 'alerting'));
    void made.leg.hangUp();
    made.call.respond(200, sdp());
    await made.call.asked('BYE');
    expect(made.events.some(({ type }) => type === 'answered')).toBe(false);
  });

  test('answered with garbage is hung up and fails', async () => {
    await using made = await dialled();
    made.call.respond(200, 'garbage');
    await made.call.asked('BYE');
    expect(await ended(made.events)).toMatchObject({ end: 'failed' });
    await until('the peer is closed', () => made.bench.page.peers.size === 0);
  });

  test('survives garbage as early media', async () => {
    await using made = await dialled();
    made.call.respond(183, 'garbage');
    made.call.respond(180);
    await until('alerting', () => made.events.some(({ type }) => type === 'alerting'));
    expect(isEnded(made.events)).toBe(false);
    await made.leg.hangUp();
    await made.call.asked('CANCEL');
  });

  test('fails where the page cannot make an offer', async () => {
    await using bench = await lineBench({ clock: fastClock(20) });
    bench.page.hung.add('describe');
    const leg = await bench.line.dial('202');
    const events = heardBy(leg);
    expect(await ended(events)).toMatchObject({ end: 'failed' });
    expect(bench.stub.requests('INVITE')).toEqual([]);
    await until('the peer is closed', () => bench.page.peers.size === 0);
  });

  test('is refused without a line and without a voice page', async () => {
    await using bench = await lineBench();
    bench.page.leave();
    await until('no page', () => !bench.voice.present);
    await expect(bench.line.dial('202')).rejects.toMatchObject({ code: 'NO_VOICE' });
    await bench.line.close();
    await expect(bench.line.dial('202')).rejects.toMatchObject({ code: 'LINE_DOWN' });
  });

  test('to a code with signs escapes them', async () => {
    await using made = await dialled({}, '*60#');
    const invite = await made.call.asked('INVITE');
    expect(invite.first).toBe('INVITE sip:*60%23@stub.test SIP/2.0');
  });
});
