/** The desk in Electron: main, the desk page and the voice page are processes of their own. */
import { join } from 'node:path';
import { electronRuntime } from '../../tools/floor/electron-runtime.ts';
import { runCommand } from '../../tools/floor/run-command.ts';
import { startElectronDesk } from '../floor/support/desk.ts';
import type { SoakHost, SoakHostOptions } from './soak-host.ts';
import { countSoundObjects, inspectMain, pageMemory, renderersOf } from './soak-memory.ts';

const repository = join(import.meta.dirname, '..', '..');

export async function soakInElectron({
  folder,
  server,
  micWav,
  stack,
}: SoakHostOptions): Promise<SoakHost> {
  const runtime = await electronRuntime(repository);
  const build = join(repository, 'tools/build.ts');
  await runCommand(process.execPath, [build, '--if-needed']);
  if (runtime.kind === 'bare')
    await runCommand(process.execPath, [build, '--if-needed', '--electron-test']);
  const desk = await startElectronDesk({
    repository,
    folder,
    server,
    micWav,
    runtime,
    words: ['--inspect=127.0.0.1:0'],
    voiceScripts: [countSoundObjects],
  });
  stack.defer(() => desk.stop());
  const inspector = stack.use(await inspectMain(desk.pid, join(folder, 'electron.log')));
  const { page } = desk;
  const voice = await desk.electron.window('/voice.html');
  return {
    page,
    sounding: () => Promise.resolve([voice]),
    memory: async () => ({
      main: await inspector.memory(),
      // Main opens the desk page first, then the voice page, then the small window.
      page: await pageMemory(voice, renderersOf(join(folder, 'data')).slice(1, 2)),
    }),
  };
}
