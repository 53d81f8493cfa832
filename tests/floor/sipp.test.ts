/** The line against sipp, which says in a call what exchanges seldom say; signalling alone, the voice page has no media. */
import { expect, test } from 'vitest';
import type { IncomingLeg, LegEvent } from '../../src-main/calls/line.ts';
import { heardBy } from '../support/line-bench.ts';
import { bareAccount, bareLine } from './support/bare-line.ts';
import { startSipp } from './support/sipp.ts';
import { startUdpRelay, type UdpRelay } from './support/udp-relay.ts';
import { waitFor } from './support/wait-for.ts';

/** A registered line, and sipp with a scenario of which every step must come as it is written. */
async function against(scenario: string) {
  await using made = new AsyncDisposableStack();
  const relay = made.use(await startUdpRelay());
  const { line } = made.use(bareLine('201'));
  const rang: IncomingLeg[] = [];
  line.onIncoming((incoming) => rang.push(incoming));
  await line.open(bareAccount('201', 'unasked', relay.address, 'sipp.test'));
  await waitFor('the line registered', () => line.state.phase === 'registered');
  const sipp = made.use(await startSipp(scenario, relay.port));
  relay.reach(sipp.port);
  const all = made.move();
  return {
    relay,
    line,
    rang,
    outcome: sipp.outcome,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

type Desk = Awaited<ReturnType<typeof against>>;

/** sipp calls, and the desk answers. */
async function answered({ rang, outcome }: Desk) {
  const ring = waitFor('a ring', () => rang[0]);
  const { leg } = await Promise.race([ring, outcome.then(fail)]);
  const events = heardBy(leg);
  await leg.answer();
  return { leg, events };
}

function fail(outcome: string): never {
  throw new Error(outcome);
}

const requests = (said: UdpRelay['fromLine'], method: string) =>
  said.filter((one) => one.method === method);
const answers = (said: UdpRelay['fromLine'], status: number) =>
  said.filter((one) => one.status === status);
const of = (events: readonly LegEvent[], type: LegEvent['type']) =>
  events.filter((event) => event.type === type);
const hungUpThere = [{ type: 'ended', end: 'hung-up-there', detail: 'BYE' }];

test('two offers that cross are both refused 491, and both are asked again', async () => {
  await using desk = await against('crossing-offers');
  const { leg, events } = await answered(desk);
  await leg.hold(true);
  expect(await desk.outcome).toBe('0');
  expect(answers(desk.relay.fromLine, 491)).toHaveLength(1);
  const numbers = requests(desk.relay.fromLine, 'INVITE').map((one) =>
    Number.parseInt(one.header('cseq'), 10),
  );
  expect(numbers).toEqual([numbers[0], (numbers[0] ?? 0) + 1]);
  expect(of(events, 'held')).toEqual([{ type: 'held', here: true }]);
  expect(of(events, 'ended')).toEqual(hungUpThere);
});

test('a session that is too short is refused 422 before anybody is rung, and rings with our minimum', async () => {
  await using desk = await against('short-session');
  const { events } = await answered(desk);
  expect(await desk.outcome).toBe('0');
  expect(answers(desk.relay.fromLine, 422)).toHaveLength(1);
  expect(desk.rang).toHaveLength(1);
  expect(of(events, 'ended')).toEqual(hungUpThere);
});

test('an UPDATE without an offer changes nothing; one with an offer holds the call, another takes it back', async () => {
  await using desk = await against('updates');
  const { events } = await answered(desk);
  expect(await desk.outcome).toBe('0');
  expect(answers(desk.relay.fromLine, 200).map(({ body }) => body !== '')).toEqual([
    true, // INVITE
    false,
    true,
    true,
    false, // BYE
  ]);
  expect(of(events, 'held-there')).toEqual([
    { type: 'held-there', there: true },
    { type: 'held-there', there: false },
  ]);
  expect(of(events, 'ended')).toEqual(hungUpThere);
});

test('an extension that nobody knows is refused 420 by its name, and the call without it rings once', async () => {
  await using desk = await against('unknown-extension');
  const { events } = await answered(desk);
  expect(await desk.outcome).toBe('0');
  expect(answers(desk.relay.fromLine, 420)).toHaveLength(1);
  expect(desk.rang).toHaveLength(1);
  expect(of(events, 'ended')).toEqual(hungUpThere);
});

test('a reliable 183 is acknowledged once, and a 200 without a description takes the call up', async () => {
  await using desk = await against('reliable-183');
  const leg = await desk.line.dial('202');
  const events = heardBy(leg);
  const up = waitFor('answered', () => of(events, 'answered')[0]);
  await Promise.race([up, desk.outcome.then(fail)]);
  await leg.hangUp();
  expect(await desk.outcome).toBe('0');
  expect(requests(desk.relay.fromLine, 'PRACK')).toHaveLength(1);
  expect(of(events, 'alerting')).toHaveLength(1);
  expect(of(events, 'ended')).toEqual([{ type: 'ended', end: 'hung-up-here', detail: 'here' }]);
});

test('garbage in a call does not end it: the BYE after it does', async () => {
  await using desk = await against('garbage');
  const { events } = await answered(desk);
  expect(await desk.outcome).toBe('0');
  const final = desk.relay.fromLine.map(({ status }) => status ?? 0).filter((one) => one >= 200);
  // INVITE; nothing to what cannot be read; cut off; no description; no such method; BYE
  expect(final).toEqual([200, 400, 488, 405, 200]);
  expect(of(events, 'ended')).toEqual(hungUpThere);
  expect(desk.line.state.phase).toBe('registered');
});

test('INFO and OPTIONS in a call are answered, and the desk hears nothing of them', async () => {
  await using desk = await against('questions');
  const { events } = await answered(desk);
  expect(await desk.outcome).toBe('0');
  const told = events.map(({ type }) => type).filter((type) => type !== 'audio');
  expect(told).toEqual(['answered', 'dialog', 'ended']);
  expect(of(events, 'ended')).toEqual(hungUpThere);
});

test.each([
  ['moved', '302 Moved Temporarily'],
  ['unavailable', '503 Service Unavailable'],
])('a call that is %s fails with the words of the exchange', async (scenario, detail) => {
  await using desk = await against(scenario);
  const events = heardBy(await desk.line.dial('202'));
  expect(await desk.outcome).toBe('0');
  await waitFor('the end', () => of(events, 'ended')[0]);
  expect(events).toEqual([{ type: 'ended', end: 'failed', detail }]);
  expect(requests(desk.relay.fromLine, 'INVITE')).toHaveLength(1);
});
