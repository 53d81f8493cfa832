/** Finds the Electron program, fetching it once where that is possible. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A machine that cannot reach the download answers late or never; the browser desk is a good desk too. */
const longestFetch = 90_000;

/** The program's path, or null where its binary is not there and cannot be fetched. */
export function electronBinary(root: string, mayFetch: boolean): string | null {
  const folder = join(root, 'node_modules', 'electron');
  const found = installedBinary(folder);
  if (found || !mayFetch || !existsSync(folder)) return found;
  spawnSync(process.execPath, [join(folder, 'install.js')], {
    stdio: 'ignore',
    timeout: longestFetch,
  });
  return installedBinary(folder);
}

function installedBinary(folder: string): string | null {
  const override = process.env['CENTRALA_ELECTRON'];
  if (override) return existsSync(override) ? override : null;
  const pathFile = join(folder, 'path.txt');
  if (!existsSync(pathFile)) return null;
  const program = join(folder, 'dist', readFileSync(pathFile, 'utf8'));
  return existsSync(program) ? program : null;
}
