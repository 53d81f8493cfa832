/** The desk in Electron: windows, ports, keychain and power events as the Host port wants them. */
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import { RPCHandler } from '@orpc/server/message-port';
import { app, powerMonitor, type BrowserWindow } from 'electron';
import { createDesk, type Desk } from '../desk.ts';
import type { Host } from '../host.ts';
import { Listeners } from '../listeners.ts';
import type { Log } from '../log.ts';
import { secretFile } from '../secret-file.ts';
import type { Settings } from '../settings/settings.ts';
import { systemClock } from '../system-clock.ts';
import type { VoiceClient } from '../voice/voice-client.ts';
import { listenForDialKey } from './dial-key.ts';
import { linkedNumber } from './dial-link.ts';
import { endHanging } from './hang-watch.ts';
import { keychain } from './keychain.ts';
import { givePorts } from './page-ports.ts';
import { createPopNotices } from './pop-notice.ts';
import { openDeskWindow, openPopWindow, openVoiceWindow } from './windows.ts';

export interface ElectronHost extends AsyncDisposable {
  showDesk(): void;
  /** A link of another program; what holds no number is dropped. */
  openDialLink(link: string): void;
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

  const pops = createPopNotices({
    pop: () => (windows.pop && !windows.pop.isDestroyed() ? windows.pop : null),
    isDeskFocused: () => windows.desk?.isFocused() ?? false,
  });

  const wishDial = (written: string | null): void => {
    showDesk();
    if (written !== null) return dialWishes.tell(written);
    // Without a number at hand it leads to the dial field, by the page's own key.
    for (const type of ['keyDown', 'keyUp'] as const)
      windows.desk?.webContents.sendInputEvent({ type, keyCode: 'F7' });
  };
  const openDialLink = (link: string): void => {
    const written = linkedNumber(link);
    // The link itself is not logged: it is somebody's number.
    if (written === null) log.warn({ length: link.length }, 'a link without a number was dropped');
    else wishDial(written);
  };

  const secrets = keychain(secretFile);
  const host: Host = {
    name: 'electron',
    dataFolder: settings.dataFolder,
    secrets,
    clock: systemClock,
    log,
    server: settings.server,
    showPop: (notice) => pops.tell(notice),
    onVoicePage: (arrived) => arrivals.add(arrived),
    onDialWish: (asked) => dialWishes.add(asked),
    onWake: (woke) => waking.add(woke),
  };

  /** A page that died is opened again at once; the facts are here, not there. */
  const revive = (window: BrowserWindow, name: 'desk' | 'voice' | 'pop'): BrowserWindow => {
    window.webContents.on('render-process-gone', (_event, details) => {
      log.error({ page: name, reason: details.reason }, 'a page died');
      if (!closing && !window.isDestroyed()) window.webContents.reload();
    });
    endHanging(window.webContents, systemClock, () => log.error({ page: name }, 'a page hangs'));
    return window;
  };
  const openDesk = (): BrowserWindow => {
    const window = revive(openDeskWindow(preload), 'desk');
    window.on('closed', () => {
      if (!closing) app.quit();
    });
    window.on('focus', () => pops.look());
    window.on('blur', () => pops.look());
    return window;
  };
  const openVoice = (): void => {
    if (windows.voice) return;
    windows.voice = revive(openVoiceWindow(preload), 'voice');
    // What a device did wrong is seen only there.
    windows.voice.webContents.on('console-message', ({ level, message }) => {
      if (level === 'warning' || level === 'error')
        log.warn({ page: 'voice', message }, 'a page warns');
    });
  };
  const openOthers = (): void => {
    if (closing) return;
    openVoice();
    windows.pop = revive(openPopWindow(preload), 'pop');
    pops.look();
  };

  // The person waits for the desk: its page loads while the rooms are built, and the other pages after it.
  windows.desk = openDesk();
  windows.desk.once('ready-to-show', openOthers);
  let built = (): void => undefined;
  const ports = givePorts(
    new Promise((resolve) => (built = resolve)),
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
        end: () => windows.voice?.webContents.forcefullyCrashRenderer(),
      };
      arrivals.tell(client);
    },
  );
  const desk: Desk = await createDesk(host, settings);
  const handler = new RPCHandler(desk.router);
  built();
  // A customer waits in silence for it.
  if (desk.busy) openVoice();

  const woke = (): void => waking.tell();
  powerMonitor.on('resume', woke);
  powerMonitor.on('unlock-screen', woke);
  const key = listenForDialKey(wishDial);
  if (!key.taken) log.warn({}, 'another program has the dial key');

  return {
    showDesk,
    openDialLink,
    async [Symbol.asyncDispose]() {
      closing = true;
      key[Symbol.dispose]();
      ports[Symbol.dispose]();
      powerMonitor.off('resume', woke);
      powerMonitor.off('unlock-screen', woke);
      await desk[Symbol.asyncDispose]();
      for (const window of Object.values(windows)) if (!window.isDestroyed()) window.destroy();
    },
  };
}
