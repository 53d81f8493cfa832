/** Gives each of our own windows the port it may have; a message from anywhere else is not heard. */
import { ipcMain, MessageChannelMain, type MessagePortMain, type WebContents } from 'electron';
import { appOrigin } from './app-scheme.ts';

export type PortKind = 'desk' | 'voice';

/**
 * `mayHave` says which window may have which port. The port given to `connected` is started.
 */
export function givePorts(
  mayHave: (contents: WebContents, kind: PortKind) => boolean,
  connected: (kind: PortKind, port: MessagePortMain, contents: WebContents) => void,
): void {
  ipcMain.on('want-port', (event, kind: unknown) => {
    const frame = event.senderFrame;
    if (kind !== 'desk' && kind !== 'voice') return;
    if (!frame || frame.parent !== null || !frame.url.startsWith(`${appOrigin}/`)) return;
    if (!mayHave(event.sender, kind)) return;
    const { port1, port2 } = new MessageChannelMain();
    connected(kind, port1, event.sender);
    port1.start();
    event.sender.postMessage('port', kind, [port2]);
  });
}
