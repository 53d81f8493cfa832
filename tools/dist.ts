/**
 * `npm run dist`: builds and packages with electron-builder. Arguments are passed on, e.g. `npm run dist -- --linux dir`.
 * Offline, name an Electron that is already there: `-c.electronVersion=33.2.1 -c.electronDist=FOLDER`.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(import.meta.dirname, '..');

function run(program: string, args: readonly string[]): void {
  const result = spawnSync(process.execPath, [program, ...args], { cwd: root, stdio: 'inherit' });
  if (result.status !== 0) process.exit(result.status ?? 1);
}

run(join(root, 'tools', 'build.ts'), []);
run(fileURLToPath(import.meta.resolve('electron-builder/cli.js')), [
  '--publish',
  'never',
  ...process.argv.slice(2),
]);
