/** Gives each of our own windows the port it may have; a message from anywhere else is not heard. */
import {
  ipcMain,
  MessageChannelMain,
  type IpcMainEvent,
  type MessagePortMain,
  type WebContents,
} from 'electron';
import { isOurPage } from './permission-rule.ts';

export type PortKind = 'desk' | 'voice';

/**
 * `mayHave` says which window may have which port. The port given to `connected` is started. Disposed, nobody gets one.
 */
export function givePorts(
  mayHave: (contents: WebContents, kind: PortKind) => boolean,
  connected: (kind: PortKind, port: MessagePortMain) => void,
): Disposable {
  const give = (event: IpcMainEvent, kind: unknown): void => {
    const frame = event.senderFrame;
    if (kind !== 'desk' && kind !== 'voice') return;
    if (!frame || frame.parent !== null || !isOurPage(frame.url)) return;
    if (!mayHave(event.sender, kind)) return;
    const { port1, port2 } = new MessageChannelMain();
    connected(kind, port1);
    port1.start();
    event.sender.postMessage('port', kind, [port2]);
  };
  ipcMain.on('want-port', give);
  return { [Symbol.dispose]: () => void ipcMain.off('want-port', give) };
}
