/** A whole desk under test, in either host: its page, the page that hears, and its process. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { BrowserContext, Frame, Page } from 'playwright-core';
import type { ElectronRuntime } from '../../../tools/floor/electron-runtime.ts';
import { launchChromium } from './chromium.ts';
import { openEar } from './ear.ts';
import { launchElectron, type RunningElectron } from './electron.ts';
import { rawMicrophone } from './raw-microphone.ts';
import { startService, type Service } from './service.ts';
import { waitFor } from './wait-for.ts';

export interface DeskOptions {
  readonly repository: string;
  /** A folder for this desk's data, profile and logs. */
  readonly folder: string;
  /** Address of the central server. */
  readonly server: string;
  /** What the operator says. */
  readonly micWav: string;
  /** Network namespace the desk and its browser live in; the machine's own when left out. */
  readonly network?: string;
}

export interface Desk {
  readonly host: 'electron' | 'browser';
  readonly page: Page;
  /** The page or frame with the peer connections. */
  voice(): Promise<Page | Frame>;
  readonly pid: number;
  stop(): Promise<void>;
}

export interface ElectronDesk extends Desk {
  readonly host: 'electron';
  readonly electron: RunningElectron;
}

export interface BrowserDesk extends Desk {
  readonly host: 'browser';
  /** The Node process that serves the pages. */
  readonly service: Service;
  readonly browser: BrowserContext;
}

/** The built desk in Electron. */
export async function startElectronDesk(
  options: DeskOptions & {
    readonly runtime: ElectronRuntime;
    /** Further words of the command line. */
    readonly words?: readonly string[];
    /** Run in the voice page before its own code, instead of what opens an ear for tests. */
    readonly voiceScripts?: readonly (() => void)[];
    /** Run in the desk page before its own code. */
    readonly deskScripts?: readonly (() => void)[];
    /** Its pages are let alone until then. */
    readonly lookAfter?: () => Promise<unknown>;
  },
): Promise<ElectronDesk> {
  const built = options.runtime.kind === 'own' ? 'out/main/main.mjs' : 'out/electron-test/main.mjs';
  const electron = await launchElectron({
    runtime: options.runtime,
    main: path.join(options.repository, built),
    dataFolder: options.folder,
    micWav: options.micWav,
    pageScripts: [
      { part: '/voice.html', scripts: options.voiceScripts ?? [rawMicrophone, openEar] },
      { part: '/desk.html', scripts: options.deskScripts ?? [] },
    ],
    ...(options.words && { words: options.words }),
    ...(options.lookAfter && { lookAfter: options.lookAfter }),
    env: { CENTRALA_DATA: path.join(options.folder, 'data'), CENTRALA_SERVER: options.server },
  });
  // The voice page comes last, and waiting for a page makes the others' handles anew.
  await electron.window('/voice.html');
  const page = await electron.window('/desk.html');
  return {
    host: 'electron',
    electron,
    page,
    voice: () => electron.window('/voice.html'),
    pid: electron.pid,
    stop: () => electron.stop(),
  };
}

/** The desk's Node host, opened in Debian's Chromium. */
export async function startBrowserDesk(
  options: DeskOptions & {
    readonly chromium: string;
    /** Further words of the browser's command line. */
    readonly words?: readonly string[];
  },
): Promise<BrowserDesk> {
  const host = await startService({
    program: 'src-main/node-host/main.ts',
    repository: options.repository,
    logFile: path.join(options.folder, 'host.log'),
    network: options.network,
    env: { CENTRALA_DATA: path.join(options.folder, 'data'), CENTRALA_SERVER: options.server },
  });
  const browser = await launchChromium({
    executable: await insideNetwork(options.chromium, options.folder, options.network),
    profile: await mkdtemp(path.join(options.folder, 'profile-')),
    micWav: options.micWav,
    ...(options.words && { args: options.words }),
  });
  for (const script of [rawMicrophone, openEar]) await browser.addInitScript(script);
  const page = await browser.newPage();
  await page.goto(host.address);
  return {
    host: 'browser',
    service: host,
    browser,
    page,
    voice: () =>
      waitFor('the voice frame', () =>
        page.frames().find((frame) => frame.url().includes('/voice.html')),
      ),
    pid: host.pid,
    async stop() {
      await browser.close();
      await host.stop();
    },
  };
}

/** A program that starts the given one in that network; the program itself where there is none. */
async function insideNetwork(
  program: string,
  folder: string,
  network: string | undefined,
): Promise<string> {
  if (network === undefined) return program;
  const script = path.join(folder, 'inside-network.sh');
  const line = `exec ip netns exec ${network} ${program} "$@"`;
  await writeFile(script, `#!/bin/sh\n${line}\n`, { mode: 0o755 });
  return script;
}
