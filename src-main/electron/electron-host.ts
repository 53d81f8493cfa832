/** The desk in Electron: windows, ports, keychain and power events as the Host port wants them. */
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import { RPCHandler } from '@orpc/server/message-port';
import { app, powerMonitor, shell, type BrowserWindow } from 'electron';
import { createDesk, type Desk } from '../desk.ts';
import type { Host, PopNotice } from '../host.ts';
import { Listeners } from '../listeners.ts';
import type { Log } from '../log.ts';
import { secretFile } from '../secret-file.ts';
import type { Settings } from '../settings/settings.ts';
import { systemClock } from '../system-clock.ts';
import type { VoiceClient } from '../voice/voice-client.ts';
import { keychain } from './keychain.ts';
import { givePorts } from './page-ports.ts';
import { openDeskWindow, openPopWindow, openVoiceWindow } from './windows.ts';

export interface ElectronHost extends AsyncDisposable {
  showDesk(): void;
}

/** Errors: StoreError, SettingsError. Electron must be ready. */
export async function startElectronHost(options: {
  readonly settings: Settings;
  readonly preload: string;
  readonly log: Log;
}): Promise<ElectronHost> {
  const { settings, preload, log } = options;
  const arrivals = new Listeners<VoiceClient>();
  const waking = new Listeners<void>();
  const dialWishes = new Listeners<string>();
  const windows: { desk?: BrowserWindow; voice?: BrowserWindow; pop?: BrowserWindow } = {};
  let closing = false;

  const showDesk = (): void => {
    if (!windows.desk || windows.desk.isDestroyed()) windows.desk = openDesk();
    if (windows.desk.isMinimized()) windows.desk.restore();
    windows.desk.show();
    windows.desk.focus();
  };

  const showPop = (notice: PopNotice | null): void => {
    const pop = windows.pop;
    if (!pop || pop.isDestroyed()) return;
    if (notice && !windows.desk?.isFocused()) pop.showInactive();
    else pop.hide();
  };

  const secrets = keychain(secretFile);
  const host: Host = {
    name: 'electron',
    dataFolder: settings.dataFolder,
    secrets,
    clock: systemClock,
    log,
    server: settings.server,
    showPop,
    focusDesk: showDesk,
    openLink: (url) => {
      if (url.startsWith('https://')) void shell.openExternal(url);
    },
    onVoicePage: (arrived) => arrivals.add(arrived),
    onDialWish: (asked) => dialWishes.add(asked),
    onWake: (woke) => waking.add(woke),
  };

  const desk: Desk = await createDesk(host, settings);
  const handler = new RPCHandler(desk.router);
  const ports = givePorts(
    (contents, kind) =>
      kind === 'voice'
        ? contents === windows.voice?.webContents
        : contents === windows.desk?.webContents || contents === windows.pop?.webContents,
    (kind, port) => {
      if (kind === 'desk') {
        handler.upgrade(port, { context: {} });
        return;
      }
      const client: VoiceClient = {
        rpc: createORPCClient(new RPCLink({ port })),
        closed: new Promise((resolve) => port.once('close', () => resolve())),
      };
      arrivals.tell(client);
    },
  );

  /** A page that died is opened again at once; the facts are here, not there. */
  const revive = (window: BrowserWindow, name: 'desk' | 'voice' | 'pop'): BrowserWindow => {
    window.webContents.on('render-process-gone', (_event, details) => {
      log.error({ page: name, reason: details.reason }, 'a page died');
      if (!closing && !window.isDestroyed()) window.webContents.reload();
    });
    return window;
  };
  const openDesk = (): BrowserWindow => {
    const window = revive(openDeskWindow(preload), 'desk');
    window.on('closed', () => {
      if (!closing) app.quit();
    });
    window.on('focus', () => windows.pop?.hide());
    return window;
  };
  windows.voice = revive(openVoiceWindow(preload), 'voice');
  windows.desk = openDesk();
  windows.pop = revive(openPopWindow(preload), 'pop');

  const woke = (): void => waking.tell();
  powerMonitor.on('resume', woke);
  powerMonitor.on('unlock-screen', woke);

  return {
    showDesk,
    async [Symbol.asyncDispose]() {
      closing = true;
      ports[Symbol.dispose]();
      powerMonitor.off('resume', woke);
      powerMonitor.off('unlock-screen', woke);
      await desk[Symbol.asyncDispose]();
      for (const window of Object.values(windows)) if (!window.isDestroyed()) window.destroy();
    },
  };
}
