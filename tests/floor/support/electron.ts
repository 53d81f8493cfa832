/** A built app in a real Electron, on a screen of its own, with a WAV file for a microphone. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import type { ElectronRuntime } from '../../../tools/floor/electron-runtime.ts';
import { runCommand } from '../../../tools/floor/run-command.ts';
import { epochMs } from '../../support/epoch-ms.ts';
import { startChild, type Child } from './child.ts';
import { mediaFlags } from './media-flags.ts';
import { waitFor } from './wait-for.ts';
import { startScreen } from './xvfb.ts';

export interface PageScripts {
  readonly part: string;
  readonly scripts: readonly (() => void)[];
}

export interface ElectronOptions {
  readonly runtime: ElectronRuntime;
  /** The built main process, an ES module. */
  readonly main: string;
  /** Its data. */
  readonly dataFolder: string;
  readonly micWav?: string;
  /** Run in pages whose address holds `part`, before their own code; also in one that follows a page that was killed. */
  readonly pageScripts?: readonly PageScripts[];
  readonly env?: Readonly<Record<string, string>>;
  /** Further words of its command line, such as a link. */
  readonly words?: readonly string[];
  /** Its pages are let alone until then: looking into them takes time from their start. */
  readonly lookAfter?: () => Promise<unknown>;
}

export interface RunningElectron {
  readonly pid: number;
  /** When its process was started, milliseconds since 1970. */
  readonly startedAt: number;
  /** The page whose address holds `part`; waits for it. A page that died and came back is another one: ask again. */
  window(part: string): Promise<Page>;
  /** Ends the process of that page at once. */
  killPage(page: Page): Promise<void>;
  /** Asks the app to quit. Twice is fine. */
  stop(): Promise<void>;
  /** Ends the main process at once; `launchElectron` with the same folders starts it again. */
  kill(): Promise<void>;
}

/** Starts it and waits until its pages can be reached. Throws with its last words when they cannot. */
export async function launchElectron(options: ElectronOptions): Promise<RunningElectron> {
  const screen = await startScreen(path.join(options.dataFolder, 'xvfb.log'));
  const place = await prepare(options);
  const startedAt = epochMs();
  const child = startChild({
    command: place.executable,
    args: [
      ...place.args,
      '--remote-debugging-port=0',
      `--user-data-dir=${path.join(options.dataFolder, 'profile')}`,
      ...mediaFlags(options.micWav),
      ...(options.words ?? []),
    ],
    logFile: path.join(options.dataFolder, 'electron.log'),
    env: { ...process.env, NODE_OPTIONS: '', ...options.env, DISPLAY: screen.display },
  });
  const tidy = async (): Promise<void> => {
    await screen.stop();
    await place.remove();
  };
  let browser: Browser;
  const address = await devToolsAddress(child).catch(async (error: unknown) => {
    await child.kill();
    await tidy();
    throw error;
  });
  const connect = () => chromium.connectOverCDP(address);
  await options.lookAfter?.();
  browser = await connect();
  return {
    pid: child.pid,
    startedAt,
    window: (part) =>
      waitFor(`Electron's window ${part}`, async () => {
        if (!child.isUp) throw new Error(`Electron has ended\n${await child.lastWords()}`);
        const pages = browser.contexts().flatMap((context) => context.pages());
        const found = pages.find((page) => page.url().includes(part));
        if (found) return found;
        // A client that saw a page die holds its successor up: a new one lets it go on.
        await browser.close();
        browser = await connect();
        return undefined;
      }),
    async killPage(page) {
      const died = new Promise<void>((resolve) => page.once('crash', () => resolve()));
      const session = await page.context().newCDPSession(page);
      // Never answered: who should answer is dead.
      void session.send('Page.crash').catch(() => undefined);
      await died;
      await browser.close();
      browser = await connect();
    },
    async stop() {
      await browser.close();
      await child.stop(10_000);
      await tidy();
    },
    async kill() {
      await child.kill();
      await tidy();
    },
  };
}

function devToolsAddress(child: Child): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => {
      void child.lastWords().then((words) => reject(new Error(`Electron ${why}\n${words}`)));
    };
    const timer = setTimeout(() => fail('does not come up'), 30_000);
    void child.ended.then((code) => {
      clearTimeout(timer);
      fail(`ended with ${code}`);
    });
    child.onLine((line) => {
      const address = /^DevTools listening on (ws:\S+)/.exec(line)?.[1];
      if (address === undefined) return;
      clearTimeout(timer);
      resolve(address);
    });
  });
}

/** A bare Electron reads resources/app beside its own binary: it gets a hard-linked copy of itself for each run. */
async function prepare(options: ElectronOptions): Promise<{
  readonly executable: string;
  readonly args: readonly string[];
  remove(): Promise<void>;
}> {
  const { executable, kind } = options.runtime;
  if (kind === 'own') {
    const app = await mkdtemp(path.join(options.dataFolder, 'app-'));
    await writeApp(app, options, []);
    return { executable, args: [app], remove: () => rm(app, { recursive: true, force: true }) };
  }
  const home = path.dirname(executable);
  const copy = await mkdtemp(`${home}.run-`);
  await runCommand('cp', ['-al', `${home}/.`, copy]);
  const standIn = path.join(import.meta.dirname, 'libsql-stand-in.mjs');
  await writeApp(path.join(copy, 'resources/app'), options, [standIn]);
  return {
    executable: path.join(copy, path.basename(executable)),
    args: [],
    remove: () => rm(copy, { recursive: true, force: true }),
  };
}

/** An app that loads the modules where they stand, so that they find what stands beside them; `before` come first. */
async function writeApp(
  folder: string,
  { main, pageScripts = [] }: ElectronOptions,
  before: readonly string[],
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const script = pageScripts.map(onPage).join('\n');
  await writeFile(
    path.join(folder, 'in-pages.cjs'),
    `void require('electron').webFrame.executeJavaScript(${JSON.stringify(script)});`,
  );
  await writeFile(path.join(folder, 'prepare.mjs'), preparing(path.join(folder, 'in-pages.cjs')));
  const modules = [...before, path.join(folder, 'prepare.mjs'), main];
  const description = { name: 'centrala', version: '0.0.0', type: 'module', main: 'app.mjs' };
  await writeFile(path.join(folder, 'package.json'), JSON.stringify(description));
  const imports = modules.map(
    (file) => `await import(${JSON.stringify(pathToFileURL(file).href)});`,
  );
  await writeFile(path.join(folder, 'app.mjs'), imports.join('\n'));
}

function onPage({ part, scripts }: PageScripts): string {
  const calls = scripts.map((script) => `(${String(script)})();`).join('\n');
  return `if (location.href.includes(${JSON.stringify(part)})) {\n${calls}\n}`;
}

/** Electron 35 has renamed it. */
const preparing = (script: string): string => `
import { app } from 'electron';
const filePath = ${JSON.stringify(script)};
app.on('session-created', (session) => {
  if (session.registerPreloadScript) session.registerPreloadScript({ type: 'frame', filePath });
  else session.setPreloads([filePath]);
});
`;
