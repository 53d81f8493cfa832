/** What goes away in a call: the socket, the exchange, the voice page, the microphone; and a machine that slept. Asterisk 22. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openTcpDoor, type TcpDoor } from './support/tcp-door.ts';
import type { CityCaller } from './support/city-caller.ts';
import { floorGear } from './support/floor-gear.ts';
import { ana, customerHz, openHouse, type House } from './support/house.ts';
import type { LedDesk } from './support/led-desk.ts';
import { hasPeers, spendPeers } from './support/spent-peers.ts';
import { waitFor } from './support/wait-for.ts';

let house: House;
let door: TcpDoor;
let desk: LedDesk;
let customer: CityCaller;

beforeAll(async () => {
  house = await openHouse(floorGear(), {
    exchange: async (address) => {
      door = await openTcpDoor(address);
      return door.address;
    },
  });
  [customer, desk] = await Promise.all([
    house.telephone({
      number: '+38641555101',
      toneHz: customerHz,
      port: house.asterisk.cityPort,
      answers: 'at-once',
    }),
    house.desk(ana),
  ]);
});
afterEach(async () => {
  customer.drop();
  await desk.clear();
  await house.quiet();
  await waitFor('the line registered', () => desk.desk.line.phase === 'registered');
  await house.asterisk.waitForRegistered(ana.extension);
});
afterAll(async () => {
  await house?.[Symbol.asyncDispose]();
  await door?.[Symbol.asyncDispose]();
});

async function talking(): Promise<string> {
  await customer.call(`7${ana.extension}`);
  const callId = await desk.nextCall();
  await desk.answer(callId);
  await bothHear();
  return callId;
}

async function bothHear(): Promise<void> {
  await desk.hears(customerHz);
  await customer.hears(ana.toneHz);
}

describe('the socket is cut', () => {
  test('in a call: nobody hears it, and the line is there again', async () => {
    const callId = await talking();
    using arrival = await customer.watchArrival();
    door.cut();
    await waitFor('the line lost', () => desk.desk.line.phase !== 'registered');
    await waitFor('the line back', () => desk.desk.line.phase === 'registered');
    await bothHear();
    expect(arrival.longestSilence).toBeLessThan(0.5);
    expect(desk.call(callId)).toMatchObject({ phase: 'talking', audio: 'flowing' });
  });

  test('while the customer is held: he is held after it, and comes back', async () => {
    const callId = await talking();
    const { rpc } = desk.desk;
    await rpc.calls.hold({ callId, held: true });
    await desk.until(callId, 'held');
    door.cut();
    await waitFor('the line lost', () => desk.desk.line.phase !== 'registered');
    await waitFor('the line back', () => desk.desk.line.phase === 'registered');
    expect(desk.call(callId).phase).toBe('held');
    await rpc.calls.hold({ callId, held: false });
    await bothHear();
  });

  test('and mute is kept', async () => {
    const callId = await talking();
    await desk.desk.rpc.calls.mute({ callId, muted: true });
    await waitFor('silence there', async () => !(await customer.isHearing(ana.toneHz)));
    door.cut();
    await waitFor('the line lost', () => desk.desk.line.phase !== 'registered');
    await waitFor('the line back', () => desk.desk.line.phase === 'registered');
    await desk.hears(customerHz);
    expect(await customer.isHearing(ana.toneHz)).toBe(false);
    expect(desk.call(callId).muted).toBe(true);
    await desk.desk.rpc.calls.mute({ callId, muted: false });
    await bothHear();
  });
});

test('the voice page dies: a new one takes the call back, and both hear each other', async () => {
  const callId = await talking();
  using arrival = await customer.watchArrival();
  const dead = await desk.voice();
  await dead.evaluate(() => {
    Reflect.set(window, 'dead', true);
    location.reload();
  });
  await waitFor('another voice page', async () =>
    (await desk.voice()).evaluate(() => !('dead' in window)),
  );
  await bothHear();
  await desk.until(callId, 'talking');
  expect(arrival.longestSilence).toBeGreaterThan(0.1);
  expect(arrival.longestSilence).toBeLessThan(3);
});

test('the browser makes no more peers for the voice page: another page has the next call', async () => {
  await talking();
  customer.drop();
  await desk.clear();
  await spendPeers(await desk.voice());
  await customer.call(`7${ana.extension}`);
  const callId = await desk.nextCall();
  await waitFor('another voice page', async () => hasPeers(await desk.voice()));
  await waitFor('its sound', () => desk.desk.audio.proven);
  await desk.answer(callId);
  await bothHear();
  expect(desk.call(callId)).toMatchObject({ phase: 'talking', end: null });
});

test('the whole tab is closed in a call: another one takes it back', async () => {
  const callId = await talking();
  await desk.page.close({ runBeforeUnload: false });
  await waitFor('no voice page', () => desk.desk.audio.page === 'gone');
  expect(desk.call(callId).phase).toBe('talking');
  await desk.reopen();
  await bothHear();
  expect(desk.call(callId)).toMatchObject({ phase: 'talking', end: null });
});

test('the exchange is killed in a call: the call is told to be lost, and one key calls back with what was typed', async () => {
  const callId = await talking();
  await desk.desk.rpc.calls.chooseProject({ callId, projectId: 'internet' });
  const street = desk.page.locator('#form_street');
  await street.fill('Trg svobode 12');
  await desk.page.locator('[data-draft="saved"]').waitFor();
  await house.asterisk.kill();
  await waitFor('the line lost', () => desk.desk.line.phase === 'lost');
  await house.asterisk.restart();
  await waitFor('the line back', () => desk.desk.line.phase === 'registered');
  await desk.until(callId, 'ended');
  expect(desk.call(callId).end).toBe('failed');
  await desk.page
    .locator('[data-happening="broken-off"], [data-happening="interrupted"]')
    .waitFor();
  await desk.page.keyboard.press('F2');
  const again = await desk.nextCall('talking');
  await bothHear();
  await waitFor(
    'what was typed, on the new card',
    () => desk.desk.shown(again).card.draft.form['street'] === 'Trg svobode 12',
  );
  await expect.poll(() => street.inputValue()).toBe('Trg svobode 12');
});

test('a machine that slept finds its line again, and the call when the exchange still has it', async () => {
  const callId = await talking();
  process.kill(house.asterisk.pid, 'SIGSTOP');
  await waitFor('the line lost', () => desk.desk.line.phase !== 'registered');
  process.kill(house.asterisk.pid, 'SIGCONT');
  await waitFor('the line back', () => desk.desk.line.phase === 'registered');
  await bothHear();
  expect(desk.call(callId).phase).toBe('talking');
});
