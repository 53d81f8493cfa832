/** What an abuse test stands on: packages, the built app, and a folder of its own that goes with it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { asteriskFolder } from '../../../tools/floor/asterisk-folder.ts';
import { installPackages } from '../../../tools/floor/debian-packages.ts';
import { electronRuntime } from '../../../tools/floor/electron-runtime.ts';
import { runCommand } from '../../../tools/floor/run-command.ts';
import type { HouseGear } from '../../floor/support/house.ts';

export const repository = path.resolve(import.meta.dirname, '../../..');
export const chromium = '/usr/bin/chromium';
/** Before the name of every process group, folder and network namespace of these tests. */
const prefix = 'abuse-';

export interface Workshop extends AsyncDisposable {
  /** A new folder below this run's own. */
  folder(name: string): Promise<string>;
}

/** Installs what is missing (as root) and builds what is older than its sources. */
export async function openWorkshop(options: {
  readonly packages: readonly string[];
  readonly build: 'nothing' | 'pages' | 'electron';
}): Promise<Workshop> {
  await installPackages(options.packages);
  if (options.build !== 'nothing') await build(options.build);
  const home = await mkdtemp(path.join(tmpdir(), prefix));
  return {
    folder: (name) => mkdtemp(path.join(home, `${name}-`)),
    async [Symbol.asyncDispose]() {
      if (process.env['CENTRALA_KEEP'] === undefined)
        await rm(home, { recursive: true, force: true });
      else process.stderr.write(`logs and recordings are in ${home}\n`);
    },
  };
}

/** Real peers for a house of the floor. */
export async function houseGear(workshop: Workshop): Promise<HouseGear> {
  return {
    repository,
    chromium,
    asteriskRoot: await asteriskFolder(),
    folder: await workshop.folder('house'),
  };
}

async function build(what: 'pages' | 'electron'): Promise<void> {
  const program = path.join(repository, 'tools/build.ts');
  const run = (...flags: readonly string[]) =>
    runCommand(process.execPath, [program, '--if-needed', ...flags], { cwd: repository });
  if (what === 'pages') return void (await run('--pages'));
  await run();
  const runtime = await electronRuntime(repository);
  if (runtime.kind === 'bare') await run('--electron-test');
}
