/**
 * Installs the project's packages when they are missing or out of date. Plain JavaScript without a dependency: it is run by
 * whatever Node.js is there (20 or newer), before node_modules exists.
 */
import { spawnSync } from 'node:child_process';
import { statSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const lock = join(root, 'package-lock.json');
/** npm writes this file at the end of every install. */
const installed = join(root, 'node_modules', '.package-lock.json');

if (Number(process.versions.node.split('.')[0]) < 20) {
  console.error(`Centrala needs Node.js 20 or newer; this is ${process.version}.`);
  process.exit(1);
}
const timeOf = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
if (timeOf(installed) < timeOf(lock)) {
  console.log('Installing packages (once, about a minute) …');
  // The versions of package-lock.json. Not `npm ci`: it refuses the lock where a registry lacks some other platform's binding
  // of an optional dependency.
  const words = ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  const result = spawnSync('npm', words, {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (result.status !== 0) {
    console.error(
      'The packages could not be installed. Is the npm registry reachable? Try: npm install',
    );
    process.exit(result.status ?? 1);
  }
  const now = new Date();
  utimesSync(installed, now, now);
}
