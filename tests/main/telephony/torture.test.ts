import { readdirSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fastClock, lineBench, type LineBench } from '../../support/line-bench.ts';
import { sdp } from '../../support/fake-voice-page.ts';
import type { StubCall } from '../../support/stub-call.ts';
import { until } from '../../support/until.ts';

/** On a machine that has much else to do. */
const patienceMs = 120_000;

const folder = new URL('../../support/sip-torture/', import.meta.url);
/** The messages of RFC 4475, as latin1 so that every byte arrives. */
const torture = readdirSync(folder)
  .filter((name) => name.endsWith('.dat'))
  .map((name) => [name, readFileSync(new URL(name, folder)).toString('utf8')] as const);

/** Right after a flood a call may be refused without an answer: then it is made again. */
async function rungThrough(bench: LineBench): Promise<StubCall> {
  for (let tries = 0; ; tries++) {
    const call = bench.stub.invite();
    const rings = await until(
      'ringing',
      () => call.messages.some(({ status }) => status === 180),
      500,
    ).catch(() => false);
    if (rings) return call;
    if (tries > 20) throw new Error('the line takes no call any more');
  }
}

/** The line still takes a call, from ring to hang-up, and nothing is left behind. */
async function takesACall(bench: LineBench): Promise<void> {
  const before = bench.rang.length;
  const call = await rungThrough(bench);
  // One that was slow to ring may have rung before it.
  const heard = await until('a ring', () =>
    bench.rang.slice(before).findLast(({ party }) => party.written === '041123456'),
  );
  await heard.leg.answer();
  await call.answered();
  await heard.leg.hangUp();
  await call.asked('BYE');
}

test('the line outlives every message of RFC 4475, idle and in a call', async () => {
  expect(torture.length).toBeGreaterThanOrEqual(49);
  await using bench = await lineBench();
  const talking = bench.stub.invite();
  const { leg, events } = await bench.nextRing();
  await leg.answer();
  await talking.answered();
  for (const [, message] of torture) {
    bench.stub.send(message);
    // The same, but to us, so that it gets past the first check.
    bench.stub.send(
      message.replace(
        /^(\w+) \S+ SIP/,
        (_all, method: string) => `${method} ${bench.stub.contact()} SIP`,
      ),
    );
  }
  talking.request('OPTIONS');
  await talking.response(200, 'OPTIONS');
  expect(bench.line.state.phase).toBe('registered');
  expect(events.some(({ type }) => type === 'ended')).toBe(false);
  for (const stranger of bench.rang) if (stranger.leg !== leg) await stranger.leg.hangUp();
  await leg.hangUp();
  await talking.asked('BYE');
  await takesACall(bench);
  await until('no peer is left', () => bench.page.peers.size === 0);
});

test('a response whose CSeq is cut short is dropped and logged without its content', async () => {
  await using bench = await lineBench();
  bench.stub.send(
    'SIP/2.0 200 OK\r\nVia: SIP/2.0/WS x.invalid;branch=z9hG4bK1\r\nFrom: <sip:secret-name@x>;tag=1\r\nTo: <sip:b@x>;tag=2\r\nCall-ID: 1\r\nCSeq: 1\r\nContent-Length: 0\r\n\r\n',
  );
  await until('logged', () => bench.logged.some((line) => line.includes('malformed SIP message')));
  expect(bench.logged.join('\n')).not.toContain('secret-name');
  await takesACall(bench);
});

test(
  'frames of any kind do no harm',
  async () => {
    await using bench = await lineBench();
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string({ maxLength: 300, unit: 'binary' }),
          fc
            .constantFrom(...torture.map(([, text]) => text))
            .chain((text) =>
              fc
                .tuple(fc.nat(text.length), fc.string({ maxLength: 8 }))
                .map(([at, put]) => text.slice(0, at) + put + text.slice(at + put.length)),
            ),
          fc
            .string({ maxLength: 100 })
            .map(
              (body) =>
                `INVITE ${bench.stub.contact()} SIP/2.0\r\nVia: SIP/2.0/WS x;branch=z9hG4bK${body.length}\r\n\r\n${body}`,
            ),
        ),
        async (frame) => {
          bench.stub.send(frame);
        },
      ),
      { numRuns: 500 },
    );
    for (const { leg } of bench.rang) await leg.hangUp();
    await takesACall(bench);
    expect(bench.line.state.phase).toBe('registered');
  },
  patienceMs,
);

test(
  'no call leaves a peer, a leg or a timer behind',
  async () => {
    await using bench = await lineBench({ clock: fastClock(4) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('answer', 'hold', 'resume', 'mute', 'tones', 'reinvite', 'cut'), {
          maxLength: 6,
        }),
        fc.constantFrom('here', 'there', 'cancel', 'reject'),
        async (steps, end) => {
          await bench.registered();
          await until('bound', () => bench.stub.bound());
          const before = bench.rang.length;
          const call = bench.stub.invite();
          const heard = await until('a ring', () => bench.rang[before]);
          const { leg, events } = heard;
          for (const step of steps) {
            if (events.some(({ type }) => type === 'ended')) break;
            if (step === 'answer')
              await leg.answer().then(
                () => call.answered(),
                () => undefined,
              );
            if (step === 'hold' || step === 'resume')
              await leg.hold(step === 'hold').catch(() => undefined);
            if (step === 'mute') leg.mute(true);
            if (step === 'tones') await leg.sendDtmf('1').catch(() => undefined);
            if (step === 'reinvite' && events.some(({ type }) => type === 'answered')) {
              call.request('INVITE', { body: sdp({ version: 2 }) });
              await until('a response', () => call.messages.at(-1)?.status);
              call.ack();
            }
            if (step === 'cut') {
              bench.stub.drop();
              await until('lost', () => bench.line.state.phase !== 'registered');
              await bench.registered();
            }
          }
          if (end === 'there') call.bye();
          else if (end === 'cancel') call.cancel();
          else if (end === 'reject') await leg.reject('busy').catch(() => undefined);
          await leg.hangUp();
          await until('ended', () => events.at(-1)?.type === 'ended');
          expect(events.filter(({ type }) => type === 'ended')).toHaveLength(1);
          await until('the peer is closed', () => !bench.page.peers.has(leg.callId));
        },
      ),
      { numRuns: 40, endOnFailure: true },
    );
    await until('no peer is left', () => bench.page.peers.size === 0);
    const opened = bench.page.commands.filter((name) => name === 'open').length;
    const closed = bench.page.closedPeers.length;
    expect(closed).toBe(opened);
  },
  patienceMs,
);
