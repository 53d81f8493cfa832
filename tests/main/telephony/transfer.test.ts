/** Transfers: REFER (RFC 3515, RFC 5589) and what the exchange reports, or fails to report, of it. */
import { describe, expect, test } from 'vitest';
import type { LegEvent } from '../../../src-main/calls/line.ts';
import { deafTo, fastClock, lineBench, type LineBench } from '../../support/line-bench.ts';
import type { StubCall } from '../../support/stub-call.ts';
import { until } from '../../support/until.ts';

async function call(bench: LineBench, from?: string) {
  const there = bench.stub.invite(from ? { from } : {});
  const { leg, events } = await bench.nextRing();
  await leg.answer();
  await there.answered();
  return { there, leg, events };
}

async function talking(options: Parameters<typeof lineBench>[0] = {}) {
  const bench = await lineBench(options);
  return {
    bench,
    ...(await call(bench)),
    [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose](),
  };
}

const transfers = (events: readonly LegEvent[]) =>
  events.flatMap((event) => (event.type === 'transfer' ? [event.state] : []));
const told = (events: readonly LegEvent[], state: string) =>
  until(`transfer ${state}`, () => transfers(events).includes(state as 'asked'));
const ended = (events: readonly LegEvent[]) =>
  until('ended', () => events.find((event) => event.type === 'ended'));
const isEnded = (events: readonly LegEvent[]) => events.some(({ type }) => type === 'ended');
const isHeld = (events: readonly LegEvent[]) =>
  events.findLast((event) => event.type === 'held')?.here === true;

describe('a blind transfer', () => {
  test('holds the party, asks, tells that it rings, and hangs up when it is answered', async () => {
    await using up = await talking();
    await up.leg.transfer('202');
    expect((await up.there.asked('INVITE')).body).toContain('a=sendonly');
    const refer = await up.there.asked('REFER');
    expect(refer.header('refer-to')).toBe('<sip:202@stub.test>');
    expect(refer.header('referred-by')).toBe('<sip:ana@stub.test>');
    expect(refer.header('contact')).toContain('transport=ws');
    up.there.report('100 Trying');
    await up.there.response(200, 'NOTIFY');
    up.there.report('180 Ringing');
    await told(up.events, 'ringing');
    expect(isEnded(up.events)).toBe(false);
    up.there.report('200 OK');
    expect(await ended(up.events)).toEqual({
      type: 'ended',
      end: 'transferred',
      detail: '200 OK',
    });
    await up.there.asked('BYE');
    expect(transfers(up.events)).toEqual(['asked', 'ringing', 'done']);
    await until('the peer is closed', () => up.bench.page.peers.size === 0);
  });

  test.each([
    ['486 Busy Here', 'busy'],
    ['480 Gone', 'no-answer'],
    ['404 Not Found', 'not-found'],
    ['603 Decline', 'declined'],
    ['403 Forbidden', 'refused'],
    ['503 Out', 'failed'],
    ['302 Moved', 'failed'],
  ] as const)(
    'that fails with %s says why and gives the party back, off hold',
    async (status, why) => {
      await using up = await talking();
      await up.leg.transfer('202');
      up.there.report(status);
      await told(up.events, 'failed');
      expect(up.events.find((event) => event.type === 'transfer' && event.why)).toMatchObject({
        why,
        detail: status,
      });
      await until('resumed', () => !isHeld(up.events));
      expect(isEnded(up.events)).toBe(false);
      await up.leg.transfer('203');
      up.there.report('200 OK');
      expect(await ended(up.events)).toMatchObject({ end: 'transferred' });
    },
  );

  test('makes no offer on a path that the exchange has left meanwhile, before the party is back', async () => {
    await using up = await talking({ clock: fastClock(20) });
    const { bench, leg, there, events } = up;
    await leg.transfer('202');
    there.report('180 Ringing');
    await told(events, 'ringing');
    for (const state of ['disconnected', 'failed'] as const)
      bench.page.emit({ type: 'peer', callId: leg.callId, state });
    const looked = fastClock(20);
    await new Promise<void>((resolve) => void looked.after(4000, resolve));
    expect(there.requests('INVITE')).toHaveLength(1);
    there.report('486 Busy Here');
    await told(events, 'failed');
    await until('resumed', () => !isHeld(events));
    expect(bench.page.peers.get(leg.callId)?.history).toContain('offer ice-restart');
    expect(isEnded(events)).toBe(false);
  });

  test('of a party on hold that fails mends the path and leaves it on hold', async () => {
    await using up = await talking({ clock: fastClock(20) });
    const { bench, leg, there, events } = up;
    await leg.hold(true);
    await leg.transfer('202');
    bench.page.emit({ type: 'peer', callId: leg.callId, state: 'failed' });
    there.report('486 Busy Here');
    await told(events, 'failed');
    await there.asked('INVITE', 2);
    expect(bench.page.peers.get(leg.callId)?.history).toContain('offer hold ice-restart');
    expect(isHeld(events)).toBe(true);
  });

  test('of a party on hold leaves it on hold when it fails', async () => {
    await using up = await talking();
    await up.leg.hold(true);
    await up.leg.transfer('202');
    up.there.report('486 Busy Here');
    await told(up.events, 'failed');
    expect(isHeld(up.events)).toBe(true);
    expect(up.there.requests('INVITE')).toHaveLength(1);
  });

  test.each([
    ...[400, 403, 405, 420, 501, 603].map((status) => [status, 'refused'] as const),
    [404, 'not-found'] as const,
  ])(
    'refused with %i is an error that says why, and the party is off hold',
    async (status, why) => {
      await using up = await talking();
      up.there.onRefer = () => status;
      await expect(up.leg.transfer('202')).rejects.toMatchObject({
        code: 'REFUSED',
        why,
        message: `${status} Said`,
      });
      await until('resumed', () => !isHeld(up.events));
      expect(transfers(up.events)).toEqual([]);
      expect(isEnded(up.events)).toBe(false);
    },
  );

  test('that is not answered is an error in time', async () => {
    await using up = await talking({ clock: fastClock(8) });
    up.there.onRefer = () => null;
    await expect(up.leg.transfer('202')).rejects.toMatchObject({ code: 'NO_ANSWER' });
    await until('resumed', () => !isHeld(up.events));
  });

  test('that is on its way when the socket is cut fails at once, and the party is back with the line', async () => {
    await using up = await talking({ clock: deafTo(10_000) });
    up.there.onRefer = () => null;
    const asked = up.leg.transfer('202');
    await up.there.asked('REFER');
    up.bench.stub.drop();
    await expect(asked).rejects.toMatchObject({ code: 'NO_ANSWER' });
    expect((await up.there.asked('INVITE', 2)).body).toContain('a=sendrecv');
    await until('resumed', () => !isHeld(up.events));
    expect(isEnded(up.events)).toBe(false);
  });

  test('of which nothing is ever reported has failed, and the party is back', async () => {
    await using up = await talking({ clock: fastClock(16) });
    await up.leg.transfer('202');
    await told(up.events, 'failed');
    await until('resumed', () => !isHeld(up.events));
    expect(isEnded(up.events)).toBe(false);
  });

  test('of which nothing is reported but the hang-up came about', async () => {
    await using up = await talking();
    await up.leg.transfer('202');
    up.there.bye();
    expect(await ended(up.events)).toMatchObject({ end: 'transferred' });
  });

  test('while it rings there and the party hangs up, did not', async () => {
    await using up = await talking();
    await up.leg.transfer('202');
    up.there.report('180 Ringing');
    await told(up.events, 'ringing');
    up.there.bye();
    expect(await ended(up.events)).toMatchObject({ end: 'hung-up-there' });
  });

  test('reported on before it is accepted is told in order', async () => {
    await using up = await talking();
    up.there.onRefer = () => {
      up.there.report('180 Ringing');
      return 202;
    };
    await up.leg.transfer('202');
    await told(up.events, 'ringing');
    expect(transfers(up.events)).toEqual(['asked', 'ringing']);
  });

  test('of a party that cannot be held is asked for all the same', async () => {
    await using up = await talking();
    up.there.onReinvite = () => ({ status: 488 });
    await up.leg.transfer('202');
    up.there.report('200 OK');
    expect(await ended(up.events)).toMatchObject({ end: 'transferred' });
  });

  test('in a dialog that is gone ends the call', async () => {
    await using up = await talking();
    up.there.onReinvite = () => ({ status: 481 });
    await expect(up.leg.transfer('202')).rejects.toMatchObject({ code: 'REFUSED' });
    expect(await ended(up.events)).toMatchObject({ end: 'failed' });
  });

  test.each(['', 'garbage', 'SIP/2.0', 'SIP/2.0 abc', 'SIP/1.0 200 OK', 'SIP/2.0 99'])(
    'goes on when the report is %j',
    async (body) => {
      await using up = await talking();
      await up.leg.transfer('202');
      up.there.request('NOTIFY', {
        headers: ['Event: refer', 'Subscription-State: active', 'Content-Type: message/sipfrag'],
        body,
      });
      await up.there.response(200, 'NOTIFY');
      expect(transfers(up.events)).toEqual(['asked']);
      up.there.report('200 OK');
      expect(await ended(up.events)).toMatchObject({ end: 'transferred' });
    },
  );

  test('is one at a time', async () => {
    await using up = await talking();
    await up.leg.transfer('202');
    await expect(up.leg.transfer('203')).rejects.toMatchObject({ code: 'WRONG_STATE' });
    expect(up.there.requests('REFER')).toHaveLength(1);
  });

  test('does not keep the operator from hanging up', async () => {
    await using up = await talking();
    await up.leg.transfer('202');
    await up.leg.hangUp();
    await up.there.asked('BYE');
    expect(await ended(up.events)).toMatchObject({ end: 'hung-up-here' });
  });

  test('cut off with the socket is told of when it is back', async () => {
    await using up = await talking();
    await up.leg.transfer('202');
    up.bench.stub.drop();
    await up.there.asked('INVITE', 2);
    expect(isEnded(up.events)).toBe(false);
    up.there.report('200 OK');
    expect(await ended(up.events)).toMatchObject({ end: 'transferred' });
  });
});

describe('a consult transfer', () => {
  async function consulting() {
    const bench = await lineBench();
    const first = await call(bench);
    await first.leg.hold(true);
    const second = await call(bench, '"Borut" <sip:202@stub.test>');
    return { bench, first, second, [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose]() };
  }

  test('names the other dialog as its far end sees it, and ends both', async () => {
    await using both = await consulting();
    await both.first.leg.transferTo(both.second.leg);
    const refer = await both.first.there.asked('REFER');
    const { callId, localTag, remoteTag } = both.second.there;
    expect(refer.header('refer-to')).toBe(
      `<sip:202@stub.test?Replaces=${encodeURIComponent(`${callId};to-tag=${localTag};from-tag=${remoteTag}`)}>`,
    );
    both.first.there.report('200 OK');
    expect(await ended(both.first.events)).toMatchObject({ end: 'transferred' });
    expect(await ended(both.second.events)).toMatchObject({ end: 'transferred' });
    await both.first.there.asked('BYE');
    await both.second.there.asked('BYE');
    await until('the peers are closed', () => both.bench.page.peers.size === 0);
  });

  test('that the exchange completes by hanging up in both is a transfer of both', async () => {
    await using both = await consulting();
    await both.first.leg.transferTo(both.second.leg);
    both.second.there.bye();
    expect(await ended(both.second.events)).toMatchObject({ end: 'transferred' });
    both.first.there.report('200 OK');
    expect(await ended(both.first.events)).toMatchObject({ end: 'transferred' });
  });

  test('that fails leaves both calls as they were', async () => {
    await using both = await consulting();
    await both.first.leg.transferTo(both.second.leg);
    both.first.there.report('603 Decline');
    await told(both.first.events, 'failed');
    expect(isEnded(both.first.events) || isEnded(both.second.events)).toBe(false);
    expect(isHeld(both.first.events)).toBe(true);
    both.second.there.bye();
    expect(await ended(both.second.events)).toMatchObject({ end: 'hung-up-there' });
  });

  test('refused leaves both calls as they were', async () => {
    await using both = await consulting();
    both.first.there.onRefer = () => 603;
    await expect(both.first.leg.transferTo(both.second.leg)).rejects.toMatchObject({
      code: 'REFUSED',
    });
    both.second.there.bye();
    expect(await ended(both.second.events)).toMatchObject({ end: 'hung-up-there' });
  });

  test('needs another call of this line that is up', async () => {
    await using both = await consulting();
    await expect(both.first.leg.transferTo(both.first.leg)).rejects.toMatchObject({
      code: 'WRONG_STATE',
    });
    await both.second.leg.hangUp();
    await expect(both.first.leg.transferTo(both.second.leg)).rejects.toMatchObject({
      code: 'WRONG_STATE',
    });
    const dialled: StubCall[] = [];
    both.bench.stub.onCall = (one) => dialled.push(one);
    const third = await both.bench.line.dial('203');
    await expect(both.first.leg.transferTo(third)).rejects.toMatchObject({ code: 'WRONG_STATE' });
  });
});
