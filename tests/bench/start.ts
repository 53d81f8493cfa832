/**
 * The desk's start in Electron: spawned → its window painted → registered, with the files of its programs in memory (warm) and
 * not (cold), and the memory of all its processes; against a bare Electron window.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { electronRuntime, type ElectronRuntime } from '../../tools/floor/electron-runtime.ts';
import { runCommand } from '../../tools/floor/run-command.ts';
import { startElectronDesk, type ElectronDesk } from '../floor/support/desk.ts';
import { launchElectron } from '../floor/support/electron.ts';
import { signIn } from '../floor/support/operator.ts';
import { startServer } from '../floor/support/server-process.ts';
import { syllables, writeWav } from '../floor/support/wav.ts';
import { epochMs } from '../support/epoch-ms.ts';
import { SipStub } from '../support/sip-stub.ts';
import { until } from '../support/until.ts';
import { percentiles, print } from './figures.ts';
import { treeOf, pssMiB } from './process-memory.ts';

const repository = join(import.meta.dirname, '..', '..');
const extension = '201';
/** From registered until memory is looked at: what the start left to be done is done. */
const settleMs = 2_000;

const bareMain = `
import { app, BrowserWindow } from 'electron';
app.on('window-all-closed', () => app.quit());
app.whenReady().then(() => new BrowserWindow({ width: 1280, height: 800 }).loadURL(
  'data:text/html,<!doctype html><title>bare-window</title><h1>Bare</h1>'));
`;

interface Started {
  readonly paintedMs: number;
  readonly registeredMs: number;
  readonly pssMiB: number;
}

/** `--short`: two starts of each kind. */
export async function benchStart(): Promise<void> {
  const starts = process.argv.includes('--short') ? 2 : 15;
  const runtime = await built();
  const folder = mkdtempSync(join(tmpdir(), 'bench-start-'));
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  const stub = await SipStub.start();
  stack.defer(() => stub.stop());
  stub.accounts.set(extension, `practice-${extension}`);
  const server = await startServer({
    repository,
    folder,
    centre: join(repository, 'assets/centres/demo.yaml'),
    exchange: stub.url,
  });
  stack.defer(() => server.stop());
  const micWav = join(folder, 'microphone.wav');
  await writeWav(micWav, syllables(440, 5));
  const bareFile = join(folder, 'bare.mjs');
  writeFileSync(bareFile, bareMain);

  const start = (): Promise<ElectronDesk> =>
    startElectronDesk({
      repository,
      folder,
      server: server.address,
      micWav,
      runtime,
      voiceScripts: [],
    });
  // Once by hand: from then on the session is kept, and the line registers by itself.
  const first = await start();
  await signIn(first.page, 'ana', 'centrala-demo');
  await until('registered', () => stub.bound(extension), 30_000);
  await first.stop();

  const ours = async (): Promise<Started> => {
    const registered = nextRegistration(stub);
    const desk = await start();
    const { startedAt } = desk.electron;
    const registeredMs = (await registered) - startedAt;
    const paintedMs = (await paintedAt(desk.page)) - startedAt;
    await new Promise((resolve) => setTimeout(resolve, settleMs));
    const memory = pssMiB(treeOf(desk.pid));
    await desk.stop();
    return { paintedMs, registeredMs, pssMiB: memory };
  };
  const bareFolder = join(folder, 'bare');
  mkdirSync(bareFolder);
  const bare = async (): Promise<Started> => {
    const electron = await launchElectron({ runtime, main: bareFile, dataFolder: bareFolder });
    const paintedMs = (await paintedAt(await electron.window('bare-window'))) - electron.startedAt;
    await new Promise((resolve) => setTimeout(resolve, settleMs));
    const memory = pssMiB(treeOf(electron.pid));
    await electron.stop();
    return { paintedMs, registeredMs: 0, pssMiB: memory };
  };
  // It has a profile from then on too.
  await bare();
  for (const kind of ['cold', 'warm'] as const) {
    const own: Started[] = [];
    const peers: Started[] = [];
    for (let at = 0; at < starts; at++)
      for (const [all, run] of [
        [own, ours],
        [peers, bare],
      ] as const) {
        if (kind === 'cold') forgetFiles();
        all.push(await run());
      }
    report(kind, own, peers);
  }
}

function report(kind: string, own: readonly Started[], peers: readonly Started[]): void {
  const painted = percentiles(own.map(({ paintedMs }) => paintedMs));
  const registered = percentiles(own.map(({ registeredMs }) => registeredMs));
  const peer = percentiles(peers.map(({ paintedMs }) => paintedMs));
  print({
    bench: 'start',
    case: kind,
    n: own.length,
    ...painted,
    unit: 'ms',
    peer: 'a bare Electron window',
    peerP50: peer.p50,
    peerP95: peer.p95,
    ratio: painted.p50 / peer.p50,
    registeredP50: registered.p50,
    registeredP95: registered.p95,
    pssMiB: percentiles(own.map((one) => one.pssMiB)).p50,
    peerPssMiB: percentiles(peers.map((one) => one.pssMiB)).p50,
  });
}

async function built(): Promise<ElectronRuntime> {
  const program = join(repository, 'tools/build.ts');
  const runtime = await electronRuntime(repository);
  await runCommand(process.execPath, [program, '--if-needed'], { cwd: repository });
  if (runtime.kind === 'bare')
    await runCommand(process.execPath, [program, '--if-needed', '--electron-test'], {
      cwd: repository,
    });
  return runtime;
}

/** When the window's first content was painted, milliseconds since 1970, as the page itself knows it. */
function paintedAt(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const found = (entries: PerformanceEntryList): void => {
          const paint = entries.find(({ name }) => name === 'first-contentful-paint');
          if (paint) resolve(performance.timeOrigin + paint.startTime);
        };
        new PerformanceObserver((list) => found(list.getEntries())).observe({
          type: 'paint',
          buffered: true,
        });
      }),
  );
}

/** Milliseconds since 1970 of the next REGISTER that is granted. */
async function nextRegistration(stub: SipStub): Promise<number> {
  const before = stub.registrations;
  await until('registered', () => stub.registrations > before, 60_000);
  return epochMs();
}

/** The system keeps no file's contents in memory any more (proc_sys_vm(5)). Throws without the right to say so. */
function forgetFiles(): void {
  spawnSync('sync');
  writeFileSync('/proc/sys/vm/drop_caches', '3');
}
