import * as fc from 'fast-check';
import { Timers } from 'sip.js/lib/core/timers.js';
import { describe, expect, test } from 'vitest';
import {
  agreeAsAnswerer,
  agreeAsAsker,
  isTooShort,
  overAfter,
  readMinimum,
  readSessionExpires,
  refreshAfter,
} from '../../../src-main/telephony/session-interval.ts';
import type { Clock } from '../../../src-main/host.ts';
import { sdp } from '../../support/fake-voice-page.ts';
import { fastClock, heardBy, hurriedClock, lineBench } from '../../support/line-bench.ts';
import type { StubCall } from '../../support/stub-call.ts';
import { until } from '../../support/until.ts';

type Options = Omit<NonNullable<Parameters<typeof lineBench>[0]>, 'clock'> & {
  readonly clock?: Clock & { hurry?(): void };
};

const allow = 'Allow: INVITE, ACK, BYE, UPDATE';

const ended = (events: readonly { type: string }[]) =>
  until('ended', () => events.find(({ type }) => type === 'ended'));

async function talking(headers: readonly string[], options: Options = {}) {
  const bench = await lineBench(options);
  await bench.registered();
  const call = bench.stub.invite({ headers: [...headers] });
  const { leg, events } = await bench.nextRing();
  await leg.answer();
  const ok = await call.answered();
  options.clock?.hurry?.();
  return {
    bench,
    call,
    leg,
    events,
    ok,
    [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose](),
  };
}

async function dialled(respond: (call: StubCall) => void, options: Options = {}) {
  const bench = await lineBench(options);
  await bench.registered();
  let call: StubCall | undefined;
  bench.stub.onCall = (made) => {
    call = made;
    respond(made);
  };
  const leg = await bench.line.dial('202');
  const events = heardBy(leg);
  await until('answered', () => events.some(({ type }) => type === 'answered'));
  if (!call) throw new Error('no call');
  options.clock?.hurry?.();
  return { bench, call, leg, events, [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose]() };
}

describe('an outgoing call', () => {
  test('asks for a session timer and says what it understands (RFC 4028 §7.1)', async () => {
    await using up = await dialled((call) => call.respond(200, sdp()));
    const [invite] = up.call.requests('INVITE');
    expect(invite?.header('session-expires')).toBe('1800');
    expect(invite?.header('min-se')).toBe('90');
    expect(invite?.header('supported')).toContain('timer');
    expect(invite?.header('allow')).toContain('UPDATE');
  });

  test('that is too short for the exchange is asked again with its interval (§7.3), as the same call', async () => {
    let refused = 0;
    await using up = await dialled((call) => {
      if (refused++ === 0) call.respond(422, null, ['Min-SE: 3600']);
      else call.respond(200, sdp());
    });
    const [first, second] = up.bench.stub.requests('INVITE');
    expect(second?.header('session-expires')).toBe('3600');
    expect(second?.header('min-se')).toBe('3600');
    expect(second?.header('call-id')).toBe(first?.header('call-id'));
    expect(second?.header('cseq')).toBe('2 INVITE');
  });

  test('whose exchange asks for ever longer ends, and does not ask for ever', async () => {
    await using bench = await lineBench();
    bench.stub.onCall = (call) => {
      call.onReinvite = () => ({ status: 422, headers: ['Min-SE: 3600'] });
      call.respond(422, null, ['Min-SE: 3600']);
    };
    const events = heardBy(await bench.line.dial('202'));
    expect(await ended(events)).toMatchObject({ end: 'failed', detail: '422 Said' });
    expect(bench.stub.requests('INVITE')).toHaveLength(2);
  });

  test('is refreshed by us at half the interval, by UPDATE where that is allowed (§7.4)', async () => {
    await using up = await dialled(
      (call) =>
        call.respond(200, sdp(), [
          'Session-Expires: 90;refresher=uac',
          'Allow: INVITE, ACK, BYE, UPDATE',
        ]),
      { clock: hurriedClock() },
    );
    const headers = ['Session-Expires: 90;refresher=uac'];
    up.call.onUpdate = () => ({ status: 200, headers });
    const update = await up.call.asked('UPDATE');
    expect(update.header('session-expires')).toBe('90;refresher=uac');
    expect(update.body).toBe('');
    await up.call.asked('UPDATE', 2);
    expect(up.events.some(({ type }) => type === 'ended')).toBe(false);
  });

  test('is refreshed by re-INVITE where the exchange allows no UPDATE', async () => {
    await using up = await dialled(
      (call) =>
        call.respond(200, sdp(), ['Session-Expires: 90;refresher=uac', 'Allow: INVITE, ACK, BYE']),
      { clock: hurriedClock() },
    );
    up.call.onReinvite = () => ({
      status: 200,
      sdp: sdp(),
      headers: ['Session-Expires: 90;refresher=uac'],
    });
    expect((await up.call.asked('INVITE', 2)).header('session-expires')).toBe('90;refresher=uac');
    await up.call.asked('INVITE', 3);
    expect(up.call.requests('UPDATE')).toEqual([]);
  });

  test('that the exchange has forgotten is hung up when its refresh is answered 481', async () => {
    await using up = await dialled(
      (call) =>
        call.respond(200, sdp(), ['Session-Expires: 90;refresher=uac', 'Allow: INVITE, UPDATE']),
      { clock: hurriedClock() },
    );
    up.call.onUpdate = () => ({ status: 481 });
    expect(await ended(up.events)).toMatchObject({ end: 'failed', detail: 'the session expired' });
    await up.call.asked('BYE');
  });

  test('that nobody answers in is hung up before it expires (§10), not at the first failure', async () => {
    await using up = await dialled(
      (call) =>
        call.respond(200, sdp(), ['Session-Expires: 90;refresher=uac', 'Allow: INVITE, UPDATE']),
      { clock: hurriedClock() },
    );
    up.call.onUpdate = () => ({ status: 500, headers: ['Retry-After: 2'] });
    expect(await ended(up.events)).toMatchObject({ end: 'failed' });
    expect(up.call.requests('UPDATE').length).toBeGreaterThan(1);
    await up.call.asked('BYE');
  });

  test('to somebody without session timers has none', async () => {
    await using up = await dialled((call) => call.respond(200, sdp()), { clock: hurriedClock() });
    await new Promise<void>((resolve) => void up.bench.clock.after(65_000, resolve));
    expect(up.call.requests('UPDATE')).toEqual([]);
  });
});

describe('an incoming call', () => {
  test('whose caller refreshes is told so with Require (§9)', async () => {
    await using up = await talking(['Supported: timer', 'Session-Expires: 300;refresher=uac']);
    expect(up.ok.header('session-expires')).toBe('300;refresher=uac');
    expect(up.ok.header('require')).toBe('timer');
    expect(up.ok.header('supported')).toContain('timer');
  });

  test.each([
    ['leaves it to us', ['Supported: timer', 'Session-Expires: 90'], '90;refresher=uas'],
    ['knows no timer, but a proxy does', ['Session-Expires: 90'], '90;refresher=uas'],
    ['only understands timers', ['Supported: timer, 100rel'], '1800;refresher=uas'],
  ])('whose caller %s is refreshed by us', async (_who, headers, said) => {
    await using up = await talking([...headers, 'Allow: INVITE, ACK, BYE, UPDATE'], {
      clock: hurriedClock(),
    });
    expect(up.ok.header('session-expires')).toBe(said);
    expect(up.ok.header('require')).toBe('');
    if (!said.startsWith('90')) return;
    expect((await up.call.asked('UPDATE')).header('session-expires')).toBe('90;refresher=uac');
  });

  test('without any timer is answered without one', async () => {
    await using up = await talking([]);
    expect(up.ok.header('session-expires')).toBe('');
  });

  test('with less than the shortest interval is refused 422 and says which that is', async () => {
    await using bench = await lineBench();
    const call = bench.stub.invite({ headers: ['Supported: timer', 'Session-Expires: 60'] });
    expect((await call.response(422)).header('min-se')).toBe('90');
    expect(bench.rang).toEqual([]);
  });

  test('that its caller does not refresh is hung up 30 s before 90 s are over (§10)', async () => {
    await using up = await talking(['Supported: timer', 'Session-Expires: 90;refresher=uac'], {
      clock: hurriedClock(),
    });
    expect(await ended(up.events)).toMatchObject({ end: 'failed', detail: 'the session expired' });
    await up.call.asked('BYE');
  });

  test('that its caller refreshes lives on', async () => {
    await using up = await talking(['Supported: timer', 'Session-Expires: 90;refresher=uac'], {
      clock: hurriedClock(),
    });
    for (let times = 0; times < 2; times++) {
      await new Promise<void>((resolve) => void up.bench.clock.after(35_000, resolve));
      up.call.request('UPDATE', {
        headers: ['Supported: timer', 'Session-Expires: 90;refresher=uac'],
      });
      const ok = await up.call.response(200, 'UPDATE');
      expect(ok.header('session-expires')).toBe('90;refresher=uac');
      expect(ok.header('require')).toBe('timer');
    }
    expect(up.events.some(({ type }) => type === 'ended')).toBe(false);
  });

  test('loses its timer with the re-INVITE that no longer asks for one (§7.4)', async () => {
    await using up = await talking(['Supported: timer', 'Session-Expires: 90;refresher=uac'], {
      clock: hurriedClock(),
    });
    up.call.request('INVITE', { body: sdp() });
    const ok = await up.call.answered();
    expect(ok.header('session-expires')).toBe('');
    await new Promise<void>((resolve) => void up.bench.clock.after(65_000, resolve));
    expect(up.events.some(({ type }) => type === 'ended')).toBe(false);
  });
});

test('a session that runs out while the line is lost is refreshed when it is back, and not hung up on', async () => {
  await using up = await talking(
    ['Supported: timer', 'Session-Expires: 90', 'Allow: INVITE, ACK, BYE, UPDATE'],
    { clock: hurriedClock() },
  );
  await up.bench.stub.stop(true);
  await until('lost', () => up.bench.line.state.phase === 'lost');
  await new Promise<void>((resolve) => void up.bench.clock.after(65_000, resolve));
  expect(up.events.some(({ type }) => type === 'ended')).toBe(false);
  const updates = up.call.requests('UPDATE').length;
  await up.bench.stub.listen();
  await up.bench.registered();
  await up.call.asked('UPDATE', updates + 1);
  expect(up.call.requests('BYE')).toEqual([]);
  expect(up.events.some(({ type }) => type === 'ended')).toBe(false);
});

test('a refresh that died with its socket says nothing of the call: it lives on when the line is back', async () => {
  const { TIMER_F } = Timers;
  // sip.js answers 408 itself after 32 s, in which its timers know no other clock than the real one.
  Timers.TIMER_F = 300;
  try {
    await using up = await talking(
      ['Supported: timer', 'Session-Expires: 90', 'Allow: INVITE, ACK, BYE, UPDATE'],
      { clock: hurriedClock() },
    );
    up.call.onUpdate = () => null;
    await up.call.asked('UPDATE');
    await up.bench.stub.stop(true);
    await until('lost', () => up.bench.line.state.phase === 'lost');
    await new Promise<void>((resolve) => void up.bench.clock.after(40_000, resolve));
    expect(up.events.some(({ type }) => type === 'ended')).toBe(false);
    up.call.onUpdate = () => ({ status: 200 });
    await up.bench.stub.listen();
    await up.bench.registered();
    await up.call.asked('UPDATE', 2);
    expect(up.call.requests('BYE')).toEqual([]);
    expect(up.events.some(({ type }) => type === 'ended')).toBe(false);
  } finally {
    Timers.TIMER_F = TIMER_F;
  }
});

test('a refresh that a proxy answers 408, or wants left alone for an hour, is asked again before the session ends', async () => {
  await using up = await dialled(
    (call) =>
      call.respond(200, sdp(), ['Session-Expires: 180;refresher=uac', 'Allow: INVITE, UPDATE']),
    { clock: hurriedClock() },
  );
  const answers = [{ status: 408 }, { status: 503, headers: ['Retry-After: 4294967295'] }];
  up.call.onUpdate = () =>
    answers.shift() ?? { status: 200, headers: ['Session-Expires: 180;refresher=uac'] };
  await up.call.asked('UPDATE', 3);
  expect(up.events.some(({ type }) => type === 'ended')).toBe(false);
});

test.each([
  [
    'its caller',
    () =>
      talking(['Supported: timer', 'Session-Expires: 180', 'Min-SE: 120', allow], {
        clock: hurriedClock(),
      }),
  ],
  [
    'its exchange',
    () =>
      dialled(
        (call) => {
          const headers = ['Session-Expires: 120;refresher=uac', allow];
          call.onReinvite = () => ({ status: 200, sdp: sdp(), headers });
          call.respond(422, null, ['Min-SE: 120']);
        },
        { clock: hurriedClock() },
      ),
  ],
])(
  'the shortest interval that %s has named is named again in each refresh (§7.4)',
  async (_who, begin) => {
    await using up = await begin();
    expect((await up.call.asked('UPDATE')).header('min-se')).toBe('120');
  },
);

test('no timer is left when the call has ended', async () => {
  const running = new Set<object>();
  const clock = fastClock(1);
  await using up = await talking(['Supported: timer', 'Session-Expires: 1800;refresher=uac'], {
    clock: {
      now: () => clock.now(),
      after: (ms, run) => {
        const long = ms > 300_000 ? {} : null;
        if (long) running.add(long);
        const timer = clock.after(ms, run);
        return {
          [Symbol.dispose]: () => {
            if (long) running.delete(long);
            timer[Symbol.dispose]();
          },
        };
      },
    },
  });
  expect(running.size).toBe(1);
  up.call.bye();
  await ended(up.events);
  await until('no timer', () => running.size === 0);
});

test('an interval is read whatever is written', () => {
  expect(readSessionExpires('1800;refresher=uac')).toEqual({ seconds: 1800, refresher: 'uac' });
  expect(readSessionExpires(' 90 ; foo=bar; Refresher=UAS')).toEqual({
    seconds: 90,
    refresher: 'uas',
  });
  for (const bad of [undefined, '', 'soon', '-1', '9'.repeat(20), '90 seconds'])
    expect(readSessionExpires(bad)).toBeNull();
  expect(readMinimum('7200')).toBe(7200);
  expect(readMinimum('5')).toBe(90);
  expect(readMinimum('x')).toBe(90);
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
      const read = readSessionExpires(text);
      expect(read?.seconds ?? 0).toBeLessThanOrEqual(86_400);
      expect(readMinimum(text)).toBeGreaterThanOrEqual(90);
    }),
  );
});

test('whatever is asked, what is agreed on leaves time to refresh before the end', () => {
  const expires = fc.option(
    fc.record({
      seconds: fc.nat(86_400),
      refresher: fc.constantFrom('uac' as const, 'uas' as const, null),
    }),
    { nil: null },
  );
  fc.assert(
    fc.property(
      expires,
      fc.boolean(),
      fc.integer({ min: 90, max: 86_400 }),
      (asked, supported, minimum) => {
        const wish = { supported, expires: asked, minimum };
        for (const agreed of [
          isTooShort(wish) ? null : agreeAsAnswerer(wish),
          agreeAsAsker(asked),
        ]) {
          if (!agreed) continue;
          expect(agreed.seconds).toBeGreaterThanOrEqual(90);
          expect(refreshAfter(agreed)).toBeLessThan(overAfter(agreed));
          expect(overAfter(agreed)).toBeLessThan(agreed.seconds * 1000);
        }
      },
    ),
  );
});
