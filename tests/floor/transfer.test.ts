/**
 * One call handed on, two calls joined: blind and consult transfer to a colleague's telephone and to a colleague's desk, with
 * the card; and a conference. After each step everybody who should be heard is heard. Asterisk 22.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { CityCaller } from './support/city-caller.ts';
import { floorGear } from './support/floor-gear.ts';
import {
  ana,
  bor,
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

/** A colleague with a desk telephone; another that rings and is never answered; one that nobody has. */
const colleagueAt = '220';
const absentAt = '221';
const nobodyAt = '399';
const straight = `7${ana.extension}`;

let house: House;
let desk: LedDesk;
let borsDesk: LedDesk;
let customer: CityCaller;
let second: CityCaller;
let colleague: CityCaller;

beforeAll(async () => {
  const [port, absentPort] = [await freeUdpPort(), await freeUdpPort()];
  house = await openHouse(floorGear(), {
    telephones: { [colleagueAt]: port, [absentAt]: absentPort },
  });
  [customer, second, colleague, , desk] = await Promise.all([
    house.telephone({ number: '+38641555101', toneHz: customerHz }),
    house.telephone({ number: '+38640555103', toneHz: secondHz }),
    house.telephone({ number: '220', toneHz: colleagueHz, port, answers: 'at-once' }),
    house.telephone({ number: '221', port: absentPort }),
    house.desk(ana),
  ]);
  borsDesk = await house.desk(bor);
});
afterEach(async () => {
  for (const telephone of [customer, second, colleague]) telephone.drop();
  await desk.clear();
  await borsDesk.clear();
  await house.quiet();
});
afterAll(async () => {
  await house?.[Symbol.asyncDispose]();
});

async function talking(caller = customer, hz = customerHz): Promise<string> {
  await caller.call(straight);
  const callId = await desk.nextCall();
  await desk.answer(callId);
  await desk.hears(hz);
  await caller.hears(ana.toneHz);
  return callId;
}

async function hearEachOther(one: CityCaller, oneHz: number, other: CityCaller, otherHz: number) {
  await one.hears(otherHz);
  await other.hears(oneHz);
}

const endOf = (callId: string) => desk.call(callId).end;

describe('a blind transfer', () => {
  test('to a telephone: customer and colleague hear each other, the operator is out', async () => {
    const callId = await talking();
    await desk.desk.rpc.calls.transfer({ callId, to: colleagueAt });
    await desk.until(callId, 'ended');
    expect(endOf(callId)).toBe('transferred');
    await hearEachOther(customer, customerHz, colleague, colleagueHz);
    await waitFor('the desk out', async () => {
      const channels = await house.asterisk.channels();
      return channels.length === 2 && channels.every((one) => !one.startsWith('PJSIP/201-'));
    });
  });

  test('to a desk: it rings there with the customer’s card and the words typed so far', async () => {
    const callId = await talking();
    const { draft } = desk.desk.shown(callId).card;
    await desk.desk.rpc.calls.chooseProject({ callId, projectId: 'internet' });
    await desk.desk.rpc.calls.saveDraft({
      callId,
      draft: { ...draft, ...desk.desk.shown(callId).card.draft, note: 'Želi ponudbo za hišo.' },
    });
    await desk.desk.rpc.calls.transfer({ callId, to: bor.extension });
    const there = await borsDesk.nextCall();
    await waitFor('the card there', () => {
      const { card } = borsDesk.desk.shown(there);
      return card.handedBy !== null && card.customer?.name === 'Marija Žagar';
    });
    expect(borsDesk.desk.shown(there).card.draft.note).toBe('Želi ponudbo za hišo.');
    await borsDesk.answer(there);
    await borsDesk.hears(customerHz);
    await customer.hears(bor.toneHz);
    await desk.until(callId, 'ended');
    expect(endOf(callId)).toBe('transferred');
  });

  test.each([
    ['that nobody is signed in at', '203'],
    ['that does not exist', '299'],
  ])('to a desk %s: the customer comes back and rings here', async (_which, extension) => {
    const callId = await talking();
    await desk.desk.rpc.calls.transfer({ callId, to: extension }).catch(() => undefined);
    const again = await desk.nextCall();
    await desk.answer(again);
    await desk.hears(customerHz);
    await customer.hears(ana.toneHz);
    await desk.until(callId, 'ended');
    expect(endOf(callId)).toBe('transferred');
  });

  test('to a number that nobody has: the customer is still with the operator', async () => {
    const callId = await talking();
    await desk.desk.rpc.calls.transfer({ callId, to: nobodyAt }).catch(() => undefined);
    await waitFor('the failure told', () => desk.call(callId).transfer?.state === 'failed');
    expect(desk.call(callId).end).toBeNull();
    await desk.until(callId, 'talking');
    await desk.hears(customerHz);
    await customer.hears(ana.toneHz);
  });
});

describe('a consult transfer', () => {
  async function consulting(to: string) {
    const callId = await talking();
    const consult = await desk.desk.rpc.calls.consult({ callId, to });
    await desk.until(callId, 'held');
    await customer.hears(musicHz);
    return { callId, consultId: consult.callId };
  }

  test('asks the colleague, goes to and fro, and joins the two, who hear each other', async () => {
    const { callId, consultId } = await consulting(colleagueAt);
    await desk.until(consultId, 'talking');
    expect(desk.desk.shown(consultId).call.consultFor).toBe(callId);
    await desk.hears(colleagueHz);
    await colleague.hears(ana.toneHz);

    await desk.desk.rpc.calls.swap({ callId });
    await desk.until(callId, 'talking');
    await desk.hears(customerHz);
    await customer.hears(ana.toneHz);
    await colleague.hears(musicHz);

    await desk.desk.rpc.calls.swap({ callId: consultId });
    await desk.until(consultId, 'talking');
    await desk.hears(colleagueHz);
    await customer.hears(musicHz);

    await desk.desk.rpc.calls.completeTransfer({ callId: consultId });
    await desk.until(callId, 'ended');
    await desk.until(consultId, 'ended');
    expect(endOf(callId)).toBe('transferred');
    await hearEachOther(customer, customerHz, colleague, colleagueHz);
  });

  test('with a colleague at a desk: the card is there before the answer, and the call is there after', async () => {
    const { callId, consultId } = await consulting(bor.extension);
    const there = await borsDesk.nextCall();
    await borsDesk.answer(there);
    await desk.until(consultId, 'talking');
    await desk.hears(bor.toneHz);
    await borsDesk.hears(ana.toneHz);
    expect(desk.call(consultId).party.displayName).toBe('Bor Novak');
    await desk.desk.rpc.calls.completeTransfer({ callId });
    await desk.until(callId, 'ended');
    await borsDesk.hears(customerHz);
    await customer.hears(bor.toneHz);
    const { card } = borsDesk.desk.shown(there);
    expect(card.customer?.name).toBe('Marija Žagar');
    expect(card.handedBy).not.toBeNull();
  });

  test('the colleague who does not answer is let go, and the customer is taken back', async () => {
    const { callId, consultId } = await consulting(absentAt);
    await desk.until(consultId, 'alerting');
    await desk.desk.rpc.calls.hangUp({ callId: consultId });
    await desk.until(consultId, 'ended');
    await desk.desk.rpc.calls.hold({ callId, held: false });
    await desk.hears(customerHz);
    await customer.hears(ana.toneHz);
    expect(desk.call(callId).phase).toBe('talking');
  });

  test('the customer who hangs up while the colleague is asked ends that call alone', async () => {
    const { callId, consultId } = await consulting(colleagueAt);
    await desk.until(consultId, 'talking');
    await customer.hangUp();
    await desk.until(callId, 'ended');
    await desk.hears(colleagueHz);
    await colleague.hears(ana.toneHz);
    expect(desk.call(callId).end).toBe('hung-up-there');
  });
});

describe('a conference', () => {
  async function three(): Promise<{ one: string; other: string }> {
    const one = await talking();
    await second.call(straight);
    const other = await desk.nextCall();
    await desk.answer(other);
    await desk.hears(secondHz);
    await desk.desk.rpc.calls.conference({ callIds: [one, other] });
    for (const callId of [one, other]) {
      await desk.until(callId, 'talking');
      expect(desk.desk.shown(callId).call.inConference).toBe(true);
    }
    return { one, other };
  }

  async function allHearEachOther(): Promise<void> {
    await desk.hears(customerHz);
    await desk.hears(secondHz);
    await customer.hears(ana.toneHz);
    await customer.hears(secondHz);
    await second.hears(ana.toneHz);
    await second.hears(customerHz);
  }

  test('each hears the other two', async () => {
    const { one } = await three();
    await allHearEachOther();
    expect(desk.call(one).inConference).toBe(true);
  });

  test('who leaves it does not take the others along', async () => {
    const { one, other } = await three();
    await allHearEachOther();
    await second.hangUp();
    await desk.until(other, 'ended');
    await desk.until(one, 'talking');
    await desk.hears(customerHz);
    await customer.hears(ana.toneHz);
    expect(desk.call(one).end).toBeNull();
  });

  test('split: one is talked to, the other waits', async () => {
    const { one, other } = await three();
    await desk.desk.rpc.calls.split({ callId: one });
    await desk.until(one, 'talking');
    await desk.until(other, 'held');
    await desk.hears(customerHz);
    await customer.hears(ana.toneHz);
    await second.hears(musicHz);
    await waitFor(
      'the customer no longer hearing the other',
      async () => !(await customer.isHearing(secondHz)),
    );
    expect(desk.call(other).inConference).toBe(false);
  });
});
