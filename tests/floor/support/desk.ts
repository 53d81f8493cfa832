/** A whole desk under test, in either host: its page, the page that hears, and its process. */
import { mkdtemp } from 'node:fs/promises';
import path from 'node:path';
import type { BrowserContext, Frame, Page } from 'playwright-core';
import type { ElectronRuntime } from '../../../tools/floor/electron-runtime.ts';
import { launchChromium } from './chromium.ts';
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
  options: DeskOptions & { readonly runtime: ElectronRuntime },
): Promise<ElectronDesk> {
  const built = options.runtime.kind === 'own' ? 'out/main/main.mjs' : 'out/electron-test/main.mjs';
  const electron = await launchElectron({
    runtime: options.runtime,
    main: path.join(options.repository, built),
    dataFolder: options.folder,
    micWav: options.micWav,
    env: { CENTRALA_DATA: path.join(options.folder, 'data'), CENTRALA_SERVER: options.server },
  });
  const page = await electron.window('/desk.html');
  await (await electron.window('/voice.html')).evaluate(rawMicrophone);
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
  options: DeskOptions & { readonly chromium: string },
): Promise<BrowserDesk> {
  const host = await startService({
    program: 'src-main/node-host/main.ts',
    repository: options.repository,
    logFile: path.join(options.folder, 'host.log'),
    env: { CENTRALA_DATA: path.join(options.folder, 'data'), CENTRALA_SERVER: options.server },
  });
  const browser = await launchChromium({
    executable: options.chromium,
    profile: await mkdtemp(path.join(options.folder, 'profile-')),
    micWav: options.micWav,
  });
  await browser.addInitScript(rawMicrophone);
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
