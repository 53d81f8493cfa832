/** Chooses the way to desk main: Electron's port where there is one, else the socket of the browser host. */
import type { Connect } from './desk-link.ts';
import { connectByPreload } from './desk-port.ts';
import { connectBySocket, takeToken } from './desk-socket.ts';

export function connectDesk(page: Window): Connect {
  return page.centrala?.host === 'electron'
    ? connectByPreload(page)
    : connectBySocket(page, takeToken(page));
}
