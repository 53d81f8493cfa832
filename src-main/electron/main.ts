/** Entry of the desk in Electron. One instance; a second start shows the first one's window. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app, dialog, Menu } from 'electron';
import { createFileLog } from '../logging/file-log.ts';
import { readSettings } from '../settings/settings.ts';
import { startFailure } from '../settings/start-failure.ts';
import { appOrigin } from './app-origin.ts';
import { declareAppScheme, serveAppScheme } from './app-scheme.ts';
import { linkAmong } from './dial-link.ts';
import { startElectronHost, type ElectronHost } from './electron-host.ts';
import { lockDown } from './lock-down.ts';

async function start(): Promise<void> {
  const settings = readSettings(process.env, process.platform);
  mkdirSync(settings.dataFolder, { recursive: true });
  app.setPath('userData', join(settings.dataFolder, 'electron'));
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  const log = createFileLog(settings.dataFolder, settings.logLevel);
  process.on('uncaughtException', (error) => log.error({ error }, 'an error nobody caught'));
  process.on('unhandledRejection', (error) => log.error({ error }, 'a rejection nobody caught'));
  declareAppScheme();
  Menu.setApplicationMenu(null);
  let host: ElectronHost | undefined;
  // A link that comes before the desk is there waits for it: the one that started us, on macOS an early open-url.
  let early = linkAmong(process.argv.slice(1));
  const openLink = (link: string): void => {
    if (host) host.openDialLink(link);
    else early = link;
  };
  // Only the installed program takes the system's links: a checkout must not.
  if (app.isPackaged)
    for (const scheme of ['tel', 'callto', 'sip']) app.setAsDefaultProtocolClient(scheme);
  app.on('second-instance', (_event, argv) => {
    const link = linkAmong(argv.slice(1));
    if (link === null) host?.showDesk();
    else openLink(link);
  });
  app.on('open-url', (event, link) => {
    event.preventDefault();
    openLink(link);
  });
  app.on('window-all-closed', () => app.quit());
  let closed = false;
  app.on('before-quit', (event) => {
    if (closed || !host) return;
    event.preventDefault();
    // Whatever hangs, the process is gone within 2.5 s.
    const late = setTimeout(() => app.exit(0), 2_500);
    void close(host).finally(() => {
      clearTimeout(late);
      closed = true;
      app.quit();
    });
  });
  const close = async (open: ElectronHost): Promise<void> => {
    await open[Symbol.asyncDispose]();
    await log[Symbol.asyncDispose]();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => app.quit());
  if (process.env['CENTRALA_PARENT'] === 'stdin')
    process.stdin.resume().on('end', () => app.quit());
  await app.whenReady();
  serveAppScheme(join(import.meta.dirname, '..', 'renderer'));
  lockDown();
  host = await startElectronHost({
    settings,
    preload: join(import.meta.dirname, 'preload.cjs'),
    log,
  });
  if (early !== null) host.openDialLink(early);
  process.stdout.write(`${JSON.stringify({ ready: true, address: appOrigin })}\n`);
}

start().catch((error: unknown) => {
  const sentence = startFailure(error);
  process.stderr.write(`${sentence}\n`);
  if (app.isReady()) dialog.showErrorBox('Centrala', sentence);
  app.exit(1);
});
