/** Offers of theirs that are open while one of ours is wanted, or that are never over. */
import { Timers } from 'sip.js/lib/core/timers.js';
import { describe, expect, test } from 'vitest';
import { sdp } from '../../support/fake-voice-page.ts';
import { fastClock, lineBench } from '../../support/line-bench.ts';
import { until } from '../../support/until.ts';

async function talking(options: Parameters<typeof lineBench>[0] = {}) {
  const unheard: unknown[] = [];
  const hear = (error: unknown): void => void unheard.push(error);
  process.on('unhandledRejection', hear);
  const bench = await lineBench(options);
  const call = bench.stub.invite();
  const { leg, events } = await bench.nextRing();
  await leg.answer();
  await call.answered();
  return {
    bench,
    call,
    leg,
    unheard,
    history: (): readonly string[] => bench.page.peers.get(leg.callId)?.history ?? [],
    isEnded: () => events.some(({ type }) => type === 'ended'),
    [Symbol.asyncDispose]: async () => {
      process.off('unhandledRejection', hear);
      await bench[Symbol.asyncDispose]();
    },
  };
}

describe('a socket cut', () => {
  test.each([
    ['with an offer', sdp({ version: 2 })],
    ['without an offer', ''],
  ])(
    'between our answer to a re-INVITE %s and its ACK: the call is taken back',
    async (_what, body) => {
      await using up = await talking();
      up.call.request('INVITE', { body });
      await up.call.response(200);
      up.bench.stub.drop();
      expect((await up.call.asked('INVITE')).body).toContain('a=sendrecv');
      await until('both acknowledged', () => up.call.requests('ACK').length === 1);
      await up.leg.hold(true);
      up.call.request('INVITE', { body: sdp({ version: 3 }) });
      await up.call.answered();
      expect(up.isEnded()).toBe(false);
    },
  );

  test.each([
    ['takes their offer', 'accept', sdp({ version: 2 })],
    ['makes an offer that they asked for', 'describe', ''],
  ])('while the page %s: the call is taken back when it has', async (_what, command, body) => {
    await using up = await talking();
    const { bench, call } = up;
    bench.page.hung.add(command);
    call.request('INVITE', { body });
    await until('the page has it', () => bench.page.commands.at(-1) === command);
    bench.stub.drop();
    await until('lost', () => bench.line.state.phase === 'lost');
    await bench.registered();
    bench.page.release(command);
    await call.asked('INVITE');
    await call.asked('ACK');
    expect(up.history().at(-1)).not.toContain('answer');
    await up.leg.hold(true);
    expect(up.unheard).toEqual([]);
    expect(up.isEnded()).toBe(false);
  });
});

test('one that is never acknowledged is over with its transaction', async () => {
  const { TIMER_L } = Timers;
  Timers.TIMER_L = 300;
  try {
    await using up = await talking();
    up.call.request('INVITE');
    await up.call.response(200);
    await up.leg.hold(true);
    up.call.request('INVITE', { body: sdp({ version: 3 }) });
    await up.call.answered();
    expect(up.isEnded()).toBe(false);
  } finally {
    Timers.TIMER_L = TIMER_L;
  }
});

test('ours waits for the ACK to theirs, without a word and without the page', async () => {
  await using up = await talking();
  up.call.request('INVITE', { body: sdp({ version: 2 }) });
  await up.call.response(200);
  const before = up.history().length;
  const held = up.leg.hold(true);
  up.call.request('OPTIONS');
  await up.call.response(200, 'OPTIONS');
  expect(up.history()).toHaveLength(before);
  expect(up.call.requests('INVITE')).toEqual([]);
  up.call.acknowledge();
  await held;
  expect(up.history()).not.toContain('rollback');
});

test('that is not acknowledged for long does not keep the operator waiting', async () => {
  await using up = await talking({ clock: fastClock(40) });
  up.call.request('INVITE', { body: sdp({ version: 2 }) });
  await up.call.response(200);
  await expect(up.leg.hold(true)).rejects.toMatchObject({ code: 'REFUSED' });
  expect(up.isEnded()).toBe(false);
});

test('one that comes while an UPDATE of theirs is answered is refused 491', async () => {
  await using up = await talking();
  const { bench, call } = up;
  bench.page.hung.add('accept');
  call.request('UPDATE', { body: sdp({ version: 2 }) });
  const answered = call.response(200, 'UPDATE');
  await until('the page has it', () => bench.page.commands.at(-1) === 'accept');
  call.request('INVITE', { body: sdp({ version: 3 }) });
  await call.response(491);
  call.ack();
  bench.page.release('accept');
  expect((await answered).body).toContain('m=audio');
  expect(up.history().filter((step) => step === 'accept')).toHaveLength(2);
});

test('one that overtakes the first ACK is refused 500 with Retry-After, and the call goes on', async () => {
  await using bench = await lineBench();
  const call = bench.stub.invite();
  const { leg, events } = await bench.nextRing();
  await leg.answer();
  await call.response(200);
  bench.page.hung.add('accept');
  const first = call.inviteCseq;
  call.request('INVITE', { body: sdp({ version: 2 }) });
  call.acknowledge(first);
  expect(Number((await call.response(500)).header('retry-after'))).toBeLessThanOrEqual(10);
  bench.page.hung.clear();
  await leg.hold(true);
  expect(events.some(({ type }) => type === 'ended')).toBe(false);
});

test('an UPDATE with an offer is answered while ours waits after glare', async () => {
  await using up = await talking();
  let tries = 0;
  let theirs: Promise<unknown> = Promise.resolve();
  let isOpen = false;
  // sip.js takes an offer back that was refused, and the negotiation makes sure of it.
  const rollbacks = (): number => up.history().filter((step) => step === 'rollback').length;
  up.call.onReinvite = () => {
    if (++tries > 1) return isOpen ? { status: 491 } : { status: 200, sdp: sdp() };
    theirs = until('ours waits', () => rollbacks() === 2).then(async () => {
      isOpen = true;
      up.call.request('UPDATE', { body: sdp({ version: 2 }) });
      await up.call.response(200, 'UPDATE');
      isOpen = false;
    });
    return { status: 491 };
  };
  await up.leg.hold(true);
  await theirs;
  expect(tries).toBe(2);
});
