import { describe, expect, test } from 'vitest';
import { FakeVoicePage } from '../../support/fake-voice-page.ts';
import { fastClock, heardBy, lineBench } from '../../support/line-bench.ts';
import type { StubCall } from '../../support/stub-call.ts';
import { until } from '../../support/until.ts';

async function talking(options: Parameters<typeof lineBench>[0] = {}) {
  const bench = await lineBench(options);
  const call = bench.stub.invite();
  const { leg, events } = await bench.nextRing();
  await leg.answer();
  await call.answered();
  return { bench, call, leg, events, [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose]() };
}

const isEnded = (events: readonly { type: string }[]) =>
  events.some(({ type }) => type === 'ended');

describe('a socket cut', () => {
  test('in a call: the line registers again and the call is re-INVITEd on the new one', async () => {
    await using up = await talking();
    up.leg.mute(true);
    up.bench.stub.drop();
    await up.call.asked('INVITE');
    await up.call.asked('ACK');
    expect(up.bench.line.state.phase).toBe('registered');
    expect(isEnded(up.events)).toBe(false);
    expect(up.bench.page.peers.get(up.leg.callId)?.muted).toBe(true);
    await up.leg.hold(true);
    expect(up.events.at(-1)).toEqual({ type: 'held', here: true });
  });

  test('keeps a held call on hold', async () => {
    await using up = await talking();
    await up.leg.hold(true);
    up.bench.stub.drop();
    expect((await up.call.asked('INVITE', 2)).body).toContain('a=sendonly');
    expect(isEnded(up.events)).toBe(false);
  });

  test('while a re-INVITE is on its way does not block the next one', async () => {
    await using up = await talking();
    up.call.onReinvite = () => null;
    const held = up.leg.hold(true);
    await up.call.asked('INVITE');
    up.bench.stub.drop();
    await expect(held).rejects.toMatchObject({ code: 'NO_ANSWER' });
    up.call.onReinvite = () => ({ status: 200, sdp: 'v=0\r\nm=audio 1 RTP/AVP 0\r\n' });
    await up.call.asked('INVITE', 2);
    await up.call.asked('ACK');
    expect(isEnded(up.events)).toBe(false);
  });

  test('while the page takes the answer to a re-INVITE: the call goes on, and nothing fails unheard', async () => {
    await using up = await talking();
    const { bench, call, leg } = up;
    const unheard: unknown[] = [];
    const hear = (error: unknown): void => void unheard.push(error);
    process.on('unhandledRejection', hear);
    try {
      bench.page.hung.add('accept');
      const held = leg.hold(true);
      await call.asked('INVITE');
      await until('the answer is with the page', () => bench.page.commands.at(-1) === 'accept');
      bench.stub.drop();
      await until('lost', () => bench.line.state.phase === 'lost');
      bench.page.release('accept');
      await held;
      await bench.registered();
      await call.asked('INVITE', 2);
      await call.asked('ACK');
      await leg.hold(false);
      expect(isEnded(up.events)).toBe(false);
      expect(unheard).toEqual([]);
    } finally {
      process.off('unhandledRejection', hear);
    }
  });

  test('in which the media failed too: what is offered then begins ICE anew', async () => {
    await using up = await talking();
    const { bench, call, leg } = up;
    bench.stub.drop();
    await until('lost', () => bench.line.state.phase === 'lost');
    bench.page.emit({ type: 'peer', callId: leg.callId, state: 'failed' });
    await call.asked('INVITE');
    await call.asked('ACK');
    expect(bench.page.peers.get(leg.callId)?.history).toContain('offer ice-restart');
    expect(isEnded(up.events)).toBe(false);
  });

  test('in a call the exchange has forgotten meanwhile ends it', async () => {
    await using up = await talking();
    up.call.onReinvite = () => ({ status: 481 });
    up.bench.stub.drop();
    await until('ended', () => isEnded(up.events));
    expect(up.events.at(-1)).toMatchObject({ end: 'failed' });
    await until('the peer is closed', () => up.bench.page.peers.size === 0);
  });

  test('and a hang-up meanwhile: the BYE is sent when the line is back', async () => {
    await using up = await talking();
    up.bench.stub.drop();
    await until('lost', () => up.bench.line.state.phase === 'lost');
    await up.leg.hangUp();
    expect(up.events.at(-1)).toMatchObject({ end: 'hung-up-here' });
    await up.call.asked('BYE');
    expect(up.call.requests('INVITE')).toEqual([]);
  });

  test('that swallows a BYE: it is said again when the line is back, until it is answered', async () => {
    await using up = await talking();
    const { call, bench } = up;
    bench.stub.freeze();
    await up.leg.hangUp();
    bench.stub.drop();
    const bye = await call.asked('BYE');
    expect(bye.header('cseq')).toBe('2 BYE');
    expect(bye.header('to')).toContain(`tag=${call.localTag}`);
    expect(bye.header('from')).toContain(`tag=${call.remoteTag}`);
    await until('answered', () =>
      bench.line.sip
        .recordedSip()
        .some(({ direction, text }) => direction === 'received' && text.includes('2 BYE')),
    );
    bench.stub.drop();
    await until('registered thrice', () => bench.stub.registrations === 3);
    bench.stub.invite();
    await (await bench.nextRing()).leg.hangUp();
    expect(call.requests('BYE')).toHaveLength(1);
  });

  test('refuses what cannot be done now', async () => {
    await using up = await talking();
    await up.bench.stub.stop(true);
    await until('lost', () => up.bench.line.state.phase === 'lost');
    await expect(up.leg.hold(true)).rejects.toMatchObject({ code: 'LINE_DOWN' });
    await up.bench.stub.listen();
    await up.call.asked('INVITE');
  });

  test('while it rings is a missed call', async () => {
    await using bench = await lineBench();
    bench.stub.invite();
    const { leg, events } = await bench.nextRing();
    bench.stub.drop();
    await until('ended', () => isEnded(events));
    expect(events).toEqual([{ type: 'ended', end: 'missed', detail: 'the line was lost' }]);
    await expect(leg.answer()).rejects.toMatchObject({ code: 'WRONG_STATE' });
    await until('the peer is closed', () => bench.page.peers.size === 0);
    await bench.registered();
  });

  test('while dialling fails the call', async () => {
    await using bench = await lineBench();
    bench.stub.onCall = (call) => call.respond(180);
    const leg = await bench.line.dial('202');
    const events = heardBy(leg);
    await until('alerting', () => events.some(({ type }) => type === 'alerting'));
    bench.stub.drop();
    await until('ended', () => isEnded(events));
    expect(events.at(-1)).toMatchObject({ end: 'failed' });
    await until('the peer is closed', () => bench.page.peers.size === 0);
    await until('no call is left', () => bench.line.callsLeft === 0);
    await bench.registered();
  });

  test('while it rings there: the exchange is told to stop ringing when the line is back', async () => {
    await using bench = await lineBench();
    let call: StubCall | undefined;
    bench.stub.onCall = (made) => (call = made).respond(180);
    const leg = await bench.line.dial('202');
    const events = heardBy(leg);
    await until('alerting', () => events.some(({ type }) => type === 'alerting'));
    bench.stub.drop();
    const there = await until('the call', () => call);
    const cancel = await there.asked('CANCEL');
    const [invite] = there.requests('INVITE');
    for (const name of ['via', 'from', 'to', 'call-id'])
      expect(cancel.header(name)).toBe(invite?.header(name));
    expect(cancel.header('cseq')).toBe(invite?.header('cseq').replace('INVITE', 'CANCEL'));
    bench.stub.drop();
    await until('registered thrice', () => bench.stub.registrations === 3);
    bench.stub.invite();
    await (await bench.nextRing()).leg.hangUp();
    expect(there.requests('CANCEL')).toHaveLength(1);
  });

  test('and again before the exchange has heard that: it is told once more', async () => {
    await using bench = await lineBench();
    let call: StubCall | undefined;
    bench.stub.onCall = (made) => (call = made).respond(180);
    const events = heardBy(await bench.line.dial('202'));
    await until('alerting', () => events.some(({ type }) => type === 'alerting'));
    const there = await until('the call', () => call);
    const hears = there.receive.bind(there);
    there.receive = (message) => void there.messages.push(message);
    bench.stub.drop();
    await there.asked('CANCEL');
    there.receive = hears;
    bench.stub.drop();
    const again = await there.asked('CANCEL', 2);
    expect(again.header('via')).toBe(there.requests('INVITE')[0]?.header('via'));
  });

  test('after a hang-up that the exchange has not answered yet: nothing is left of the call', async () => {
    await using bench = await lineBench();
    const calls: StubCall[] = [];
    bench.stub.onCall = (call) => {
      calls.push(call);
      call.respond(180);
      call.receive = (message) => void call.messages.push(message);
    };
    const leg = await bench.line.dial('202');
    const events = heardBy(leg);
    await until('alerting', () => events.some(({ type }) => type === 'alerting'));
    await leg.hangUp();
    await until('cancelled', () => calls[0]?.requests('CANCEL')[0]);
    bench.stub.drop();
    await until('no call is left', () => bench.line.callsLeft === 0);
    await until('cancelled again', () => calls[0]?.requests('CANCEL')[1]);
    expect(events.at(-1)).toMatchObject({ end: 'hung-up-here' });
  });
});

describe('another address of this machine', () => {
  const restarts = (up: Awaited<ReturnType<typeof talking>>) =>
    up.bench.page.peers
      .get(up.leg.callId)
      ?.history.filter((one) => one.startsWith('offer'))
      .map((one) => one.includes('ice-restart'));

  test('that came with a new socket begins ICE anew, the old one does not', async () => {
    let address = '192.0.2.1';
    await using up = await talking({ addresses: () => address });
    up.bench.stub.drop();
    await up.call.asked('ACK');
    expect(restarts(up)).toEqual([false]);
    address = '198.51.100.1';
    up.bench.stub.drop();
    await up.call.asked('ACK', 2);
    expect(restarts(up)).toEqual([false, true]);
  });

  test('that the socket lives through, as a tunnel does that comes up, begins ICE anew in each call', async () => {
    let addresses = '192.0.2.1';
    await using up = await talking({ clock: fastClock(8), addresses: () => addresses });
    const other = up.bench.stub.invite();
    const { leg } = await up.bench.nextRing();
    await leg.answer();
    await other.answered();
    await leg.hold(true);
    addresses = '10.0.0.1 192.0.2.1';
    await up.call.asked('ACK');
    await other.asked('ACK', 2);
    expect(restarts(up)).toEqual([true]);
    expect((await other.asked('INVITE', 2)).body).toContain('a=sendonly');
    expect(up.bench.states.map(({ phase }) => phase)).toEqual(['connecting', 'registered']);
    expect(up.bench.stub.registrations).toBe(1);
  });

  test('is told once, also where the look finds it while it is being told', async () => {
    let address = '192.0.2.1';
    let looks = 0;
    await using up = await talking({
      clock: fastClock(8),
      addresses: () => (looks++, address),
    });
    const { page, stub } = up.bench;
    const asked = (): number => page.commands.filter((one) => one === 'describe').length;
    const before = asked();
    page.hung.add('describe');
    address = '198.51.100.1';
    stub.drop();
    await until('the offer asked for', () => asked() > before);
    const then = looks;
    await until('more looks', () => looks > then + 5);
    page.release('describe');
    await up.call.asked('ACK');
    await until('more looks', () => looks > then + 10);
    expect(restarts(up)).toEqual([true]);
  });

  test('that comes and goes is followed once, when it stays', async () => {
    let looks = 0;
    await using up = await talking({
      clock: fastClock(8),
      addresses: () => `192.0.2.${looks > 0 ? Math.min(++looks, 10) : 0}`,
    });
    looks = 1;
    await up.call.asked('INVITE');
    expect(looks).toBeGreaterThan(10);
    const then = looks;
    await until('more looks', () => looks > then + 3);
    expect(up.call.requests('INVITE')).toHaveLength(1);
  });
});

describe('a voice page killed in a call', () => {
  test('is followed by a new one that takes the call back by a fresh offer', async () => {
    await using up = await talking();
    up.leg.mute(true);
    up.bench.line.focus(up.leg.callId);
    const second = new FakeVoicePage('second');
    up.bench.page.leave();
    await until('the sound is lost', () =>
      up.events.some((event) => event.type === 'audio' && event.state === 'lost'),
    );
    up.bench.arrive(second);
    const offer = await up.call.asked('INVITE');
    expect(offer.body).toContain('a=ice-ufrag:second');
    await until('mute again', () => second.peers.get(up.leg.callId)?.history.at(-1) === 'mute');
    expect(second.peers.get(up.leg.callId)?.history).toContain('open muted');
    expect(second.peers.get(up.leg.callId)?.history).toContain('offer ice-restart');
    expect(second.focused).toBe(up.leg.callId);
    expect(isEnded(up.events)).toBe(false);
  });

  test('does not keep the operator from hanging up', async () => {
    await using up = await talking();
    up.bench.page.leave();
    await up.leg.hangUp();
    await up.call.asked('BYE');
    expect(up.events.at(-1)).toMatchObject({ end: 'hung-up-here' });
  });

  test('rejects what was asked of it at once', async () => {
    await using up = await talking();
    up.bench.page.hung.add('describe');
    const held = up.leg.hold(true);
    await until(
      'asked',
      () => up.bench.page.commands.filter((one) => one === 'describe').length > 1,
    );
    up.bench.page.leave();
    await expect(held).rejects.toMatchObject({ code: 'NO_VOICE' });
    expect(isEnded(up.events)).toBe(false);
  });
});

test('a page that hangs does not hang the dialog', async () => {
  await using up = await talking({ clock: fastClock(20) });
  up.bench.page.hung.add('describe');
  await expect(up.leg.hold(true)).rejects.toMatchObject({ code: 'NO_VOICE' });
  up.bench.page.hung.clear();
  await up.leg.hold(true);
  expect(up.events.at(-1)).toEqual({ type: 'held', here: true });
});

test('media whose path is lost while the line is up are offered afresh', async () => {
  await using up = await talking({ clock: fastClock(20) });
  up.bench.page.emit({ type: 'peer', callId: up.leg.callId, state: 'disconnected' });
  await up.call.asked('INVITE');
  expect(up.bench.page.peers.get(up.leg.callId)?.history).toContain('offer ice-restart');
});

test('media that come back by themselves are left alone', async () => {
  await using up = await talking({ clock: fastClock(20) });
  const { bench, call, leg } = up;
  for (const state of ['disconnected', 'connected'] as const)
    bench.page.emit({ type: 'peer', callId: leg.callId, state });
  const looked = fastClock(20);
  await new Promise<void>((resolve) => void looked.after(4000, resolve));
  expect(call.requests('INVITE')).toHaveLength(0);
});

describe('a re-INVITE after an outage', () => {
  test('that is refused for now is asked again', async () => {
    await using up = await talking({ clock: fastClock(20) });
    const { bench, call } = up;
    let refused = 0;
    call.onReinvite = () =>
      ++refused < 3
        ? { status: 500, headers: ['Retry-After: 4'] }
        : { status: 200, sdp: 'v=0\r\nm=audio 1 RTP/AVP 0\r\n' };
    bench.stub.drop();
    await call.asked('INVITE', 3);
    await until('agreed on', () => refused === 3);
    await up.leg.hold(true);
    expect(call.requests('INVITE')).toHaveLength(4);
    expect(isEnded(up.events)).toBe(false);
  });

  test('that is refused for good is asked four times in all', async () => {
    await using up = await talking({ clock: fastClock(50) });
    const { bench, call } = up;
    call.onReinvite = () => ({ status: 488 });
    bench.stub.drop();
    await call.asked('INVITE', 4);
    const looked = fastClock(50);
    await new Promise<void>((resolve) => void looked.after(20_000, resolve));
    expect(call.requests('INVITE')).toHaveLength(4);
    expect(isEnded(up.events)).toBe(false);
  });
});

test('media that fail are offered afresh', async () => {
  await using up = await talking();
  up.bench.page.emit({ type: 'peer', callId: up.leg.callId, state: 'failed' });
  await up.call.asked('INVITE');
  expect(up.bench.page.peers.get(up.leg.callId)?.history).toContain('offer ice-restart');
});

test('media that fail again and again are offered afresh until something arrives', async () => {
  await using up = await talking({ clock: fastClock(20) });
  up.bench.page.packetsArrive = false;
  up.bench.page.emit({ type: 'peer', callId: up.leg.callId, state: 'failed' });
  await up.call.asked('INVITE', 4);
  up.bench.page.packetsArrive = true;
  const looked = () => up.bench.page.commands.filter((name) => name === 'stats').length;
  const before = looked();
  await until('one more look', () => looked() > before);
  const offered = up.call.requests('INVITE').length;
  await up.leg.hold(true);
  await up.leg.hold(false);
  expect(up.call.requests('INVITE').length - offered).toBe(2);
  expect(isEnded(up.events)).toBe(false);
});

test('a held call waits for nothing to arrive', async () => {
  await using up = await talking({ clock: fastClock(20) });
  await up.leg.hold(true);
  up.bench.page.packetsArrive = false;
  up.bench.page.emit({ type: 'peer', callId: up.leg.callId, state: 'failed' });
  await up.call.asked('INVITE', 2);
  await up.leg.hold(false);
  expect(up.call.requests('INVITE')).toHaveLength(3);
});

test('what the ear hears is told', async () => {
  await using up = await talking();
  up.bench.page.emit({ type: 'audio', callId: up.leg.callId, flowing: true });
  await until('flowing', () =>
    up.events.some((event) => event.type === 'audio' && event.state === 'flowing'),
  );
  up.bench.page.emit({ type: 'audio', callId: up.leg.callId, flowing: false });
  await until('lost', () => {
    const last = up.events.at(-1);
    return last?.type === 'audio' && last.state === 'lost';
  });
  expect(isEnded(up.events)).toBe(false);
});

test('closing the line hangs up', async () => {
  await using up = await talking();
  await up.bench.line.close();
  expect(up.call.requests('BYE')).toHaveLength(1);
  expect(up.events.at(-1)).toMatchObject({ end: 'hung-up-here' });
});

describe('an exchange that does not acknowledge the answer', () => {
  async function unacknowledged() {
    const bench = await lineBench();
    const call = bench.stub.invite();
    const { leg, events } = await bench.nextRing();
    await leg.answer();
    await call.response(200);
    return { bench, call, leg, events, [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose]() };
  }

  test('does not hold up who hangs up, and hears BYE when it does acknowledge', async () => {
    await using up = await unacknowledged();
    await up.leg.hangUp();
    expect(up.events.at(-1)).toMatchObject({ end: 'hung-up-here' });
    expect(up.call.requests('BYE')).toEqual([]);
    up.call.ack();
    await up.call.asked('BYE');
  });

  test('does not hold up who signs out', async () => {
    await using up = await unacknowledged();
    await up.bench.line.close();
    expect(up.bench.line.state.phase).toBe('idle');
    expect(up.bench.stub.bound()).toBe(false);
  });
});
