import { expect, test } from 'vitest';
import type { CallSnapshot } from '../../../src-main/calls/call-book.ts';
import { createCallDesk } from '../../../src-main/calls/call-desk.ts';
import { MemoryJournal, MemoryPast, silentLog } from '../../support/call-desk-bench.ts';
import { lineBench } from '../../support/line-bench.ts';
import { MemoryCards } from '../../support/memory-cards.ts';
import { until } from '../../support/until.ts';

async function deskOnTheLine() {
  const bench = await lineBench();
  const cards = new MemoryCards();
  const told: CallSnapshot[] = [];
  const calls = createCallDesk({
    line: bench.line,
    cards,
    journal: new MemoryJournal(),
    past: new MemoryPast(),
    ringer: bench.voice,
    clock: bench.clock,
    log: silentLog,
    region: () => 'SI',
    outsidePrefix: () => bench.account.outsidePrefix,
    operatorChanged: () => undefined,
  });
  calls.onCall((snapshot) => told.push(snapshot));
  calls.signedIn({ userId: 'ana', name: 'Ana Kovač', role: 'operator', projectIds: [] });
  calls.ready();
  return { bench, cards, told, calls, [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose]() };
}

test('Marija calls the hotline, Ana answers, mutes, and finishes the card', async () => {
  await using desk = await deskOnTheLine();
  const { bench, calls, told, cards } = desk;
  const call = bench.stub.invite({ headers: ['X-Queue: internet', 'X-Queue-Wait: 31'] });
  const { call: ringing } = await until('a card', () => calls.snapshots()[0]);
  expect(told[0]).toMatchObject({
    call: { phase: 'ringing', queue: 'internet', waitedSeconds: 31 },
    card: { customer: { name: 'Marija Žagar' }, project: { projectId: 'internet' } },
  });
  await until('it rings in the ear', () => bench.page.ringing === 'ring');
  await calls.answer(ringing.callId);
  await call.answered();
  expect(calls.currentCall(ringing.callId)?.phase).toBe('talking');
  expect(calls.operator.phase).toBe('busy');
  await until('heard', () => bench.page.focused === ringing.callId);
  await until('silence', () => bench.page.ringing === null);
  calls.mute(ringing.callId, true);
  await until('muted', () => bench.page.peers.get(ringing.callId)?.muted);
  call.bye();
  await until('wrap-up', () => calls.operator.phase === 'wrap-up');
  calls.finish(ringing.callId, 'solved', null, 'router restarted');
  expect(calls.operator.phase).toBe('ready');
  expect(cards.records).toMatchObject([
    { number: '+38641123456', end: 'hung-up-there', outcome: 'solved', waitedSeconds: 31 },
  ]);
  expect(told.at(-1)).toEqual({ gone: ringing.callId });
});

test('Ana calls Bor, who is busy', async () => {
  await using desk = await deskOnTheLine();
  const { bench, calls } = desk;
  bench.stub.onCall = (call) => call.respond(486);
  const callId = await calls.dial('041 123 456', 'internet', null);
  await until('ended', () => calls.currentCall(callId)?.phase === 'ended');
  expect(calls.currentCall(callId)?.end).toBe('busy');
  expect(bench.stub.requests('INVITE')[0]?.first).toContain('sip:0+38641123456@');
  expect(calls.operator).toMatchObject({ phase: 'wrap-up', wrapUpCallId: callId });
});
