/** Reliable provisional responses (RFC 3262), early media, and INVITEs that are forked (RFC 3261 §13.2.2.4). */
import { describe, expect, test } from 'vitest';
import { sdp } from '../../support/fake-voice-page.ts';
import { heardBy, lineBench } from '../../support/line-bench.ts';
import type { StubCall } from '../../support/stub-call.ts';
import { until } from '../../support/until.ts';

async function dialled() {
  const bench = await lineBench();
  const calls: StubCall[] = [];
  bench.stub.onCall = (call) => calls.push(call);
  const leg = await bench.line.dial('202');
  const events = heardBy(leg);
  const call = await until('the call', () => calls[0]);
  return { bench, leg, events, call, [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose]() };
}

const isEnded = (events: readonly { type: string }[]) =>
  events.some(({ type }) => type === 'ended');
const answered = (events: readonly { type: string }[]) =>
  until('answered', () => events.some(({ type }) => type === 'answered'));

describe('a call we make', () => {
  test('acknowledges a reliable 183 with PRACK, and hears early media', async () => {
    await using made = await dialled();
    expect((await made.call.asked('INVITE')).header('supported')).toContain('100rel');
    made.call.respond(183, sdp(), ['Require: 100rel', 'RSeq: 7']);
    const prack = await made.call.asked('PRACK');
    expect(prack.header('rack')).toMatch(/^7 \d+ INVITE$/);
    await until('early media', () =>
      made.bench.page.peers.get(made.leg.callId)?.history.includes('accept'),
    );
    made.call.respond(200, sdp());
    await answered(made.events);
    await made.leg.hold(true);
  });

  test('acknowledges each once and in order', async () => {
    await using made = await dialled();
    for (const rseq of [3, 3, 4, 9])
      made.call.respond(180, null, ['Require: 100rel', `RSeq: ${rseq}`]);
    await made.call.asked('PRACK', 2);
    made.call.respond(200, sdp());
    await answered(made.events);
    const acknowledged = made.call.requests('PRACK').map((one) => one.header('rack').split(' ')[0]);
    expect(acknowledged).toEqual(['3', '4']);
  });

  test('forked to two, of whom one is heard early and the other answers, is up with the other', async () => {
    await using made = await dialled();
    made.call.respond(183, sdp({ ufrag: 'early' }));
    await until('early media', () =>
      made.bench.page.peers.get(made.leg.callId)?.history.includes('accept'),
    );
    made.call.fork();
    made.call.respond(180);
    made.call.respond(200, sdp({ ufrag: 'other' }));
    await answered(made.events);
    await made.call.asked('ACK');
    const history = made.bench.page.peers.get(made.leg.callId)?.history ?? [];
    expect(history.filter((one) => one === 'accept')).toHaveLength(2);
    expect(history).not.toContain('offer ice-restart');
    expect(isEnded(made.events)).toBe(false);
    await made.leg.hold(true);
    await made.leg.hangUp();
    await made.call.asked('BYE');
  });

  test('forked to many who only ring is up with the one who answers', async () => {
    await using made = await dialled();
    for (let branch = 0; branch < 10; branch++) {
      made.call.respond(180);
      made.call.fork();
    }
    made.call.respond(200, sdp());
    await answered(made.events);
    expect(made.events.filter(({ type }) => type === 'alerting')).toHaveLength(1);
  });

  test('answered by two is kept with the first, and hung up with the second', async () => {
    await using made = await dialled();
    made.call.respond(200, sdp());
    await answered(made.events);
    made.call.fork();
    made.call.respond(200, sdp());
    await made.call.asked('BYE');
    expect(isEnded(made.events)).toBe(false);
  });
});

describe('a call that requires reliable provisional responses', () => {
  test('rings reliably, again until PRACK comes', async () => {
    await using bench = await lineBench();
    const call = bench.stub.invite({ headers: ['Require: 100rel'] });
    const { leg, events } = await bench.nextRing();
    const ringing = await call.response(180);
    expect(ringing.header('require')).toContain('100rel');
    await until('sent again', () => call.messages.filter(({ status }) => status === 180)[1]);
    call.request('PRACK', {
      headers: [`RAck: ${ringing.header('rseq')} ${ringing.header('cseq')}`],
    });
    await call.response(200, 'PRACK');
    expect(isEnded(events)).toBe(false);
    await leg.hangUp();
  });
});
