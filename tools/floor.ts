/**
 * `npm run floor`: the tests against real peers. Installs the Debian packages they need (as root), fetches Asterisk and
 * Electron into the cache, builds the app and runs vitest. Further words go to vitest: `npm run floor -- main-job`.
 * A peer that cannot be had ends the run with a sentence; nothing is skipped.
 */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { asteriskCommand, asteriskFolder } from './floor/asterisk-folder.ts';
import { floorPackages, installPackages } from './floor/debian-packages.ts';
import { electronRuntime } from './floor/electron-runtime.ts';
import { runCommand } from './floor/run-command.ts';

const root = path.join(import.meta.dirname, '..');

async function prepare(): Promise<void> {
  await installPackages(floorPackages);
  const asterisk = await asteriskFolder();
  const version = await runCommand(...asteriskCommand(asterisk, ['-V']));
  const electron = await electronRuntime(root);
  console.log(`floor: ${version.trim()}`);
  console.log(`floor: Electron at ${electron.executable}`);
  const build = path.join(root, 'tools/build.ts');
  await runCommand(process.execPath, [build], { cwd: root });
  if (electron.kind === 'bare')
    await runCommand(process.execPath, [build, '--electron-test'], { cwd: root });
}

async function main(words: readonly string[]): Promise<number> {
  await prepare();
  const vitest = path.join(root, 'node_modules/vitest/vitest.mjs');
  const child = spawn(process.execPath, [vitest, 'run', '--project', 'floor', ...words], {
    cwd: root,
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => child.once('close', (code) => resolve(code ?? 1)));
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(`floor: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  },
);
