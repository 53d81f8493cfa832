/** One desk, two customers: hold, a second call with its own card, swapping, tones, early sound, refusals. Asterisk 22. */
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { demoCentre } from './support/asterisk.ts';
import type { CityCaller } from './support/city-caller.ts';
import { listenFor } from './support/ear.ts';
import { floorGear } from './support/floor-gear.ts';
import { ana, bor, customerHz, musicHz, openHouse, secondHz, type House } from './support/house.ts';
import type { LedDesk } from './support/led-desk.ts';
import { waitFor } from './support/wait-for.ts';

let house: House;
let desk: LedDesk;
let customer: CityCaller;
let second: CityCaller;

/** To Ana's desk without a queue. */
const straight = `7${ana.extension}`;
/** ETSI TR 101 041: another call waits. */
const waitingHz = 425;
/** The higher note of the two that announce a call which answers itself. */
const announcedHz = 880;

beforeAll(async () => {
  house = await openHouse(floorGear(), {
    centre: await centreWhereTaxiAnswersItself(),
    lineSettings: {
      // RFC 3262: a 183 is sent until it is acknowledged, to whoever can.
      201: ['endpoint/100rel = peer_supported'],
      202: ['endpoint/dtmf_mode = info'],
    },
  });
  [customer, second, desk] = await Promise.all([
    house.telephone({ number: '+38641555101', toneHz: customerHz }),
    house.telephone({ number: '+38640555103', toneHz: secondHz }),
    house.desk(ana),
  ]);
});
afterEach(async () => {
  customer.drop();
  second.drop();
  await desk.clear();
  await house.quiet();
});
afterAll(async () => {
  await house?.[Symbol.asyncDispose]();
});

async function centreWhereTaxiAnswersItself(): Promise<string> {
  const file = path.join(await mkdtemp(path.join(inject('floorFolder'), 'centre-')), 'centre.yaml');
  const demo = await readFile(demoCentre, 'utf8');
  await writeFile(file, demo.replace(/^( +)- projectId: taxi$/m, '$&\n$1  autoAnswer: true'));
  return file;
}

async function talking(caller: CityCaller, hz: number): Promise<string> {
  await caller.call(straight);
  const callId = await desk.nextCall();
  await desk.answer(callId);
  await bothHear(caller, hz);
  return callId;
}

/** The operator and this caller hear each other. */
async function bothHear(caller: CityCaller, hz: number): Promise<void> {
  await desk.hears(hz);
  await caller.hears(ana.toneHz);
}

test('hold gives the customer music, and resume brings both voices back', async () => {
  const callId = await talking(customer, customerHz);
  const { rpc } = desk.desk;
  await rpc.calls.hold({ callId, held: true });
  await desk.until(callId, 'held');
  await customer.hears(musicHz);
  await waitFor('the desk hearing nothing', async () => !(await desk.isHearing(customerHz)));
  await rpc.calls.hold({ callId, held: false });
  await desk.until(callId, 'talking');
  await bothHear(customer, customerHz);
  expect(desk.call(callId)).toMatchObject({ phase: 'talking', heldThere: false });
});

test('a second call rings with a card of its own, is answered while the first waits, and both can be swapped', async () => {
  const first = await talking(customer, customerHz);
  const { rpc } = desk.desk;
  await second.call(straight);
  const other = await desk.nextCall();
  await desk.hears(waitingHz);
  expect(desk.desk.shown(other).card.customer?.name).not.toBe(
    desk.desk.shown(first).card.customer?.name,
  );
  expect(desk.desk.shown(first).card.customer?.name).toBe('Marija Žagar');
  await bothHear(customer, customerHz);

  await desk.answer(other);
  await desk.until(first, 'held');
  await bothHear(second, secondHz);
  await customer.hears(musicHz);

  await rpc.calls.swap({ callId: first });
  await desk.until(first, 'talking');
  await desk.until(other, 'held');
  await bothHear(customer, customerHz);
  await second.hears(musicHz);

  await second.hangUp();
  await desk.until(other, 'ended');
  await bothHear(customer, customerHz);
});

test('the first call is not touched when the second is refused', async () => {
  await talking(customer, customerHz);
  await second.call(straight);
  const other = await desk.nextCall();
  await desk.desk.rpc.calls.reject({ callId: other, reason: 'busy' });
  expect(await second.waitFor('closed')).toContain('486');
  await bothHear(customer, customerHz);
});

describe('a refused call', () => {
  test.each([
    ['busy', '486'],
    ['do-not-disturb', '480'],
    ['to-queue', '480'],
  ] as const)('%s: the caller is told %s', async (reason, status) => {
    await customer.call(straight);
    const callId = await desk.nextCall();
    await desk.desk.rpc.calls.reject({ callId, reason });
    expect(await customer.waitFor('closed')).toContain(status);
  });
});

test('Asterisk sees the tones that were keyed, sent by RFC 4733', async () => {
  const callId = await talking(customer, customerHz);
  const from = house.asterisk.ami.events.length;
  await desk.desk.rpc.calls.sendDtmf({ callId, tones: '1a#'.toUpperCase() });
  expect(await tonesAt('201', from, 3)).toBe('1A#');
  await bothHear(customer, customerHz);
});

/** The tones that Asterisk has received from that line, once there are so many. */
function tonesAt(extension: string, from: number, count: number): Promise<string> {
  return waitFor(`${count} tones at Asterisk`, () => {
    const seen = house.asterisk.ami.events
      .slice(from)
      .filter(
        (event) =>
          event['Event'] === 'DTMFEnd' &&
          event['Direction'] === 'Received' &&
          event['Channel']?.startsWith(`PJSIP/${extension}-`) === true,
      )
      .map((event) => event['Digit'])
      .join('');
    return seen.length >= count && seen;
  });
}

test('a desk that negotiated no telephone-event keys by INFO', async () => {
  const other = await house.desk(bor);
  await customer.call(`7${bor.extension}`);
  const callId = await other.nextCall();
  await other.answer(callId);
  await other.hears(customerHz);
  const from = house.asterisk.ami.events.length;
  await other.desk.rpc.calls.sendDtmf({ callId, tones: '42' });
  expect(await tonesAt('202', from, 2)).toBe('42');
  await other.hears(customerHz);
  await customer.hears(bor.toneHz);
  await other.clear();
});

test('what the exchange says before the answer is heard (183)', async () => {
  const { callId } = await desk.desk.rpc.calls.dial({
    number: '604',
    projectId: null,
    customerId: null,
  });
  await desk.hears(1004);
  expect(desk.desk.shown(callId).call).toMatchObject({ phase: 'alerting', answeredAt: null });
});

test('the early sound is acknowledged (PRACK), and after the answer both directions carry sound', async () => {
  const { callId } = await desk.desk.rpc.calls.dial({
    number: '605',
    projectId: null,
    customerId: null,
  });
  await desk.hears(1004);
  expect(desk.call(callId).phase).toBe('alerting');
  expect((await desk.desk.rpc.debug.report()).text).toContain(' sent\nPRACK ');
  await desk.until(callId, 'talking');
  // What the operator says comes back from there.
  await desk.hears(ana.toneHz);
});

test('a call that the desk makes is heard both ways, and the last number is dialled again', async () => {
  const called = await house.telephone({
    number: '+38651000001',
    toneHz: customerHz,
    port: house.asterisk.cityPort,
    answers: 'at-once',
  });
  const { rpc } = desk.desk;
  const { callId } = await rpc.calls.dial({
    number: '051 000 001',
    projectId: 'internet',
    customerId: null,
  });
  await desk.until(callId, 'talking');
  await desk.hears(customerHz);
  await called.hears(ana.toneHz);
  await desk.clear();

  const again = await rpc.calls.redial();
  await desk.until(again.callId, 'talking');
  expect(desk.desk.shown(again.callId).call.party.number).toBe('+38651000001');
  await desk.hears(customerHz);
  await called.hears(ana.toneHz);
});

describe('a call that shall answer itself', () => {
  test('does so when the exchange asks, with a tone, and both are heard', async () => {
    const wasAnnounced = await listenFor(await desk.voice(), announcedHz);
    await customer.call(`8${ana.extension}`);
    const callId = await desk.nextCall('talking');
    expect(await wasAnnounced()).toBe(true);
    expect(desk.desk.shown(callId).call.autoAnswered).toBe(true);
    await bothHear(customer, customerHz);
  });

  test('does so when it comes from a queue whose project says so, with a tone', async () => {
    const wasAnnounced = await listenFor(await desk.voice(), announcedHz);
    await customer.call('+38616002030');
    const callId = await desk.nextCall('talking');
    expect(await wasAnnounced()).toBe(true);
    expect(desk.desk.shown(callId)).toMatchObject({
      call: { autoAnswered: true, queue: 'taxi' },
      card: { project: { projectId: 'taxi' } },
    });
    await bothHear(customer, customerHz);
  });

  test('rings like any other when nobody asks', async () => {
    await customer.call(straight);
    const callId = await desk.nextCall();
    await customer.waitFor('ringing');
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(desk.desk.shown(callId).call.phase).toBe('ringing');
  });

  test('does not take the operator out of another call', async () => {
    const first = await talking(customer, customerHz);
    await second.call(`8${ana.extension}`);
    const other = await desk.nextCall();
    await bothHear(customer, customerHz);
    expect(desk.desk.shown(first).call.phase).toBe('talking');
    expect(desk.desk.shown(other).call.phase).toBe('ringing');
  });
});
