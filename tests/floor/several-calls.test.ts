/**
 * Three calls at one desk, and colleagues who are asked: led by the operator's keys and buttons on the page, sound asserted in
 * both directions after each step. Asterisk 22.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { CallEvent, CityCaller } from './support/city-caller.ts';
import { floorGear } from './support/floor-gear.ts';
import {
  ana,
  colleagueHz,
  customerHz,
  musicHz,
  openHouse,
  secondHz,
  type House,
} from './support/house.ts';
import type { LedDesk } from './support/led-desk.ts';
import { freeUdpPort } from './support/ports.ts';
import { waitFor } from './support/wait-for.ts';

const straight = `7${ana.extension}`;
/** A colleague who answers at once and one who answers by hand. */
const colleagueAt = '220';
const slowAt = '221';
const thirdHz = 1500;

let house: House;
let desk: LedDesk;
let customer: CityCaller;
let second: CityCaller;
let third: CityCaller;
let colleague: CityCaller;
let slow: CityCaller;

beforeAll(async () => {
  const [port, slowPort] = [await freeUdpPort(), await freeUdpPort()];
  house = await openHouse(floorGear(), {
    telephones: { [colleagueAt]: port, [slowAt]: slowPort },
  });
  [customer, second, third, colleague, slow, desk] = await Promise.all([
    house.telephone({ number: '+38641555101', toneHz: customerHz }),
    house.telephone({ number: '+38640555103', toneHz: secondHz }),
    house.telephone({ number: '+38651000009', toneHz: thirdHz }),
    house.telephone({ number: colleagueAt, toneHz: colleagueHz, port, answers: 'at-once' }),
    house.telephone({ number: slowAt, toneHz: colleagueHz, port: slowPort }),
    house.desk(ana),
  ]);
});
afterEach(async () => {
  for (const telephone of [customer, second, third, colleague, slow]) telephone.drop();
  await desk.clear();
  await house.quiet();
});
afterAll(async () => {
  await house?.[Symbol.asyncDispose]();
});

const press = (key: string) => desk.page.keyboard.press(key);

/** Rings, is answered by key, and both hear each other. */
async function talking(caller = customer, hz = customerHz): Promise<string> {
  await caller.call(straight);
  const callId = await desk.nextCall();
  await desk.page.getByRole('button', { name: 'Sprejmi' }).first().waitFor();
  await press('F2');
  await desk.until(callId, 'talking');
  await bothHear(caller, hz);
  return callId;
}

async function bothHear(caller: CityCaller, hz: number): Promise<void> {
  await desk.hears(hz);
  await caller.hears(ana.toneHz);
}

/** The others hear the exchange's music, and nothing of the operator's talk. */
async function wait(...callers: readonly CityCaller[]): Promise<void> {
  for (const caller of callers) {
    await caller.hears(musicHz);
    expect(await caller.isHearing(ana.toneHz)).toBe(false);
  }
}

/** Until this telephone rings, from now on. */
const rings = (telephone: CityCaller) => happens(telephone, 'rung');

async function happens(telephone: CityCaller, what: CallEvent): Promise<void> {
  const from = telephone.events.length;
  await waitFor(`the telephone: ${what}`, () =>
    telephone.events.slice(from).some(({ type }) => type === what),
  );
}

/** F8, the number, Enter: the customer waits, the colleague is called. */
async function ask(callId: string, to: string): Promise<string> {
  await press('F8');
  await desk.page.locator('input[aria-autocomplete="list"]:focus').waitFor();
  await desk.page.keyboard.type(to);
  await press('Enter');
  const asked = await waitFor('the call to the colleague', () =>
    [...desk.desk.calls.values()].find(({ call }) => call.consultFor === callId),
  );
  return asked.call.callId;
}

describe('three calls at once', () => {
  test('each is reached by its own button, F10 goes back to the last, and the others wait', async () => {
    const one = await talking();
    const two = await talking(second, secondHz);
    await desk.until(one, 'held');
    const three = await talking(third, thirdHz);
    await desk.until(two, 'held');
    await wait(customer, second);

    await talkTo(one);
    await bothHear(customer, customerHz);
    await wait(second, third);

    await talkTo(two);
    await bothHear(second, secondHz);
    await wait(customer, third);

    await press('F10');
    await desk.until(one, 'talking');
    await bothHear(customer, customerHz);
    await wait(second, third);

    await third.hangUp();
    await desk.until(three, 'ended');
    await bothHear(customer, customerHz);
    await wait(second);
    expect([one, two].map((callId) => desk.call(callId).phase)).toEqual(['talking', 'held']);
  });

  async function talkTo(callId: string): Promise<void> {
    const row = desk.page.locator(`li[data-call="${callId}"]`);
    await row.getByRole('button', { name: /^Govori: / }).click();
    await desk.until(callId, 'talking');
  }
});

describe('a colleague who is asked', () => {
  test('still rings when the customer is sent there: it rings on, and then the two hear each other', async () => {
    let callId = await sendWhileItRings();
    while ((await toldOf(callId)) === 'transferred') {
      await joined(callId);
      await customer.hangUp();
      await house.quiet();
      callId = await sendWhileItRings();
    }
    // The exchange sends the desk no sound meanwhile; so long that the desk takes it for lost.
    await sleep(12_000);
    expect(desk.call(callId)).toMatchObject({ end: null, transfer: { state: 'ringing' } });
    await joined(callId);
  });

  async function sendWhileItRings(): Promise<string> {
    const callId = await talking();
    const rung = rings(slow);
    const consultId = await ask(callId, slowAt);
    await desk.until(consultId, 'alerting');
    await rung;
    // The telephone rings twice for a moment; it is to answer the second.
    const [rungForCustomer, askedNoMore] = [rings(slow), happens(slow, 'closed')];
    await press('F8');
    await Promise.all([rungForCustomer, askedNoMore]);
    return callId;
  }

  /**
   * Asterisk 22 takes a frame of its hold music for the answer, if one is written after the REFER and before the ring
   * (res_pjsip_refer, refer_progress_framehook), and reports 200: once in twenty to eighty times. The operator is out then, and
   * the telephone rings on all the same.
   */
  const toldOf = (callId: string) =>
    waitFor('what the exchange tells', () => {
      const { end, transfer } = desk.call(callId);
      if (end === null && transfer?.state !== 'ringing') throw new Error(JSON.stringify(transfer));
      return end ?? 'ringing';
    });

  async function joined(callId: string): Promise<void> {
    await slow.answer();
    await slow.hears(customerHz);
    await customer.hears(colleagueHz);
    await desk.until(callId, 'ended');
    expect(desk.call(callId).end).toBe('transferred');
  }

  test('refuses: the customer is back by itself', async () => {
    const callId = await talking();
    const rung = rings(slow);
    const consultId = await ask(callId, slowAt);
    await rung;
    await slow.hangUp();
    await desk.until(consultId, 'ended');
    await desk.until(callId, 'talking');
    await bothHear(customer, customerHz);
    expect(desk.call(callId).end).toBeNull();
  });

  test('cannot be reached: the customer is back by itself', async () => {
    const callId = await talking();
    await press('F8');
    await desk.page.locator('input[aria-autocomplete="list"]:focus').waitFor();
    await desk.page.keyboard.type('399');
    await press('Enter');
    await waitFor('the customer having waited', () =>
      desk.desk.events.some(
        (event) =>
          event.type === 'call' && event.call.callId === callId && event.call.phase === 'held',
      ),
    );
    await desk.until(callId, 'talking');
    await bothHear(customer, customerHz);
    expect(desk.call(callId).end).toBeNull();
  });

  test('joins the conversation: each hears the other two', async () => {
    const callId = await talking();
    const consultId = await ask(callId, colleagueAt);
    await desk.until(consultId, 'talking');
    await bothHear(colleague, colleagueHz);
    await wait(customer);
    await press('Shift+F8');
    await waitFor('the conference', () => desk.call(callId).inConference);
    await bothHear(customer, customerHz);
    await bothHear(colleague, colleagueHz);
    await customer.hears(colleagueHz);
    await colleague.hears(customerHz);

    await colleague.hangUp();
    await desk.until(consultId, 'ended');
    await bothHear(customer, customerHz);
    expect(desk.call(callId).end).toBeNull();
  });
});
