import { expect, test } from 'vitest';
import type { CallSnapshot } from '../../../src-main/calls/call-book.ts';
import { createCallDesk } from '../../../src-main/calls/call-desk.ts';
import { sdp } from '../../support/fake-voice-page.ts';
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

/** Ana talks to Marija and asks Bor at 202, who has answered. */
async function asking(desk: Awaited<ReturnType<typeof deskOnTheLine>>) {
  const { bench, calls } = desk;
  const customer = bench.stub.invite({ headers: ['X-Queue: internet'] });
  const { call } = await until('a card', () => calls.snapshots()[0]);
  await calls.answer(call.callId);
  await customer.answered();
  const asked = new Promise<typeof customer>((resolve) => {
    bench.stub.onCall = (made) => {
      made.respond(200, sdp());
      resolve(made);
    };
  });
  const consultId = await calls.consult(call.callId, '202');
  const colleague = await asked;
  const phase = (callId: string) => calls.currentCall(callId)?.phase;
  await until('both are up', () => phase(call.callId) === 'held' && phase(consultId) === 'talking');
  return { customer, colleague, callId: call.callId, consultId, phase };
}

test('Ana asks Bor, goes back and forth, and joins him with Marija', async () => {
  await using desk = await deskOnTheLine();
  const { bench, calls, cards } = desk;
  const { customer, colleague, callId, consultId, phase } = await asking(desk);
  expect((await customer.asked('INVITE')).body).toContain('a=sendonly');
  expect(bench.page.focused).toBe(consultId);
  await calls.swap(callId);
  expect([phase(callId), phase(consultId)]).toEqual(['talking', 'held']);
  await calls.swap(consultId);
  await calls.completeTransfer(consultId);
  const refer = await customer.asked('REFER');
  expect(refer.header('refer-to')).toContain('Replaces=');
  expect(calls.currentCall(callId)?.transfer).toMatchObject({ to: '202', state: 'asked' });
  colleague.bye();
  customer.report('200 OK');
  await until('it is Bor’s', () => calls.currentCall(callId)?.end === 'transferred');
  await until('nothing else goes on', () => !calls.busy);
  expect(calls.operator).toMatchObject({ phase: 'wrap-up', wrapUpCallId: callId });
  expect(calls.currentCard(callId)?.handedTo).toBe('202');
  expect(cards.records).toMatchObject([{ callId: consultId }]);
  await until('no peer is left', () => bench.page.peers.size === 0);
});

test('Ana, Bor and Marija talk together until Bor leaves', async () => {
  await using desk = await deskOnTheLine();
  const { bench, calls } = desk;
  const { colleague, callId, consultId, phase } = await asking(desk);
  await calls.conference([callId, consultId]);
  await until('they hear each other', () => bench.page.conference.length === 2);
  calls.mute(callId, true);
  await until('muted to both', () => [...bench.page.peers.values()].every(({ muted }) => muted));
  colleague.bye();
  await until('over', () => bench.page.conference.length === 0);
  expect(phase(callId)).toBe('talking');
  await until('Marija is heard', () => bench.page.focused === callId);
});

test('a blind transfer that is declined there brings Marija back', async () => {
  await using desk = await deskOnTheLine();
  const { bench, calls } = desk;
  const customer = bench.stub.invite({});
  const { call } = await until('a card', () => calls.snapshots()[0]);
  await calls.answer(call.callId);
  await customer.answered();
  await calls.transfer(call.callId, '202');
  expect((await customer.asked('REFER')).header('refer-to')).toContain('sip:202@');
  customer.report('180 Ringing');
  await until('rings', () => calls.currentCall(call.callId)?.transfer?.state === 'ringing');
  customer.report('603 Decline');
  await until('back', () => calls.currentCall(call.callId)?.phase === 'talking');
  expect(calls.currentCall(call.callId)?.transfer?.state).toBe('failed');
  await until('heard', () => bench.page.focused === call.callId);
});
