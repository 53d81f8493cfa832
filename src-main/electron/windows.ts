/** The three windows: the desk, the hidden voice page, and the small ringing window that never takes the focus. */
import { BrowserWindow, screen } from 'electron';
import { appOrigin } from './app-origin.ts';

const pageRights = (preload: string) => ({
  preload,
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  webviewTag: false,
  spellcheck: false,
});

export function openDeskWindow(preload: string): BrowserWindow {
  const window = new BrowserWindow({
    width: 1280,
    height: 800,
    minWidth: 1024,
    minHeight: 640,
    show: false,
    backgroundColor: '#f8f9fa',
    autoHideMenuBar: true,
    title: 'Centrala',
    webPreferences: { ...pageRights(preload), backgroundThrottling: false },
  });
  window.removeMenu();
  window.once('ready-to-show', () => window.show());
  void window.loadURL(`${appOrigin}/desk.html`);
  return window;
}

/**
 * Owns microphone, speakers and peer connections; never shown, never throttled.
 * Its media follow the system's routes, as the line itself does (docs/decisions/0011).
 */
export function openVoiceWindow(preload: string): BrowserWindow {
  const window = new BrowserWindow({
    show: false,
    width: 320,
    height: 200,
    webPreferences: {
      ...pageRights(preload),
      backgroundThrottling: false,
      autoplayPolicy: 'no-user-gesture-required',
    },
  });
  window.webContents.setWebRTCIPHandlingPolicy('default_public_and_private_interfaces');
  void window.loadURL(`${appOrigin}/voice.html`);
  return window;
}

export function openPopWindow(preload: string): BrowserWindow {
  const [width, height] = [380, 190];
  const { workArea } = screen.getPrimaryDisplay();
  const window = new BrowserWindow({
    width,
    height,
    x: workArea.x + workArea.width - width - 16,
    y: workArea.y + workArea.height - height - 16,
    show: false,
    frame: false,
    resizable: false,
    skipTaskbar: true,
    alwaysOnTop: true,
    // A keystroke meant for the form must never answer or refuse a call (field notes, row 13).
    focusable: false,
    webPreferences: { ...pageRights(preload), backgroundThrottling: false },
  });
  window.setAlwaysOnTop(true, 'screen-saver');
  window.setVisibleOnAllWorkspaces(true, { visibleOnFullScreen: true });
  void window.loadURL(`${appOrigin}/pop.html`);
  return window;
}
