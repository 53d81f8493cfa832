/** Who is at the other end may change in a call (RFC 4916, RFC 5876), or another dialog takes the call's place (RFC 3891). */
import { describe, expect, test } from 'vitest';
import type { LegEvent } from '../../../src-main/calls/line.ts';
import { sdp } from '../../support/fake-voice-page.ts';
import { heardBy, lineBench } from '../../support/line-bench.ts';
import type { StubCall } from '../../support/stub-call.ts';
import { until } from '../../support/until.ts';

async function talking() {
  const bench = await lineBench();
  const call = bench.stub.invite();
  const { leg, events } = await bench.nextRing();
  await leg.answer();
  await call.answered();
  return { bench, call, leg, events, [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose]() };
}

const parties = (events: readonly LegEvent[]) =>
  events.flatMap((event) => (event.type === 'party' ? [event.party] : []));
const isEnded = (events: readonly { type: string }[]) =>
  events.some(({ type }) => type === 'ended');

const borut = '"Borut Novak" <sip:202@stub.test>';

describe('another party', () => {
  test('in a re-INVITE with P-Asserted-Identity', async () => {
    await using up = await talking();
    up.call.request('INVITE', { headers: [`P-Asserted-Identity: ${borut}`], body: sdp() });
    await up.call.answered();
    await until('told', () => parties(up.events)[0]);
    expect(parties(up.events)).toEqual([
      { number: null, written: '202', displayName: 'Borut Novak', withheld: false },
    ]);
  });

  test('in an UPDATE without an offer, and nothing happens to the media', async () => {
    await using up = await talking();
    up.call.request('UPDATE', { headers: [`P-Asserted-Identity: ${borut}`] });
    await up.call.response(200, 'UPDATE');
    await until('told', () => parties(up.events)[0]);
    expect(up.bench.page.commands.filter((one) => one === 'accept')).toHaveLength(1);
  });

  test('with Remote-Party-ID, as older exchanges send it', async () => {
    await using up = await talking();
    up.call.request('UPDATE', {
      headers: ['Remote-Party-ID: "Cene" <sip:041999888@stub.test>;party=calling;privacy=off'],
    });
    await until('told', () => parties(up.events)[0]);
    expect(parties(up.events)[0]).toMatchObject({ number: '+38641999888', displayName: 'Cene' });
  });

  test('who hides the number is withheld', async () => {
    await using up = await talking();
    up.call.request('UPDATE', {
      headers: ['Remote-Party-ID: <sip:041999888@stub.test>;privacy=full'],
    });
    await until('told', () => parties(up.events)[0]);
    expect(parties(up.events)[0]).toMatchObject({ number: null, withheld: true });
  });

  test('in the answer to our re-INVITE', async () => {
    await using up = await talking();
    up.call.onReinvite = () => ({
      status: 200,
      sdp: sdp({ direction: 'recvonly' }),
      headers: [`P-Asserted-Identity: ${borut}`],
    });
    await up.leg.hold(true);
    expect(parties(up.events)).toHaveLength(1);
  });

  test('is told once, and who was there all the time is not told', async () => {
    await using up = await talking();
    for (const who of ['"Marija Žagar" <sip:041123456@stub.test>', borut, borut]) {
      up.call.request('UPDATE', { headers: [`P-Asserted-Identity: ${who}`] });
      await up.call.response(200, 'UPDATE');
    }
    expect(parties(up.events).map(({ written }) => written)).toEqual(['202']);
  });

  test('garbage for an identity changes nothing', async () => {
    await using up = await talking();
    for (const header of ['P-Asserted-Identity: <<<>', 'Remote-Party-ID: ;;;']) {
      up.call.request('UPDATE', { headers: [header] });
      await up.call.response(200, 'UPDATE');
    }
    await up.leg.hold(true);
    expect(isEnded(up.events)).toBe(false);
  });

  test('of a call we made is whoever the exchange says later, not who answered', async () => {
    await using bench = await lineBench();
    const calls: StubCall[] = [];
    bench.stub.onCall = (call) => calls.push(call);
    const leg = await bench.line.dial('203');
    const events = heardBy(leg);
    const call = await until('the call', () => calls[0]);
    call.respond(200, sdp(), ['P-Asserted-Identity: <sip:203@stub.test>']);
    await call.asked('ACK');
    call.request('UPDATE', { headers: [`P-Asserted-Identity: ${borut}`] });
    await until('told', () => parties(events)[0]);
    expect(parties(events).map(({ written }) => written)).toEqual(['202']);
  });

  test('whom we called by an extension has the name that the exchange knows', async () => {
    await using bench = await lineBench();
    const calls: StubCall[] = [];
    bench.stub.onCall = (call) => calls.push(call);
    const events = heardBy(await bench.line.dial('202'));
    const call = await until('the call', () => calls[0]);
    call.respond(200, sdp(), [`P-Asserted-Identity: ${borut}`]);
    await until('answered', () => events.some(({ type }) => type === 'answered'));
    expect(parties(events)).toMatchObject([{ written: '202', displayName: 'Borut Novak' }]);
  });
});

describe('an INVITE with Replaces', () => {
  const replaces = (call: StubCall, more = '') =>
    `Replaces: ${call.callId};to-tag=${call.remoteTag};from-tag=${call.localTag}${more}`;

  test('goes on as the same call with another party in another dialog', async () => {
    await using up = await talking();
    up.leg.mute(true);
    const next = up.bench.stub.invite({
      headers: [replaces(up.call), 'Require: replaces'],
      from: borut,
    });
    await next.answered();
    await up.call.asked('BYE');
    await until('told', () => parties(up.events)[0]);
    expect(parties(up.events)[0]).toMatchObject({ written: '202' });
    expect(up.bench.rang).toHaveLength(1);
    expect(isEnded(up.events)).toBe(false);
    expect(up.bench.page.peers.get(up.leg.callId)?.muted).toBe(true);
    expect(up.events.filter(({ type }) => type === 'dialog')).toHaveLength(2);
    await up.leg.hold(true);
    await next.asked('INVITE');
    next.bye();
    await until('ended', () => isEnded(up.events));
    expect(up.events.at(-1)).toMatchObject({ end: 'hung-up-there' });
    await until('the peer is closed', () => up.bench.page.peers.size === 0);
  });

  test('that matches nothing is refused 481', async () => {
    await using up = await talking();
    const next = up.bench.stub.invite({
      headers: ['Replaces: nobody@nowhere;to-tag=a;from-tag=b'],
    });
    await next.response(481);
    expect(up.bench.rang).toHaveLength(1);
  });

  test('for early dialogs only is refused 486 by one that is up', async () => {
    await using up = await talking();
    const next = up.bench.stub.invite({ headers: [replaces(up.call, ';early-only')] });
    await next.response(486);
    expect(isEnded(up.events)).toBe(false);
  });

  test('takes the place of a call of ours that rings there: its 487 is not the end', async () => {
    await using bench = await lineBench();
    const calls: StubCall[] = [];
    bench.stub.onCall = (call) => calls.push(call);
    const leg = await bench.line.dial('202');
    const events = heardBy(leg);
    const call = await until('the call', () => calls[0]);
    call.respond(180);
    await until('alerting', () => events.some(({ type }) => type === 'alerting'));
    const next = bench.stub.invite({ headers: [replaces(call)] });
    await next.answered();
    await call.asked('CANCEL');
    await call.asked('ACK');
    await leg.hold(true);
    expect((await next.asked('INVITE')).body).toContain('a=sendonly');
    expect(isEnded(events)).toBe(false);
    await leg.hangUp();
    await next.asked('BYE');
    await until('no call is left', () => bench.line.callsLeft === 0);
  });

  test('for a call that rings here, which we did not begin, is refused 481', async () => {
    await using bench = await lineBench();
    const call = bench.stub.invite();
    const { events } = await bench.nextRing();
    await call.response(180);
    const next = bench.stub.invite({ headers: [replaces(call)] });
    await next.response(481);
    expect(isEnded(events)).toBe(false);
  });

  test.each(['cancelled', 'rejected'] as const)(
    'for a call that rang here and was %s is refused, and does not wait for ever',
    async (end) => {
      await using bench = await lineBench();
      const call = bench.stub.invite();
      const { leg, events } = await bench.nextRing();
      await call.response(180);
      if (end === 'cancelled') call.cancel();
      else await leg.reject('busy');
      await until('ended', () => isEnded(events));
      const next = bench.stub.invite({ headers: [replaces(call)] });
      await next.response(481);
      expect(bench.rang).toHaveLength(1);
    },
  );

  test('for a call that has ended is declined', async () => {
    await using up = await talking();
    await up.leg.hangUp();
    await up.call.asked('BYE');
    const next = up.bench.stub.invite({ headers: [replaces(up.call)] });
    await next.response(603);
    expect(up.bench.rang).toHaveLength(1);
  });

  test.each(['Replaces: ', 'Replaces: garbage', 'Replaces: a;to-tag=b'])(
    'that cannot be read (%s) is refused 400',
    async (header) => {
      await using up = await talking();
      const next = up.bench.stub.invite({ headers: [header] });
      await next.response(400);
      expect(up.bench.rang).toHaveLength(1);
    },
  );

  test('twice is refused 400', async () => {
    await using up = await talking();
    const next = up.bench.stub.invite({ headers: [replaces(up.call), replaces(up.call)] });
    await next.response(400);
    expect(isEnded(up.events)).toBe(false);
  });

  test('whose media cannot be used is refused, and the call goes on', async () => {
    await using up = await talking();
    const bad = sdp().replace('m=audio 40000', 'm=audio 0');
    const next = up.bench.stub.invite({ headers: [replaces(up.call)], sdp: bad });
    await next.response(488);
    await until('offered anew', () => up.call.requests('INVITE')[0]);
    await up.leg.hold(true);
    expect(isEnded(up.events)).toBe(false);
  });
});
