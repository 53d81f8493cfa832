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
 * `mayHave` says which window may have which port; who asks before `ready` gets it then. The port given to `connected` is
 * started. Disposed, nobody gets one.
 */
export function givePorts(
  ready: Promise<void>,
  mayHave: (contents: WebContents, kind: PortKind) => boolean,
  connected: (kind: PortKind, port: MessagePortMain) => void,
): Disposable {
  let over = false;
  const give = async (event: IpcMainEvent, kind: unknown): Promise<void> => {
    await ready;
    // A page that is gone by now has no frame.
    const frame = over || event.sender.isDestroyed() ? null : event.senderFrame;
    if (kind !== 'desk' && kind !== 'voice') return;
    if (!frame || frame.parent !== null || !isOurPage(frame.url)) return;
    if (!mayHave(event.sender, kind)) return;
    const { port1, port2 } = new MessageChannelMain();
    connected(kind, port1);
    port1.start();
    event.sender.postMessage('port', kind, [port2]);
  };
  const wanted = (event: IpcMainEvent, kind: unknown): void => void give(event, kind);
  ipcMain.on('want-port', wanted);
  return {
    [Symbol.dispose]() {
      over = true;
      ipcMain.off('want-port', wanted);
    },
  };
}
