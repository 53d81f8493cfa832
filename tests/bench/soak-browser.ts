/** The browser host and its page in Chromium: desk page and voice page are one process and one heap. */
import { join } from 'node:path';
import { runCommand } from '../../tools/floor/run-command.ts';
import { launchChromium } from '../floor/support/chromium.ts';
import { startService } from '../floor/support/service.ts';
import type { SoakHost, SoakHostOptions } from './soak-host.ts';
import { countSoundObjects, inspectMain, pageMemory, renderersOf } from './soak-memory.ts';

const repository = join(import.meta.dirname, '..', '..');

export async function soakInBrowser({
  folder,
  server,
  micWav,
  stack,
}: SoakHostOptions): Promise<SoakHost> {
  const build = join(repository, 'tools/build.ts');
  await runCommand(process.execPath, [build, '--pages', '--if-needed']);
  const logFile = join(folder, 'host.log');
  const host = await startService({
    program: 'src-main/node-host/main.ts',
    repository,
    logFile,
    env: {
      CENTRALA_DATA: join(folder, 'data'),
      CENTRALA_SERVER: server,
      CENTRALA_PORT: '0',
      NODE_OPTIONS: '--inspect=127.0.0.1:0',
    },
  });
  stack.defer(() => host.stop());
  const profile = join(folder, 'profile');
  const browser = await launchChromium({
    executable: process.env['CENTRALA_CHROMIUM'] ?? '/usr/bin/chromium',
    profile,
    micWav,
  });
  stack.defer(() => browser.close());
  await browser.addInitScript(countSoundObjects);
  const page = await browser.newPage();
  await page.goto(host.address);
  const inspector = stack.use(await inspectMain(host.pid, logFile));
  return {
    page,
    sounding: () => Promise.resolve(page.frames()),
    memory: async () => ({
      main: await inspector.memory(),
      // The browser with this profile has a process for pages, and more for its own purposes that do nothing.
      page: await pageMemory(page, renderersOf(profile)),
    }),
  };
}
