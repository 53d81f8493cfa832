/** The desk's processes are killed in a call with a half-typed form: its page, its voice page, its main process. Electron. */
import path from 'node:path';
import type { Page } from 'playwright-core';
import { seededRandom } from '#shared/model/synthetic-customers.ts';
import { electronRuntime } from '../../tools/floor/electron-runtime.ts';
import { floorPackages } from '../../tools/floor/debian-packages.ts';
import { percentiles } from '../bench/figures.ts';
import type { CityCaller } from '../floor/support/city-caller.ts';
import { startElectronDesk, type ElectronDesk } from '../floor/support/desk.ts';
import { waitForTone } from '../floor/support/ear.ts';
import { ana, customerHz, openHouse, type House } from '../floor/support/house.ts';
import { becomeReady, signIn } from '../floor/support/operator.ts';
import type { Arrival } from '../floor/support/sound-arrival.ts';
import { waitFor } from '../floor/support/wait-for.ts';
import { syllables, writeWav } from '../floor/support/wav.ts';
import { epochMs } from '../support/epoch-ms.ts';
import { formPaintedAt, noteForm } from './support/form-painted.ts';
import { machineJitter } from './support/machine-jitter.ts';
import { houseGear, openWorkshop, repository, type Workshop } from './support/workshop.ts';
import type { AbuseRun, Verdict } from './support/report.ts';

const kinds = ['page', 'voice page', 'main'] as const;
type Kind = (typeof kinds)[number];

const voiceBackSeconds = 3;
const formBackMs = 2000;
/** What was typed longer ago than this is on the disk. */
const keptAfterMs = 500;

interface Facts {
  readonly kind: Kind;
  readonly pass: boolean;
  /** Longest time without a packet at the customer. */
  readonly silenceSeconds: number;
  /** More than the machine itself held one up just before. */
  readonly stopped: boolean;
  /** 0 where it never went. From the kill, or for main from the start of the next one: until then there is nobody who could show a form. */
  readonly formMs: number;
  /** From the kill in any case. */
  readonly formAfterKillMs: number;
  /** Words lost although they were typed long enough before. */
  readonly lost: number;
  readonly call: 'up' | 'call-back' | 'gone';
}

export async function processKill(run: AbuseRun): Promise<void> {
  await using workshop = await openWorkshop({ packages: floorPackages, build: 'electron' });
  await using house = await openHouse(await houseGear(workshop));
  const customer = await house.telephone({
    number: '+38641555101',
    toneHz: customerHz,
    port: house.asterisk.cityPort,
    answers: 'at-once',
  });
  await using bench = await openBench(workshop, house, customer);
  const random = seededRandom(run.seed);
  const all: Facts[] = [];
  const rounds = roundsOf(run);
  for (let at = 0; at < rounds; at++) {
    const kind = kinds[at % kinds.length] ?? 'main';
    const facts = await bench.round(kind, random).catch((error: unknown) => failed(kind, error));
    all.push(facts);
    process.stderr.write(`${at + 1}/${rounds} ${JSON.stringify(facts)}\n`);
    if (!facts.pass) await bench.restart();
  }
  for (const kind of kinds)
    await run.judge(kind, async () =>
      verdict(
        all.filter((one) => one.kind === kind),
        kind,
        run,
      ),
    );
}

/** In all: each kind has its third of the 100. */
const roundsOf = ({ short }: AbuseRun): number => (short ? kinds.length : 100);

function failed(kind: Kind, error: unknown): Facts {
  process.stderr.write(`${kind}: ${error instanceof Error ? error.stack : String(error)}\n`);
  return {
    kind,
    pass: false,
    silenceSeconds: Infinity,
    stopped: true,
    formMs: Infinity,
    formAfterKillMs: Infinity,
    lost: 0,
    call: 'gone',
  };
}

function verdict(all: readonly Facts[], kind: Kind, run: AbuseRun): Verdict {
  const silences = percentiles(all.map(({ silenceSeconds }) => silenceSeconds));
  const forms = percentiles(all.map(({ formMs }) => formMs));
  const inTime = {
    page: all.every(({ stopped }) => !stopped),
    'voice page': silences.p95 <= voiceBackSeconds,
    // How long one start takes is this machine's load: a figure only.
    main: run.short || forms.p95 <= formBackMs,
  }[kind];
  return {
    pass: all.length > 0 && all.every(({ pass }) => pass) && inTime,
    rounds: all.length,
    roundsOfAllKinds: roundsOf(run),
    stopped: all.filter(({ stopped }) => stopped).length,
    silenceP50Seconds: silences.p50,
    silenceP95Seconds: silences.p95,
    silenceMostSeconds: Math.max(...all.map(({ silenceSeconds }) => silenceSeconds)),
    formP50Ms: forms.p50,
    formP95Ms: forms.p95,
    formAfterKillP95Ms: percentiles(all.map(({ formAfterKillMs }) => formAfterKillMs)).p95,
    lostWords: all.reduce((sum, { lost }) => sum + lost, 0),
    callsUp: all.filter(({ call }) => call === 'up').length,
    callBacksOffered: all.filter(({ call }) => call === 'call-back').length,
  };
}

interface Bench extends AsyncDisposable {
  round(kind: Kind, random: () => number): Promise<Facts>;
  /** After a failure: everything anew, so that the next round says something. */
  restart(): Promise<void>;
}

async function openBench(workshop: Workshop, house: House, customer: CityCaller): Promise<Bench> {
  const micWav = path.join(await workshop.folder('microphone'), 'operator.wav');
  await writeWav(micWav, syllables(ana.toneHz, 60));
  const runtime = await electronRuntime(repository);
  let folder = '';
  let desk: ElectronDesk;
  const start = async (lookAfter = async (): Promise<unknown> => undefined): Promise<void> => {
    desk = await startElectronDesk({
      repository,
      folder,
      server: house.server.address,
      micWav,
      runtime,
      deskScripts: [noteForm],
      lookAfter,
    });
  };
  const startAnew = async (): Promise<void> => {
    folder = await workshop.folder('electron');
    await start();
    await signIn(desk.page, ana.username, 'centrala-demo');
    await desk.voice();
    await house.asterisk.waitForRegistered(ana.extension);
    await becomeReady(desk.page);
  };
  await startAnew();
  /** The page of now: one that was killed is followed by another. */
  const page = (): Promise<Page> => desk.electron.window('/desk.html');

  async function talk(): Promise<string> {
    const shown = await page();
    await customer.call('+38616002010');
    const ringing = shown.getByRole('article', { name: 'Dohodni klic' });
    await ringing.waitFor();
    await shown.keyboard.press('F2');
    const call = shown.locator('[data-call][data-phase="talking"]');
    await call.waitFor();
    await customer.hears(ana.toneHz);
    await waitForTone(await desk.voice(), customerHz);
    return (await call.first().getAttribute('data-call')) ?? '';
  }

  /** Types words until `until`; each with the moment of its last letter. */
  async function type(shown: Page, until: number) {
    const words: { readonly word: string; readonly at: number }[] = [];
    await shown.locator('#form_street').focus();
    for (let at = 0; performance.now() < until; at++) {
      const word = `beseda${at}`;
      const typed = await shown.keyboard.type(`${word} `, { delay: 8 }).then(
        () => true,
        () => false,
      );
      if (!typed) break;
      words.push({ word, at: epochMs() });
    }
    return words;
  }

  async function kill(kind: Kind, shown: Page, arrival: Arrival): Promise<void> {
    if (kind === 'page') return desk.electron.killPage(shown);
    if (kind === 'voice page') {
      const voice = await desk.voice();
      return 'url' in voice && 'context' in voice ? desk.electron.killPage(voice) : undefined;
    }
    await desk.electron.kill();
    // Where the call does not come back, there is still a form to look at.
    await start(() => waitFor('sound', () => arrival.silentFor < 0.1, 5_000).catch(() => false));
  }

  /** @param before what the customer had heard by the kill: that does not count. */
  async function callAfter(kind: Kind, callId: string, before: number): Promise<Facts['call']> {
    const shown = await page();
    const back = shown.locator('[data-happening="interrupted"]');
    const talking = shown.locator(`[data-call="${callId}"][data-phase="talking"]`);
    await talking.or(back).first().waitFor({ timeout: 60_000 });
    const isUp = (await talking.count()) > 0;
    if (!isUp) {
      customer.drop();
      await shown.keyboard.press('F2');
      await shown.locator('[data-phase="talking"]').waitFor();
    }
    await waitFor('a second of new sound', async () => {
      const { rate, samples } = await customer.heard();
      return samples.length > before + rate;
    });
    await customer.hears(ana.toneHz);
    await waitForTone(await desk.voice(), customerHz);
    return isUp ? 'up' : 'call-back';
  }

  async function clear(): Promise<void> {
    customer.drop();
    const shown = await page();
    await shown.locator('[data-phase="talking"]').waitFor({ state: 'detached' });
    await waitFor('the card gone', async () => {
      if ((await shown.locator('[data-call]').count()) === 0) return true;
      // The outcome's keys are letters in a field that has the focus.
      await shown.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
      for (const key of ['t', '1', 'F9']) await shown.keyboard.press(key);
      return false;
    });
    await waitFor('the exchange quiet', async () => (await house.asterisk.channels()).length === 0);
    await waitFor('ready', async () => {
      if ((await shown.locator('[data-operator="ready"]').count()) > 0) return true;
      await becomeReady(shown).catch(() => undefined);
      return false;
    });
  }

  return {
    async round(kind, random) {
      const callId = await talk();
      const shown = await page();
      using arrival = await customer.watchArrival();
      const words = await type(shown, performance.now() + 1000 + 1000 * random());
      const jitter = machineJitter(arrival);
      const before = (await customer.heard()).samples.length;
      const killedAt = epochMs();
      await kill(kind, shown, arrival);
      const revived = await page();
      const street = revived.locator('#form_street');
      await street.waitFor({ timeout: 60_000 });
      const kept = words.filter(({ at }) => killedAt - at > keptAfterMs);
      await waitFor('what was typed', async () => (await street.inputValue()) !== '').catch(
        () => undefined,
      );
      const formAt = await waitFor('the form painted', () => revived.evaluate(formPaintedAt)).catch(
        () => Infinity,
      );
      const text = await street.inputValue();
      const missing = words.filter(({ word }) => !text.includes(`${word} `));
      for (const { word, at } of missing)
        process.stderr.write(`"${word}" was typed ${(killedAt - at).toFixed(0)} ms before\n`);
      const call = await callAfter(kind, callId, before);
      const silenceSeconds = call === 'up' ? arrival.longestSilence : 0;
      const lost = kept.filter(({ word }) => !text.includes(`${word} `)).length;
      await clear();
      return {
        kind,
        pass: lost === 0 && (call === 'up' || (kind === 'main' && call === 'call-back')),
        silenceSeconds,
        stopped: silenceSeconds > jitter,
        formMs: Math.max(0, formAt - (kind === 'main' ? desk.electron.startedAt : killedAt)),
        formAfterKillMs: Math.max(0, formAt - killedAt),
        lost,
        call,
      };
    },
    async restart() {
      customer.drop();
      await desk.stop().catch(() => undefined);
      await waitFor(
        'the exchange quiet',
        async () => (await house.asterisk.channels()).length === 0,
        90_000,
      );
      await startAnew();
    },
    [Symbol.asyncDispose]: () => desk.stop(),
  };
}
