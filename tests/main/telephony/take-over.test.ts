/** Calls taken back by INVITE with Replaces (RFC 3891): from a new voice page, and from a new process. */
import { describe, expect, test } from 'vitest';
import { FakeVoicePage, sdp } from '../../support/fake-voice-page.ts';
import { deafTo, fastClock, heardBy, lineBench, type LineBench } from '../../support/line-bench.ts';
import type { SipStub } from '../../support/sip-stub.ts';
import type { StubCall } from '../../support/stub-call.ts';
import { until } from '../../support/until.ts';

async function talking(
  replaces: SipStub['replaces'],
  options: Parameters<typeof lineBench>[0] = {},
) {
  const bench = await lineBench(options);
  bench.stub.replaces = replaces;
  const call = bench.stub.invite();
  const { leg, events } = await bench.nextRing();
  await leg.answer();
  await call.answered();
  /** The page dies, and another one comes. */
  const revive = (name = 'second'): FakeVoicePage => {
    const page = new FakeVoicePage(name);
    bench.page.leave();
    bench.arrive(page);
    return page;
  };
  return {
    bench,
    call,
    leg,
    events,
    revive,
    successor: () => until('another dialog', () => latest(bench.stub, call)),
    [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose](),
  };
}

function latest(stub: SipStub, first: StubCall): StubCall | undefined {
  const last = [...stub.calls.values()].at(-1);
  return last === first ? undefined : last;
}

/** The exchange has been told everything, and the line thinks no more of it. */
const nothingLeft = (bench: LineBench) =>
  until('no call is left', () => bench.line.callsLeft === 0);

const ends = (events: readonly { type: string }[]) => events.filter(({ type }) => type === 'ended');
const dialogs = (events: readonly { type: string }[]) =>
  events.filter(({ type }) => type === 'dialog');

describe('a new voice page takes the call over in a new dialog', () => {
  test('with the tags as the exchange sees them, and requires that it understands', async () => {
    await using up = await talking('done');
    up.revive();
    const invite = await (await up.successor()).asked('INVITE');
    expect(invite.header('replaces')).toBe(
      `${up.call.callId};to-tag=${up.call.localTag};from-tag=${up.call.remoteTag}`,
    );
    expect(invite.header('require')).toBe('replaces');
    expect(invite.first).toBe('INVITE sip:ana@stub.test SIP/2.0');
    expect(invite.body).toContain('a=ice-ufrag:second');
  });

  test('and the call goes on as the same one: hold, tones and hanging up work in the new dialog', async () => {
    await using up = await talking('done');
    up.leg.mute(true);
    const page = up.revive();
    const next = await up.successor();
    await next.asked('ACK');
    await until('told', () => dialogs(up.events).length === 2);
    await up.call.response(200, 'BYE');
    expect(ends(up.events)).toEqual([]);
    expect(page.peers.get(up.leg.callId)?.muted).toBe(true);
    await up.leg.hold(true);
    expect((await next.asked('INVITE', 2)).body).toContain('a=sendonly');
    await up.leg.hangUp();
    await next.asked('BYE');
    expect(up.call.requests('BYE')).toEqual([]);
    expect(ends(up.events)).toHaveLength(1);
    await until('the peer is closed', () => page.peers.size === 0);
  });

  test('and a hang-up there, in the new dialog, ends it', async () => {
    await using up = await talking('done');
    up.revive();
    const next = await up.successor();
    await until('told', () => dialogs(up.events).length === 2);
    next.bye();
    await until('ended', () => ends(up.events)[0]);
    expect(ends(up.events)).toEqual([{ type: 'ended', end: 'hung-up-there', detail: 'BYE' }]);
  });

  test('also where the exchange hangs up in the old one before it answers', async () => {
    await using up = await talking('done before the answer');
    up.revive();
    await until('told', () => dialogs(up.events).length === 2);
    expect(ends(up.events)).toEqual([]);
    await up.leg.hold(true);
  });

  test('again and again', async () => {
    await using up = await talking('done');
    let page = up.bench.page;
    for (let time = 2; time <= 5; time++) {
      const next = new FakeVoicePage(`page-${time}`);
      page.leave();
      up.bench.arrive(next);
      page = next;
      await until('told', () => dialogs(up.events).length === time);
    }
    expect(ends(up.events)).toEqual([]);
    const told = dialogs(up.events).at(-1);
    expect(told).toMatchObject({ dialog: { remoteUri: 'sip:041123456@stub.test' } });
  });

  test('a held call begins silently and is held again, so that the party hears music', async () => {
    await using up = await talking('done');
    await up.leg.hold(true);
    const page = up.revive();
    const next = await up.successor();
    expect((await next.asked('INVITE')).body).toContain('a=sendrecv');
    expect(page.peers.get(up.leg.callId)?.muted).toBe(true);
    expect((await next.asked('INVITE', 2)).body).toContain('a=sendonly');
    await until('not silenced any more', () => page.peers.get(up.leg.callId)?.muted === false);
    expect(up.events.filter(({ type }) => type === 'held')).toHaveLength(1);
    await up.leg.hold(false);
    expect((await next.asked('INVITE', 3)).body).toContain('a=sendrecv');
  });

  test('where the exchange does not hang up in the old dialog, we do', async () => {
    await using up = await talking('done', { clock: fastClock(8) });
    up.call.bye = () => undefined;
    up.revive();
    await until('told', () => dialogs(up.events).length === 2);
    await up.call.asked('BYE');
    expect(ends(up.events)).toEqual([]);
  });
});

describe('an exchange that refuses Replaces', () => {
  test.each([420, 405, 488, 501, 603])(
    'with %i is given a fresh offer in the old dialog',
    async (status) => {
      await using up = await talking(status);
      const page = up.revive();
      const offer = await up.call.asked('INVITE');
      expect(offer.header('replaces')).toBe('');
      expect(offer.body).toContain('a=ice-ufrag:second');
      await up.call.asked('ACK');
      expect(ends(up.events)).toEqual([]);
      await up.leg.hold(true);
      expect(page.peers.get(up.leg.callId)?.history.at(-2)).toBe('accept');
    },
  );

  test.each([404, 481])('with %i is asked at the other end of the dialog too', async (status) => {
    await using up = await talking(status);
    up.revive();
    await up.call.asked('INVITE');
    const asked = up.bench.stub
      .requests('INVITE')
      .filter((one) => one.header('replaces') !== '')
      .map(({ first }) => first);
    expect(asked).toEqual([
      'INVITE sip:ana@stub.test SIP/2.0',
      'INVITE sip:041123456@stub.test SIP/2.0',
    ]);
  });

  test('by saying nothing is not waited for', async () => {
    await using up = await talking('silence', { clock: fastClock(8) });
    up.revive();
    await up.call.asked('INVITE');
    expect(ends(up.events)).toEqual([]);
  });

  test('by calling us instead rings nobody', async () => {
    await using up = await talking('silence');
    up.revive();
    const next = await up.successor();
    const echo = up.bench.stub.invite({ from: '<sip:ana@stub.test>' });
    await echo.response(486);
    next.respond(486);
    await up.call.asked('INVITE');
    expect(up.bench.rang).toHaveLength(1);
    expect(up.bench.stub.requests('INVITE').filter((one) => one.header('replaces'))).toHaveLength(
      1,
    );
  });

  test('or brings media that cannot be used is not asked again and again', async () => {
    await using up = await talking('silence');
    up.revive();
    const next = await up.successor();
    next.respond(200, 'garbage');
    await until('told', () => dialogs(up.events).length === 2);
    await up.leg.hold(true);
    expect((await next.asked('INVITE', 2)).body).toContain('a=sendonly');
    expect(ends(up.events)).toEqual([]);
  });

  test('and has hung up meanwhile ends the call', async () => {
    await using up = await talking('silence', { clock: fastClock(8) });
    up.revive();
    await up.successor();
    up.call.bye();
    await until('ended', () => ends(up.events)[0]);
    expect(ends(up.events)).toEqual([{ type: 'ended', end: 'hung-up-there', detail: 'BYE' }]);
    await nothingLeft(up.bench);
  });
});

describe('while the call is being taken over', () => {
  test('the operator can hang up: both dialogs are left', async () => {
    await using up = await talking('silence');
    up.revive();
    const next = await up.successor();
    await up.leg.hangUp();
    await up.call.asked('BYE');
    next.respond(100);
    await next.asked('CANCEL');
    expect(ends(up.events)).toHaveLength(1);
    await nothingLeft(up.bench);
  });

  test('the customer can hang up, so that there is nothing to replace any more', async () => {
    await using up = await talking('silence');
    up.revive();
    const next = await up.successor();
    up.call.bye();
    await up.call.response(200, 'BYE');
    up.bench.stub.replaces = 481;
    next.respond(481);
    await until('ended', () => ends(up.events)[0]);
    expect(ends(up.events)).toMatchObject([{ end: 'hung-up-there' }]);
    await nothingLeft(up.bench);
  });

  test('the customer can hang up in the new dialog before it is acknowledged', async () => {
    await using up = await talking('silence');
    const page = new FakeVoicePage('second');
    page.hung.add('accept');
    up.bench.page.leave();
    up.bench.arrive(page);
    const next = await up.successor();
    next.respond(200, sdp());
    await until('the answer is with the page', () => page.commands.at(-1) === 'accept');
    up.call.bye();
    next.bye();
    await until(
      'both BYEs',
      () =>
        up.bench.line.sip.recordedSip().filter(({ text }) => text.startsWith('BYE')).length === 2,
    );
    page.release('accept');
    await until('ended', () => ends(up.events)[0]);
    expect(ends(up.events)).toMatchObject([{ end: 'hung-up-there' }]);
    await nothingLeft(up.bench);
  });

  test('both can hang up', async () => {
    await using up = await talking('silence');
    up.revive();
    const next = await up.successor();
    up.call.bye();
    await up.call.response(200, 'BYE');
    await up.leg.hangUp();
    next.respond(100);
    await next.asked('CANCEL');
    await nothingLeft(up.bench);
    expect(ends(up.events)).toHaveLength(1);
  });

  test('a page that is too busy to make an offer is asked again', async () => {
    await using up = await talking('done', { clock: fastClock(8) });
    const page = new FakeVoicePage('busy');
    page.hung.add('describe');
    up.bench.page.leave();
    up.bench.arrive(page);
    await until('the page gave no offer', () =>
      up.bench.logged.some((line) => /not renegotiated.*NO_VOICE/.test(line)),
    );
    page.hung.clear();
    await until('told', () => dialogs(up.events).length === 2);
    expect((await (await up.successor()).asked('INVITE')).body).toContain('a=ice-ufrag:busy');
    expect(ends(up.events)).toEqual([]);
  });

  test('a socket cut only delays it', async () => {
    await using up = await talking('silence');
    up.revive();
    const first = await up.successor();
    up.bench.stub.replaces = 'done';
    up.bench.stub.drop();
    await until('told', () => dialogs(up.events).length === 2);
    expect(latest(up.bench.stub, first)).not.toBe(first);
    expect(ends(up.events)).toEqual([]);
  });

  test('a socket cut does not wait for an exchange that said it was trying', async () => {
    await using up = await talking('silence', { clock: deafTo(8000) });
    up.revive();
    const first = await up.successor();
    first.respond(100);
    await until('trying', () =>
      up.bench.line.sip.recordedSip().some(({ text }) => text.startsWith('SIP/2.0 100')),
    );
    up.bench.stub.replaces = 'done';
    up.bench.stub.drop();
    await until('told', () => dialogs(up.events).length === 2);
    expect(ends(up.events)).toEqual([]);
  });

  test('another page death only begins it anew', async () => {
    await using up = await talking('silence', { clock: fastClock(4) });
    const second = up.revive();
    await up.successor();
    up.bench.stub.replaces = 'done';
    const third = new FakeVoicePage('third');
    second.leave();
    up.bench.arrive(third);
    await until('told', () => dialogs(up.events).length === 2);
    expect((await (await up.successor()).asked('INVITE')).body).toContain('a=ice-ufrag:third');
  });
});

test('a page that comes while the line is lost takes the call over when it is back', async () => {
  await using up = await talking('done');
  await up.bench.stub.stop(true);
  await until('lost', () => up.bench.line.state.phase === 'lost');
  up.revive();
  await up.bench.stub.listen();
  await until('told', () => dialogs(up.events).length === 2);
  expect(ends(up.events)).toEqual([]);
});

test('a page that dies before an outgoing call is answered does not cost the call', async () => {
  await using bench = await lineBench();
  bench.stub.replaces = 'done';
  const calls: StubCall[] = [];
  bench.stub.onCall = (call) => calls.push(call);
  const leg = await bench.line.dial('202');
  const events = heardBy(leg);
  const call = await until('the call', () => calls[0]);
  bench.page.leave();
  bench.arrive(new FakeVoicePage('second'));
  call.respond(200, sdp());
  await until('answered', () => events.some(({ type }) => type === 'answered'));
  await until('told', () => dialogs(events).length === 2);
  expect(ends(events)).toEqual([]);
});

describe('after a restart', () => {
  async function interrupted(replaces: SipStub['replaces']) {
    const up = await talking(replaces);
    const told = up.events.find((event) => event.type === 'dialog');
    if (!told) throw new Error('no dialog was told');
    const again = await lineBench({ exchange: up.bench.stub.url });
    await again.registered();
    return {
      up,
      again,
      dialog: told.dialog,
      callId: up.leg.callId,
      async [Symbol.asyncDispose]() {
        await again[Symbol.asyncDispose]();
        await up[Symbol.asyncDispose]();
      },
    };
  }

  test('the call of the earlier run answers', async () => {
    await using was = await interrupted('done');
    const leg = await was.again.line.recover(was.callId, was.dialog);
    const events = heardBy(leg);
    expect(leg.callId).toBe(was.callId);
    await until('answered', () => events.some(({ type }) => type === 'answered'));
    await until('told', () => dialogs(events)[0]);
    expect(dialogs(events)[0]).toMatchObject({
      dialog: { remoteUri: 'sip:041123456@stub.test' },
    });
    await leg.hold(true);
    await leg.hangUp();
    expect(ends(events)).toMatchObject([{ end: 'hung-up-here' }]);
    await until('the peer is closed', () => was.again.page.peers.size === 0);
  });

  test('or has ended meanwhile, and fails with what the exchange says', async () => {
    await using was = await interrupted(481);
    const events = heardBy(await was.again.line.recover(was.callId, was.dialog));
    await until('ended', () => ends(events)[0]);
    expect(ends(events)).toEqual([{ type: 'ended', end: 'failed', detail: '481 Said' }]);
    await until('the peer is closed', () => was.again.page.peers.size === 0);
    await was.again.line.recover(was.callId, was.dialog);
  });

  test('or cannot be asked for: no line, no page, no address', async () => {
    await using was = await interrupted('done');
    await expect(
      was.again.line.recover(was.callId, { ...was.dialog, remoteUri: 'nonsense' }),
    ).rejects.toMatchObject({ code: 'WRONG_STATE' });
    was.again.page.leave();
    await until('no page', () => !was.again.voice.present);
    await expect(was.again.line.recover(was.callId, was.dialog)).rejects.toMatchObject({
      code: 'NO_VOICE',
    });
    await was.again.line.close();
    await expect(was.again.line.recover(was.callId, was.dialog)).rejects.toMatchObject({
      code: 'LINE_DOWN',
    });
  });
});
