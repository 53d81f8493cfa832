import { describe, expect, test } from 'vitest';
import { sdp } from '../../support/fake-voice-page.ts';
import { deafTo, fastClock, lineBench } from '../../support/line-bench.ts';
import { watchTimers } from '../../support/timers-left.ts';
import { until } from '../../support/until.ts';

async function talking(options: Parameters<typeof lineBench>[0] = {}) {
  const bench = await lineBench(options);
  const call = bench.stub.invite();
  const { leg, events } = await bench.nextRing();
  await leg.answer();
  await call.answered();
  const history = (): readonly string[] => bench.page.peers.get(leg.callId)?.history ?? [];
  return {
    bench,
    call,
    leg,
    events,
    history,
    heard: (type: string) => until(type, () => events.find((event) => event.type === type)),
    [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose](),
  };
}

describe('hold', () => {
  test('is a re-INVITE that only sends, and back', async () => {
    await using up = await talking();
    await up.leg.hold(true);
    expect((await up.call.asked('INVITE')).body).toContain('a=sendonly');
    expect(up.events.at(-1)).toEqual({ type: 'held', here: true });
    await up.leg.hold(false);
    expect((await up.call.asked('INVITE', 2)).body).toContain('a=sendrecv');
    expect(up.events.at(-1)).toEqual({ type: 'held', here: false });
    await until('both acknowledged', () => up.call.requests('ACK').length === 2);
  });

  test('twice is asked once', async () => {
    await using up = await talking();
    await Promise.all([up.leg.hold(true), up.leg.hold(true)]);
    expect(up.call.requests('INVITE')).toHaveLength(1);
  });

  test('operations wait for one another', async () => {
    await using up = await talking();
    await Promise.all([up.leg.hold(true), up.leg.hold(false), up.leg.hold(true)]);
    expect(up.call.requests('INVITE').map(({ body }) => /a=(send\w+)/.exec(body)?.[1])).toEqual([
      'sendonly',
      'sendrecv',
      'sendonly',
    ]);
  });

  test('refused by the exchange leaves the call as it was', async () => {
    await using up = await talking();
    up.call.onReinvite = () => ({ status: 488 });
    await expect(up.leg.hold(true)).rejects.toMatchObject({ code: 'REFUSED' });
    expect(up.events.some(({ type }) => type === 'held' || type === 'ended')).toBe(false);
    expect(up.history()).toContain('rollback');
  });

  test('answered with garbage leaves the call as it was', async () => {
    await using up = await talking();
    up.call.onReinvite = () => ({ status: 200, sdp: 'garbage' });
    await expect(up.leg.hold(true)).rejects.toMatchObject({ code: 'REFUSED' });
    await up.call.asked('ACK');
    expect(up.call.requests('BYE')).toEqual([]);
    up.call.onReinvite = () => ({ status: 200, sdp: sdp() });
    await up.leg.hold(true);
    expect(up.events.at(-1)).toEqual({ type: 'held', here: true });
  });

  test('on a dialog the exchange has forgotten ends the call', async () => {
    await using up = await talking();
    up.call.onReinvite = () => ({ status: 481 });
    await expect(up.leg.hold(true)).rejects.toMatchObject({ code: 'REFUSED' });
    expect(await up.heard('ended')).toMatchObject({ end: 'failed' });
  });

  test('that is never answered does not keep anybody from hanging up', async () => {
    await using up = await talking();
    up.call.onReinvite = () => null;
    const held = up.leg.hold(true);
    await up.call.asked('INVITE');
    await up.leg.hangUp();
    await up.call.asked('BYE');
    await expect(held).rejects.toMatchObject({ code: 'WRONG_STATE' });
  });

  test('by the other side is seen, also when it ends', async () => {
    await using up = await talking();
    up.call.request('INVITE', { body: sdp({ direction: 'sendonly', version: 2 }) });
    await up.call.answered();
    expect(await up.heard('held-there')).toEqual({ type: 'held-there', there: true });
    up.call.request('INVITE', { body: sdp({ version: 3 }) });
    await up.call.answered();
    await until('taken back', () =>
      up.events.some((event) => event.type === 'held-there' && !event.there),
    );
  });
});

describe('mute', () => {
  test('is applied again after every negotiation', async () => {
    await using up = await talking();
    up.leg.mute(true);
    await until('muted', () => up.bench.page.peers.get(up.leg.callId)?.muted);
    up.call.request('INVITE', { body: sdp({ version: 2 }) });
    await up.call.answered();
    await up.leg.hold(true);
    await up.leg.hold(false);
    const after = up.history();
    await until('mute last', () => after.at(-1) === 'mute');
    // Offers, answers and descriptions taken since: each is followed by mute.
    const since = after.slice(after.indexOf('mute'));
    const unmuted = since.filter(
      (step, at) => step !== 'mute' && !since.slice(at).includes('mute'),
    );
    expect(since.length).toBeGreaterThan(6);
    expect(unmuted).toEqual([]);
    expect(up.bench.page.peers.get(up.leg.callId)?.muted).toBe(true);
  });
});

describe('glare', () => {
  test('491 is followed by another try after the prescribed time', async () => {
    await using up = await talking({ clock: fastClock(20) });
    let tries = 0;
    up.call.onReinvite = () => (++tries < 3 ? { status: 491 } : { status: 200, sdp: sdp() });
    await up.leg.hold(true);
    expect(tries).toBe(3);
    expect(up.history().filter((step) => step === 'rollback')).toHaveLength(4);
    expect(up.events.at(-1)).toEqual({ type: 'held', here: true });
  });

  test('their re-INVITE during ours is answered 491, and ours goes on', async () => {
    await using up = await talking();
    let theirs: Promise<unknown> = Promise.resolve();
    up.call.onReinvite = () => {
      up.call.request('INVITE', { body: sdp({ version: 2 }) });
      theirs = up.call.response(491);
      return { status: 200, sdp: sdp() };
    };
    await up.leg.hold(true);
    await theirs;
    expect(up.events.at(-1)).toEqual({ type: 'held', here: true });
  });

  test('is given up in the end, and the call goes on', async () => {
    await using up = await talking({ clock: fastClock(40) });
    up.call.onReinvite = () => ({ status: 491 });
    await expect(up.leg.hold(true)).rejects.toMatchObject({ code: 'REFUSED' });
    expect(up.events.some(({ type }) => type === 'ended')).toBe(false);
  });
});

describe('keypad tones', () => {
  test('go through the page where it can send them', async () => {
    await using up = await talking();
    await up.leg.sendDtmf('12#');
    expect(up.bench.page.tones).toEqual(['12#']);
    expect(up.call.requests('INFO')).toEqual([]);
  });

  test('go by INFO where RFC 4733 was not negotiated', async () => {
    await using up = await talking();
    up.bench.page.telephoneEvents = false;
    await up.leg.sendDtmf('1*');
    const infos = up.call.requests('INFO');
    expect(infos.map(({ body }) => body.split('\r\n')[0])).toEqual(['Signal=1', 'Signal=*']);
    expect(infos[0]?.header('content-type')).toBe('application/dtmf-relay');
  });

  test('that the exchange does not answer fail as unanswered', async () => {
    await using up = await talking({ clock: fastClock(8) });
    up.bench.page.telephoneEvents = false;
    up.call.onInfo = () => null;
    await expect(up.leg.sendDtmf('1')).rejects.toMatchObject({ code: 'NO_ANSWER' });
  });

  test.each([
    ['1', 5000, 'NO_ANSWER', null],
    ['1,', 2000, null, 200],
  ])(
    '%j, on its way when the socket is cut, does not hold up the way back',
    async (tones, waits, fails, answer) => {
      await using up = await talking({ clock: deafTo(waits) });
      up.bench.page.telephoneEvents = false;
      up.call.onInfo = () => answer;
      const sent = up.leg.sendDtmf(tones).then(
        () => ({ code: null }),
        (error: unknown) => error,
      );
      await up.call.asked('INFO');
      up.bench.stub.drop();
      await up.call.asked('INVITE');
      expect(await sent).toMatchObject({ code: fails });
      expect(up.events.some(({ type }) => type === 'ended')).toBe(false);
    },
  );

  test('refused by the exchange fail, and the call goes on', async () => {
    await using up = await talking();
    up.bench.page.telephoneEvents = false;
    up.call.onInfo = () => 415;
    await expect(up.leg.sendDtmf('1')).rejects.toMatchObject({ code: 'REFUSED' });
    up.call.onInfo = () => 200;
    await up.leg.sendDtmf('1');
  });
});

test.each([
  ['the first answer', false],
  ['the answer to a re-INVITE', true],
])(
  '%s, if nobody acknowledged it, is not repeated for ever once the call has ended',
  async (_what, again) => {
    using timers = watchTimers();
    await using bench = await lineBench();
    const call = bench.stub.invite();
    const { leg, events } = await bench.nextRing();
    await leg.answer();
    if (again) {
      await call.answered();
      call.request('INVITE', { body: sdp({ version: 2 }) });
    }
    await call.response(200);
    call.bye();
    await call.response(200, 'BYE');
    // RFC 3261 §13.3.1.4: from T1 on to T2.
    await until('nothing is repeated', () => !timers.waits.some((ms) => ms >= 500 && ms <= 4000));
    expect(events.at(-1)).toMatchObject({ end: 'hung-up-there' });
  },
);

test('garbage offered in a call is refused 488 and the call goes on', async () => {
  await using up = await talking();
  up.call.request('INVITE', { body: 'garbage' });
  await up.call.response(488);
  up.call.ack();
  up.call.request('INVITE', { body: sdp({ version: 2 }) });
  await up.call.answered();
  expect(up.events.some(({ type }) => type === 'ended')).toBe(false);
});
