/** A built app in a real Electron, on a screen of its own, with a WAV file for a microphone. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { _electron, type ElectronApplication } from 'playwright-core';
import type { ElectronRuntime } from '../../../tools/floor/electron-runtime.ts';
import { runCommand } from '../../../tools/floor/run-command.ts';
import { startScreen } from './xvfb.ts';

export interface ElectronOptions {
  readonly runtime: ElectronRuntime;
  /** The built main process, an ES module. */
  readonly main: string;
  /** Its data. */
  readonly dataFolder: string;
  readonly micWav?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
}

export interface RunningElectron {
  readonly app: ElectronApplication;
  readonly pid: number;
  /** Closes the app as a person would. Twice is fine. */
  stop(): Promise<void>;
  /** Ends the main process at once; `launchElectron` with the same folders starts it again. */
  kill(): Promise<void>;
}

/** Chromium's switches for a call without a person, a sound card or a certificate. */
export function mediaFlags(micWav: string | undefined): readonly string[] {
  return [
    '--no-sandbox',
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    '--autoplay-policy=no-user-gesture-required',
    '--disable-features=WebRtcHideLocalIpsWithMdns',
    ...(micWav === undefined ? [] : [`--use-file-for-fake-audio-capture=${micWav}`]),
  ];
}

export async function launchElectron(options: ElectronOptions): Promise<RunningElectron> {
  const screen = await startScreen(path.join(options.dataFolder, 'xvfb.log'));
  const place = await prepare(options);
  const env = Object.fromEntries(
    Object.entries({ ...process.env, ...options.env, DISPLAY: screen.display }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && entry[0] !== 'NODE_OPTIONS',
    ),
  );
  const tidy = async () => {
    await screen.stop();
    await place.remove();
  };
  const app = await _electron
    .launch({
      executablePath: place.executable,
      args: [
        ...place.args,
        `--user-data-dir=${path.join(options.dataFolder, 'profile')}`,
        ...mediaFlags(options.micWav),
        ...(options.args ?? []),
      ],
      env,
      timeout: 60_000,
    })
    .catch(async (error: unknown) => {
      await tidy();
      throw error;
    });
  const main = app.process();
  const ended = new Promise<void>((resolve) => main.once('exit', () => resolve()));
  return {
    app,
    pid: main.pid ?? -1,
    async stop() {
      const timer = setTimeout(() => main.kill('SIGKILL'), 10_000);
      await app.close().catch(() => undefined);
      clearTimeout(timer);
      await ended;
      await tidy();
    },
    async kill() {
      main.kill('SIGKILL');
      await ended;
      await tidy();
    },
  };
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
    await writeApp(app, options.main);
    return { executable, args: [app], remove: () => rm(app, { recursive: true, force: true }) };
  }
  const home = path.dirname(executable);
  const copy = await mkdtemp(`${home}.run-`);
  await runCommand('cp', ['-al', `${home}/.`, copy]);
  await writeApp(path.join(copy, 'resources/app'), options.main);
  return {
    executable: path.join(copy, path.basename(executable)),
    args: [],
    remove: () => rm(copy, { recursive: true, force: true }),
  };
}

/** An app that is the built main process where it stands, so that it finds what stands beside it. */
async function writeApp(folder: string, main: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const description = { name: 'centrala', version: '0.0.0', type: 'module', main: 'app.mjs' };
  await writeFile(path.join(folder, 'package.json'), JSON.stringify(description));
  await writeFile(
    path.join(folder, 'app.mjs'),
    `await import(${JSON.stringify(pathToFileURL(main).href)});\n`,
  );
}
