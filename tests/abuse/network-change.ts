/** The desk's network changes in a call: its address goes and another comes, everything is swallowed, or its media alone. A real Asterisk. */
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { floorPackages } from '../../tools/floor/debian-packages.ts';
import { percentiles } from '../bench/figures.ts';
import type { CityCaller } from '../floor/support/city-caller.ts';
import type { Arrival } from '../floor/support/sound-arrival.ts';
import { startBrowserDesk, type BrowserDesk } from '../floor/support/desk.ts';
import { waitForTone } from '../floor/support/ear.ts';
import { ana, customerHz, openHouse, type House } from '../floor/support/house.ts';
import { becomeReady, signIn } from '../floor/support/operator.ts';
import { hasTone } from '../floor/support/tone.ts';
import { waitFor } from '../floor/support/wait-for.ts';
import { cut, syllables, writeWav } from '../floor/support/wav.ts';
import { lostNoticedMs } from './support/lost-noticed.ts';
import { openDeskNetwork, type DeskNetwork } from './support/desk-network.ts';
import type { AbuseRun, Verdict } from './support/report.ts';
import { chromium, houseGear, openWorkshop, repository } from './support/workshop.ts';

const survivors = 0.98;
const audioBackMs = 2000;
/** Without the policy the browser gathers nothing until it knows the new address, 2 s after it came. */
const untoldBackMs = 4000;
/** What the app sets for itself in Electron, and an administrator in the browser (docs/running.md). */
const routesFollowed = '--webrtc-ip-handling-policy=default_public_and_private_interfaces';
/** Chromium tells after 5 to 6 s that nobody answers its checks, and the desk waits for the pings to say that the line is there. */
const pathBackMs = 15_000;
const staleMs = 500;
/** A black hole is noticed by pings that nobody answers; the rest is the page's own time to say so. */
const noticedWithinMs = 3_000 + 250;

interface Round extends Happened {
  readonly survived: boolean;
  /** From the moment the network is there again until both hear each other. */
  readonly backMs: number;
}

/** What was measured while it happened. */
interface Happened {
  /** From the black hole until the page's header says that the line is lost. */
  readonly lostNoticedMs?: number;
  /** From the moment there is another way until both hear each other. */
  readonly otherWayMs?: number;
}

export async function networkChange(run: AbuseRun): Promise<void> {
  await using workshop = await openWorkshop({
    packages: [...floorPackages, 'iproute2', 'nftables'],
    build: 'pages',
  });
  await using network = await openDeskNetwork();
  await using house = await openHouse(await houseGear(workshop), { address: network.houseAddress });
  const customer = await house.telephone({ number: '+38641555101', toneHz: customerHz });
  const micWav = path.join(await workshop.folder('microphone'), 'operator.wav');
  await writeWav(micWav, syllables(ana.toneHz, 60));
  const atDesk = async (
    words: readonly string[],
    act: (scene: Scene) => Promise<void>,
  ): Promise<void> => {
    const desk = await startBrowserDesk({
      repository,
      folder: await workshop.folder('desk'),
      server: house.server.address,
      micWav,
      chromium,
      network: network.name,
      words,
    });
    try {
      await signIn(desk.page, ana.username, 'centrala-demo');
      await house.asterisk.waitForRegistered(ana.extension);
      await becomeReady(desk.page);
      await act({ house, desk, customer });
    } finally {
      await desk.stop();
    }
  };
  await atDesk([], async (scene) => {
    for (const seconds of [0, 1, 5])
      await run.judge(`without the policy, another address after ${seconds} s`, () =>
        judged(
          run,
          run.short ? 1 : 6,
          () => round(scene, () => moved(network, seconds)),
          untoldBackMs,
        ),
      );
  });
  await atDesk([routesFollowed], async (scene) => {
    for (const seconds of [0, 1, 5])
      await run.judge(`another address after ${seconds} s`, () =>
        judged(run, run.short ? 1 : 34, () => round(scene, () => moved(network, seconds))),
      );
    await run.judge('a VPN comes up, and goes', () =>
      judged(run, run.short ? 1 : 6, () => round(scene, () => vpn(scene, network))),
    );
    const hole = run.short ? 8 : 30;
    await run.judge(`black hole of ${hole} s`, () =>
      judged(run, run.short ? 1 : 6, () =>
        round(scene, () => swallowed(network, hole, scene.desk.page)),
      ),
    );
    await run.judge('the media’s path alone', () =>
      judged(
        run,
        run.short ? 1 : 6,
        async () => {
          try {
            return await round(scene, async () => {
              await network.loseUdpPaths(true);
              return {};
            });
          } finally {
            await network.loseUdpPaths(false);
          }
        },
        pathBackMs,
      ),
    );
  });
}

/** Another way to the house, with an address of its own, comes and goes; the old one stays. */
async function vpn(scene: Scene, network: DeskNetwork): Promise<Happened> {
  using arrival = await scene.customer.watchArrival();
  await network.vpn(true);
  const since = performance.now();
  try {
    await sleep(staleMs);
    await waitFor('both hearing each other over it', () => hearEachOther(scene, arrival), 40_000);
    const otherWayMs = performance.now() - since;
    // Time to move over to it, for whoever wants to.
    await sleep(3000);
    await waitFor('both hearing each other still', () => hearEachOther(scene, arrival), 40_000);
    return { otherWayMs };
  } finally {
    await network.vpn(false);
  }
}

interface Scene {
  readonly house: House;
  readonly desk: BrowserDesk;
  readonly customer: CityCaller;
}

async function moved(network: DeskNetwork, seconds: number): Promise<Happened> {
  await network.loseAddress();
  await sleep(seconds * 1000);
  await network.newAddress();
  return {};
}

async function swallowed(network: DeskNetwork, seconds: number, page: Page): Promise<Happened> {
  await network.swallow(true);
  try {
    const over = sleep(seconds * 1000);
    const noticedMs = await lostNoticedMs(page, seconds * 1000);
    await over;
    return { lostNoticedMs: noticedMs };
  } finally {
    await network.swallow(false);
  }
}

async function round(scene: Scene, happen: () => Promise<Happened>): Promise<Round> {
  const { customer, desk, house } = scene;
  const { page } = desk;
  await waitFor('the line registered', async () => {
    await house.asterisk.waitForRegistered(ana.extension);
    return true;
  });
  await customer.call(`7${ana.extension}`);
  await page.getByRole('article', { name: 'Dohodni klic' }).waitFor();
  await page.keyboard.press('F2');
  await page.locator('[data-phase="talking"]').waitFor();
  await customer.hears(ana.toneHz);
  await waitForTone(await desk.voice(), customerHz);
  using arrival = await customer.watchArrival();
  try {
    const happened = await happen();
    const since = performance.now();
    // What was heard before is in nobody's ear any more.
    await sleep(staleMs);
    await waitFor('both hearing each other', () => hearEachOther(scene, arrival), 40_000);
    const backMs = performance.now() - since;
    const survived = (await page.locator('[data-phase="talking"]').count()) === 1;
    return { ...happened, survived, backMs };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return { survived: false, backMs: Infinity };
  } finally {
    customer.drop();
    await page.locator('[data-phase="talking"]').waitFor({ state: 'detached', timeout: 90_000 });
    await waitFor('the card gone', async () => {
      if ((await page.locator('[data-call]').count()) === 0) return true;
      for (const key of ['t', '1', 'F9']) await page.keyboard.press(key);
      return false;
    });
    await waitFor(
      'the exchange quiet',
      async () => (await house.asterisk.channels()).length === 0,
      90_000,
    );
  }
}

/** In what arrived in the last 0.4 s, and arrives still. */
async function hearEachOther({ customer, desk }: Scene, arrival: Arrival): Promise<boolean> {
  if (arrival.silentFor > 0.2) return false;
  const last = cut(await customer.heard(), -0.4, 0.4);
  if (!hasTone(last, ana.toneHz)) return false;
  await waitForTone(await desk.voice(), customerHz, 0);
  return true;
}

async function judged(
  run: AbuseRun,
  rounds: number,
  act: () => Promise<Round>,
  longestMs = audioBackMs,
): Promise<Verdict> {
  const all: Round[] = [];
  for (let at = 0; at < rounds; at++) all.push(await act());
  const up = all.filter(({ survived }) => survived);
  const back = percentiles(up.map(({ backMs }) => backMs));
  const share = up.length / rounds;
  const lostNoticedMs = Math.max(...all.map((one) => one.lostNoticedMs ?? 0));
  const otherWay = percentiles(up.map(({ otherWayMs }) => otherWayMs ?? 0));
  return {
    pass:
      share >= survivors &&
      lostNoticedMs <= noticedWithinMs &&
      (run.short || (back.p95 <= longestMs && otherWay.p95 <= longestMs)),
    rounds,
    survived: share,
    audioBackP50Ms: back.p50,
    audioBackP95Ms: back.p95,
    ...(lostNoticedMs > 0 && { lostNoticedMs }),
    ...(otherWay.p95 > 0 && { otherWayP95Ms: otherWay.p95 }),
  };
}
