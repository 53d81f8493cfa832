/** Before the floor's tests: are all peers here? Where they are is provided to the tests; nothing is skipped. */
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { asteriskFolder } from '../../../tools/floor/asterisk-folder.ts';
import { cacheFolder } from '../../../tools/floor/cache-folder.ts';
import { floorPackages, missingPackages } from '../../../tools/floor/debian-packages.ts';
import { electronRuntime, type ElectronRuntime } from '../../../tools/floor/electron-runtime.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The repository. */
    repository: string;
    /** Asterisk's unpacked system. */
    asteriskRoot: string;
    electron: ElectronRuntime;
    chromium: string;
    /** A folder of this run; kept when CENTRALA_KEEP is set. */
    floorFolder: string;
  }
}

const chromium = '/usr/bin/chromium';

/** vitest's global setup. Throws with what to do when a peer is missing. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const repository = path.resolve(import.meta.dirname, '../../..');
  const missing = await missingPackages(floorPackages);
  if (missing.length > 0)
    throw new Error(
      `The floor lacks Debian packages: ${missing.join(' ')}. "npm run floor" as root installs them.`,
    );
  if (!existsSync(chromium)) throw new Error(`There is no ${chromium}.`);
  await removeLeftCopies(cacheFolder());
  const floorFolder = await mkdtemp(path.join(tmpdir(), 'floor-'));
  project.provide('repository', repository);
  project.provide('asteriskRoot', await asteriskFolder());
  project.provide('electron', await electronRuntime(repository));
  project.provide('chromium', chromium);
  project.provide('floorFolder', floorFolder);
  return async () => {
    if (process.env['CENTRALA_KEEP'] === undefined)
      await rm(floorFolder, { recursive: true, force: true });
    else console.log(`floor: logs and recordings are in ${floorFolder}`);
  };
}

/** Copies of Electron that an interrupted run of more than an hour ago left behind. */
async function removeLeftCopies(cache: string): Promise<void> {
  for (const name of await readdir(cache).catch(() => [])) {
    const copy = path.join(cache, name);
    if (!name.includes('.run-') || Date.now() - (await stat(copy)).ctimeMs < 3_600_000) continue;
    await rm(copy, { recursive: true, force: true });
  }
}
