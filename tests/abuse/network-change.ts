/** The desk's network changes in a call: its address goes and another comes, everything is swallowed, or its media alone. A real Asterisk. */
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { floorPackages } from '../../tools/floor/debian-packages.ts';
import { percentiles } from '../bench/figures.ts';
import type { Arrival, CityCaller } from '../floor/support/city-caller.ts';
import { startBrowserDesk, type BrowserDesk } from '../floor/support/desk.ts';
import { waitForTone } from '../floor/support/ear.ts';
import { ana, customerHz, openHouse, type House } from '../floor/support/house.ts';
import { becomeReady, signIn } from '../floor/support/operator.ts';
import { hasTone } from '../floor/support/tone.ts';
import { waitFor } from '../floor/support/wait-for.ts';
import { cut, syllables, writeWav } from '../floor/support/wav.ts';
import { openDeskNetwork, type DeskNetwork } from './support/desk-network.ts';
import type { AbuseRun, Verdict } from './support/report.ts';
import { chromium, houseGear, openWorkshop, repository } from './support/workshop.ts';

const survivors = 0.98;
const audioBackMs = 2000;
/** Chromium tells after 5 to 6 s that nobody answers its checks, and the desk waits for the pings to say that the line is there. */
const pathBackMs = 15_000;
const staleMs = 500;

interface Round {
  readonly survived: boolean;
  /** From the moment the network is there again until both hear each other. */
  readonly backMs: number;
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
  const desk = await startBrowserDesk({
    repository,
    folder: await workshop.folder('desk'),
    server: house.server.address,
    micWav,
    chromium,
    network: network.name,
  });
  try {
    await signIn(desk.page, ana.username, 'centrala-demo');
    await house.asterisk.waitForRegistered(ana.extension);
    await becomeReady(desk.page);
    const scene: Scene = { house, desk, customer };
    for (const seconds of [0, 1, 5])
      await run.judge(`another address after ${seconds} s`, () =>
        judged(run, run.short ? 1 : 34, () => round(scene, () => moved(network, seconds))),
      );
    const hole = run.short ? 8 : 30;
    await run.judge(`black hole of ${hole} s`, () =>
      judged(run, run.short ? 1 : 6, () => round(scene, () => swallowed(network, hole))),
    );
    await run.judge('the media’s path alone', () =>
      judged(
        run,
        run.short ? 1 : 6,
        async () => {
          try {
            return await round(scene, () => network.loseUdpPaths(true));
          } finally {
            await network.loseUdpPaths(false);
          }
        },
        pathBackMs,
      ),
    );
  } finally {
    await desk.stop();
  }
}

interface Scene {
  readonly house: House;
  readonly desk: BrowserDesk;
  readonly customer: CityCaller;
}

async function moved(network: DeskNetwork, seconds: number): Promise<void> {
  await network.loseAddress();
  await sleep(seconds * 1000);
  await network.newAddress();
}

async function swallowed(network: DeskNetwork, seconds: number): Promise<void> {
  await network.swallow(true);
  try {
    await sleep(seconds * 1000);
  } finally {
    await network.swallow(false);
  }
}

async function round(scene: Scene, happen: () => Promise<void>): Promise<Round> {
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
  using arrival = customer.watchArrival();
  await happen();
  const since = performance.now();
  try {
    // What was heard before is in nobody's ear any more.
    await sleep(staleMs);
    await waitFor('both hearing each other', () => hearEachOther(scene, arrival), 40_000);
    const backMs = performance.now() - since;
    const survived = (await page.locator('[data-phase="talking"]').count()) === 1;
    return { survived, backMs };
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
  return {
    pass: share >= survivors && (run.short || back.p95 <= longestMs),
    rounds,
    survived: share,
    audioBackP50Ms: back.p50,
    audioBackP95Ms: back.p95,
  };
}
