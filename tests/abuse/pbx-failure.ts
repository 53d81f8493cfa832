/** The exchange fails in a call: its socket is closed, it stands still, it is killed and comes back. A real Asterisk. */
import { setTimeout as sleep } from 'node:timers/promises';
import { floorPackages } from '../../tools/floor/debian-packages.ts';
import { percentiles } from '../bench/figures.ts';
import { ana, customerHz, openHouse, type House } from '../floor/support/house.ts';
import type { CityCaller } from '../floor/support/city-caller.ts';
import type { LedDesk } from '../floor/support/led-desk.ts';
import { waitFor } from '../floor/support/wait-for.ts';
import type { AbuseRun, Verdict } from './support/report.ts';
import { lostNoticedMs } from './support/lost-noticed.ts';
import { openTcpDoor, type TcpDoor } from '../floor/support/tcp-door.ts';
import { machineJitter } from './support/machine-jitter.ts';
import { houseGear, openWorkshop } from './support/workshop.ts';

const customerNumber = '+38641555101';
const street = 'Trg svobode 12';
const registeredWithinMs = 3000;

interface Scene {
  readonly house: House;
  readonly desk: LedDesk;
  readonly customer: CityCaller;
  readonly door: TcpDoor;
  /** In a call with a half-typed form. */
  readonly callId: string;
}

export async function pbxFailure(run: AbuseRun): Promise<void> {
  await using workshop = await openWorkshop({ packages: floorPackages, build: 'pages' });
  await using stack = new AsyncDisposableStack();
  let door: TcpDoor | undefined;
  const house = await openHouse(await houseGear(workshop), {
    exchange: async (address) => {
      door = stack.use(await openTcpDoor(address));
      return door.address;
    },
  });
  stack.use(house);
  const customer = await house.telephone({
    number: customerNumber,
    toneHz: customerHz,
    port: house.asterisk.cityPort,
    answers: 'at-once',
  });
  const desk = await house.desk(ana);
  const inACall = async (act: (scene: Scene) => Promise<Facts>): Promise<Facts> => {
    if (!door) throw new Error('the desk does not use the door');
    const callId = await talk(house, desk, customer);
    try {
      return await act({ house, desk, customer, door, callId });
    } finally {
      customer.drop();
      await desk.clear();
      await waitFor(
        'all channels gone',
        async () => (await house.asterisk.channels()).length === 0,
      );
    }
  };
  const rounds = (long: number): number => (run.short ? 1 : long);
  await run.judge('socket closed', () => judged(rounds(20), () => inACall(socketClosed), run));
  await run.judge('stopped', () =>
    judged(rounds(3), () => inACall((scene) => stopped(scene, run.short ? 5 : 10)), run),
  );
  await run.judge('killed', () => judged(rounds(5), () => inACall(killed), run));
}

interface Facts {
  readonly pass: boolean;
  /** Since the exchange could be reached again. */
  readonly registeredMs: number;
  readonly gapSeconds: number;
  readonly formIntact: boolean;
  readonly callUp: boolean;
  /** From the failure until the page's header says that the line is lost; null where nobody need see it. */
  readonly noticedMs: number | null;
}

async function judged(rounds: number, act: () => Promise<Facts>, run: AbuseRun): Promise<Verdict> {
  const all: Facts[] = [];
  for (let round = 0; round < rounds; round++) all.push(await act());
  const registered = percentiles(all.map(({ registeredMs }) => registeredMs));
  return {
    pass: all.every(({ pass }) => pass) && (run.short || registered.p95 <= registeredWithinMs),
    rounds,
    registeredP50Ms: registered.p50,
    registeredP95Ms: registered.p95,
    noticedMaxMs: Math.max(...all.map(({ noticedMs }) => noticedMs ?? 0)),
    longestGapSeconds: Math.max(...all.map(({ gapSeconds }) => gapSeconds)),
    formsIntact: all.filter(({ formIntact }) => formIntact).length,
    callsUp: all.filter(({ callUp }) => callUp).length,
  };
}

async function talk(house: House, desk: LedDesk, customer: CityCaller): Promise<string> {
  await waitFor('the line registered', () => desk.desk.line.phase === 'registered');
  await house.asterisk.waitForRegistered(ana.extension);
  await customer.call(`7${ana.extension}`);
  const callId = await desk.nextCall();
  await desk.answer(callId);
  await desk.hears(customerHz);
  await customer.hears(ana.toneHz);
  await desk.desk.rpc.calls.chooseProject({ callId, projectId: 'internet' });
  await desk.page.locator('#form_street').fill(street);
  await desk.page.locator('[data-draft="saved"]').waitFor();
  return callId;
}

/** The words are still on the screen, and in the base. */
async function isFormIntact({ desk, callId }: Pick<Scene, 'desk' | 'callId'>): Promise<boolean> {
  const shown = await desk.page.locator('#form_street').inputValue();
  return shown === street && desk.desk.shown(callId).card.draft.form['street'] === street;
}

/** Milliseconds until the exchange has the line again, from the moment `since` on. */
async function registeredAgain({ desk, house }: Scene, since: number): Promise<number> {
  await waitFor('the line registered again', () => desk.desk.line.phase === 'registered', 60_000);
  const ms = performance.now() - since;
  await house.asterisk.waitForRegistered(ana.extension);
  return Math.max(0, ms);
}

async function socketClosed(scene: Scene): Promise<Facts> {
  const { customer, desk, door, callId } = scene;
  using arrival = await customer.watchArrival();
  await sleep(1500);
  const jitter = machineJitter(arrival);
  const deskLost = watchAudio(desk, callId);
  const since = performance.now();
  door.cut();
  await waitFor('the line lost', () => desk.desk.line.phase !== 'registered');
  const registeredMs = await registeredAgain(scene, since);
  await sleep(1500);
  await desk.hears(customerHz);
  await customer.hears(ana.toneHz);
  const gapSeconds = Math.max(0, arrival.longestSilence - jitter);
  const callUp = desk.desk.shown(callId).call.phase === 'talking';
  const formIntact = await isFormIntact(scene);
  const pass = callUp && formIntact && gapSeconds === 0 && !deskLost();
  return { pass, registeredMs, gapSeconds, formIntact, callUp, noticedMs: null };
}

/** Whether the desk ever told that its sound is lost, from now on. */
function watchAudio(desk: LedDesk, callId: string): () => boolean {
  const from = desk.desk.events.length;
  return () =>
    desk.desk.events
      .slice(from)
      .some(
        (event) =>
          event.type === 'call' && event.call.callId === callId && event.call.audio === 'lost',
      );
}

/** Asterisk's process stands still, sockets open, and then goes on as if nothing had been. */
async function stopped(scene: Scene, seconds: number): Promise<Facts> {
  const { house, desk, customer, callId } = scene;
  process.kill(house.asterisk.pid, 'SIGSTOP');
  const goesOn = sleep(seconds * 1000);
  let noticedMs: number;
  try {
    noticedMs = await lostNoticedMs(desk.page, seconds * 1000);
    await goesOn;
  } finally {
    process.kill(house.asterisk.pid, 'SIGCONT');
  }
  const since = performance.now();
  const registeredMs = await registeredAgain(scene, since);
  const callUp = await waitFor('the voices back', async () => {
    if (desk.desk.shown(callId).call.phase !== 'talking') return 'ended';
    return (await desk.isHearing(customerHz)) && (await customer.isHearing(ana.toneHz)) && 'up';
  });
  const formIntact = await isFormIntact(scene);
  const pass =
    Number.isFinite(noticedMs) && formIntact && (callUp === 'up' || (await isCallBackTaken(scene)));
  return { pass, registeredMs, gapSeconds: 0, formIntact, callUp: callUp === 'up', noticedMs };
}

/** Killed, and started again at once: the call is gone with it, the rest must be as it was. */
async function killed(scene: Scene): Promise<Facts> {
  const { house, desk, callId } = scene;
  await house.asterisk.kill();
  const noticedMs = await lostNoticedMs(desk.page, 30_000);
  await house.asterisk.restart();
  const registeredMs = await registeredAgain(scene, performance.now());
  await waitFor(
    'the desk knowing that the call is gone',
    () => desk.desk.shown(callId).call.phase === 'ended',
    90_000,
  );
  const formIntact = await isFormIntact(scene);
  const pass = Number.isFinite(noticedMs) && formIntact && (await isCallBackTaken(scene));
  return { pass, registeredMs, gapSeconds: 0, formIntact, callUp: false, noticedMs };
}

/** The operator's key calls the customer again, who answers; the half-typed form is on the new card. */
async function isCallBackTaken({ desk, customer }: Scene): Promise<boolean> {
  customer.drop();
  await desk.page
    .locator('[data-happening="broken-off"], [data-happening="interrupted"]')
    .waitFor();
  await desk.page.keyboard.press('F2');
  const callId = await desk.nextCall('talking');
  await desk.hears(customerHz);
  await customer.hears(ana.toneHz);
  await waitFor('the form on the new card', () => isFormIntact({ desk, callId }));
  return true;
}
