/** Preload of every window: relays one MessagePort and says which host this is. Nothing else crosses. */
import { contextBridge, ipcRenderer } from 'electron';

contextBridge.exposeInMainWorld('centrala', { host: 'electron' });

window.addEventListener('message', (event) => {
  if (event.source !== window || event.origin !== location.origin) return;
  const asked = event.data as { readonly type?: unknown; readonly contract?: unknown } | null;
  if (asked?.type === 'want-port' && (asked.contract === 'desk' || asked.contract === 'voice'))
    ipcRenderer.send('want-port', asked.contract);
});

ipcRenderer.on('port', (event, contract: string) => {
  window.postMessage({ type: 'port', contract }, location.origin, [...event.ports]);
});
