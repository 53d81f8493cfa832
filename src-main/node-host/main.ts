/** Entry of the browser host: `node src-main/node-host/main.ts`. Prints one JSON line when the desk can be opened. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createFileLog } from '../logging/file-log.ts';
import { readSettings } from '../settings/settings.ts';
import { startFailure } from '../settings/start-failure.ts';
import { startBrowserHost } from './browser-host.ts';

async function main(): Promise<void> {
  const settings = readSettings(process.env, process.platform);
  mkdirSync(settings.dataFolder, { recursive: true });
  const log = createFileLog(settings.dataFolder, settings.logLevel);
  const host = await startBrowserHost({
    settings,
    pages: join(import.meta.dirname, '..', '..', 'out', 'renderer'),
    log,
    token: process.env['CENTRALA_TOKEN'],
  });
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    // Whatever hangs, the process is gone within 2.5 s.
    setTimeout(() => process.exit(0), 2_500).unref();
    void close().finally(() => process.exit(0));
  };
  const close = async (): Promise<void> => {
    await host[Symbol.asyncDispose]();
    await log[Symbol.asyncDispose]();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  if (process.env['CENTRALA_PARENT'] === 'stdin') process.stdin.resume().on('end', stop);
  process.on('uncaughtException', (error) => log.error({ error }, 'an error nobody caught'));
  process.on('unhandledRejection', (error) => log.error({ error }, 'a rejection nobody caught'));
  process.stdout.write(`${JSON.stringify({ ready: true, address: host.address })}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${startFailure(error)}\n`);
  process.exit(1);
});
