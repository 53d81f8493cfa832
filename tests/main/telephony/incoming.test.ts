import { describe, expect, test } from 'vitest';
import { FakeVoicePage, sdp } from '../../support/fake-voice-page.ts';
import { fastClock, hurriedClock, lineBench } from '../../support/line-bench.ts';
import { until } from '../../support/until.ts';

const ended = (events: readonly { type: string }[]) =>
  until('ended', () => events.find(({ type }) => type === 'ended'));

describe('an incoming call', () => {
  test('is answered and hung up by the customer', async () => {
    await using bench = await lineBench();
    const call = bench.stub.invite();
    await call.response(180);
    const { leg, party, events } = await bench.nextRing();
    expect(party).toEqual({
      number: '+38641123456',
      written: '041123456',
      displayName: 'Marija Žagar',
      withheld: false,
    });
    await until('the peer is warm while it rings', () => bench.page.peers.has(leg.callId));
    await leg.answer();
    const ok = await call.answered();
    expect(ok.body).toContain('m=audio');
    await until('answered', () => events.some(({ type }) => type === 'answered'));
    call.bye();
    await call.response(200, 'BYE');
    expect(await ended(events)).toEqual({ type: 'ended', end: 'hung-up-there', detail: 'BYE' });
    await until('the peer is closed', () => bench.page.peers.size === 0);
  });

  test('is hung up by the operator', async () => {
    await using bench = await lineBench();
    const call = bench.stub.invite();
    const { leg, events } = await bench.nextRing();
    await leg.answer();
    await call.answered();
    await leg.hangUp();
    await call.asked('BYE');
    expect(await ended(events)).toMatchObject({ end: 'hung-up-here' });
    await until('the peer is closed', () => bench.page.peers.size === 0);
  });

  test('that the caller gives up is missed', async () => {
    await using bench = await lineBench();
    const call = bench.stub.invite();
    const { events, leg } = await bench.nextRing();
    call.cancel();
    await call.response(487);
    expect(await ended(events)).toMatchObject({ end: 'missed' });
    await until('the peer is closed', () => bench.page.closedPeers.includes(leg.callId));
    await expect(leg.answer()).rejects.toMatchObject({ code: 'WRONG_STATE' });
  });

  test.each(['SIP;cause=200;text="Call completed elsewhere"', 'Q.850;cause=26'])(
    'that a colleague took (%s) is answered elsewhere',
    async (reason) => {
      await using bench = await lineBench();
      const call = bench.stub.invite();
      const { events } = await bench.nextRing();
      call.cancel([`Reason: ${reason}`]);
      expect(await ended(events)).toMatchObject({ end: 'answered-elsewhere' });
    },
  );

  test.each([
    ['busy', 486],
    ['do-not-disturb', 480],
    ['to-queue', 480],
  ] as const)('rejected as %s is answered %i', async (reason, status) => {
    await using bench = await lineBench();
    const call = bench.stub.invite();
    const { leg, events } = await bench.nextRing();
    await leg.reject(reason);
    await call.response(status);
    expect(await ended(events)).toMatchObject({ end: 'rejected-here' });
    await until('the peer is closed', () => bench.page.peers.size === 0);
    await expect(leg.reject(reason)).rejects.toMatchObject({ code: 'WRONG_STATE' });
  });

  test('without an offer is answered with one of ours', async () => {
    await using bench = await lineBench();
    const call = bench.stub.invite({ sdp: null });
    const { leg, events } = await bench.nextRing();
    await leg.answer();
    const ok = await call.response(200);
    expect(ok.body).toContain('m=audio');
    call.request('BYE');
    await ended(events);
  });

  test('that requires reliable provisional responses is answered', async () => {
    await using bench = await lineBench();
    const call = bench.stub.invite({ headers: ['Require: 100rel'] });
    const { leg } = await bench.nextRing();
    const ringing = await call.response(180);
    expect(ringing.header('require')).toContain('100rel');
    call.request('PRACK', {
      headers: [`RAck: ${ringing.header('rseq')} ${ringing.header('cseq')}`],
    });
    await call.response(200, 'PRACK');
    await leg.hangUp();
  });

  test.each([
    ['an empty description', 'v=0\r\ns=-\r\n', 'application/sdp', 488],
    ['no description at all', 'hello', 'application/sdp', 488],
    ['another kind of body', '<a/>', 'application/xml', 415],
  ])('with %s is refused before it rings', async (_what, body, type, status) => {
    await using bench = await lineBench();
    const call = bench.stub.invite({ sdp: body, type });
    await call.response(status);
    expect(bench.rang).toEqual([]);
    expect(bench.page.commands).not.toContain('open');
  });

  test('with a description the page cannot take is refused 488 when answered', async () => {
    await using bench = await lineBench();
    const call = bench.stub.invite({ sdp: sdp().replace('m=audio 40000', 'm=audio 0') });
    const { leg, events } = await bench.nextRing();
    await expect(leg.answer()).rejects.toMatchObject({ code: 'REFUSED' });
    await call.response(488);
    expect(await ended(events)).toMatchObject({ end: 'failed' });
    await until('the peer is closed', () => bench.page.peers.size === 0);
  });

  test('that requires what we do not know is refused 420', async () => {
    await using bench = await lineBench();
    const call = bench.stub.invite({
      headers: ['Require: timer, 100rel, answermode', 'Require: nothing'],
    });
    const refusal = await call.response(420);
    expect(refusal.header('unsupported')).toBe('answermode, nothing');
    expect(bench.rang).toEqual([]);
  });

  test('is answered on the next page, where the voice page goes in the moment of the key', async () => {
    await using bench = await lineBench();
    bench.page.hung.add('describe');
    const call = bench.stub.invite();
    const { leg } = await bench.nextRing();
    const answered = leg.answer();
    await until('asked', () => bench.page.commands.includes('describe'));
    bench.page.leave();
    await until('no page', () => !bench.voice.present);
    const second = new FakeVoicePage('second');
    bench.arrive(second);
    await answered;
    await call.answered();
    expect(second.commands).toContain('describe');
  });

  test('that the caller gives up while a page is waited for says so, and nothing of the sound', async () => {
    const clock = hurriedClock();
    await using bench = await lineBench({ clock });
    bench.page.leave();
    await until('no page', () => !bench.voice.present);
    const call = bench.stub.invite();
    const { leg, events } = await bench.nextRing();
    const answered = leg.answer();
    call.cancel();
    expect(await ended(events)).toMatchObject({ end: 'missed' });
    clock.hurry();
    await expect(answered).rejects.toMatchObject({ code: 'WRONG_STATE' });
  });

  test('rings on when there is no voice page, and is answered when one comes', async () => {
    await using bench = await lineBench({ clock: fastClock(20) });
    bench.page.leave();
    await until('no page', () => !bench.voice.present);
    const call = bench.stub.invite();
    const { leg } = await bench.nextRing();
    await expect(leg.answer()).rejects.toMatchObject({ code: 'NO_VOICE' });
    expect(call.messages.some(({ status }) => (status ?? 0) >= 200)).toBe(false);
    bench.arrive(new FakeVoicePage('second'));
    await leg.answer();
    await call.answered();
  });

  test('is not lost to a page that hangs', async () => {
    await using bench = await lineBench({ clock: fastClock(20) });
    bench.page.hung.add('describe');
    const call = bench.stub.invite();
    const { leg, events } = await bench.nextRing();
    await expect(leg.answer()).rejects.toMatchObject({ code: 'NO_VOICE' });
    expect(call.messages.some(({ status }) => (status ?? 0) >= 200)).toBe(false);
    call.cancel();
    expect(await ended(events)).toMatchObject({ end: 'missed' });
  });

  test('beyond what can ring is told busy', async () => {
    await using bench = await lineBench();
    const calls = Array.from({ length: 9 }, () => bench.stub.invite());
    await calls[8]?.response(486);
    expect(bench.rang).toHaveLength(8);
  });
});

describe('other requests', () => {
  test('OPTIONS is answered with the methods we take', async () => {
    await using bench = await lineBench();
    const call = bench.stub.invite();
    await bench.nextRing();
    call.request('OPTIONS');
    const ok = await call.response(200, 'OPTIONS');
    expect(ok.header('allow')).toContain('UPDATE');
    expect(ok.header('allow')).not.toContain('REFER');
  });

  test('REFER, which would make us dial, is declined (RFC 3515 §2.4.2)', async () => {
    await using bench = await lineBench();
    const call = bench.stub.invite();
    const { leg } = await bench.nextRing();
    await leg.answer();
    await call.answered();
    call.request('REFER', { headers: ['Refer-To: <sip:+390123456789@stub.test>'] });
    await call.response(603, 'REFER');
    expect(bench.stub.requests('INVITE')).toEqual([]);
  });

  test('UPDATE is accepted, without an offer and with one, and leaves room for a re-INVITE', async () => {
    await using bench = await lineBench();
    const call = bench.stub.invite();
    const { leg } = await bench.nextRing();
    await leg.answer();
    await call.answered();
    call.request('UPDATE', { headers: ['Session-Expires: 90;refresher=uac'] });
    expect((await call.response(200, 'UPDATE')).header('session-expires')).toContain('90');
    call.request('UPDATE', { body: sdp(), headers: ['Content-Type: application/sdp'] });
    expect((await call.response(200, 'UPDATE')).body).toContain('m=audio');
    call.request('INVITE', { body: sdp() });
    await call.answered();
    await leg.hangUp();
    await call.asked('BYE');
  });
});
