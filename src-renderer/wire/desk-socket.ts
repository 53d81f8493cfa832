/** The desk contract over a WebSocket to the Node host on loopback. */
import { RPCLink } from '@orpc/client/websocket';
import { protocolVersion } from '#shared/contract/protocol.ts';
import { deferred } from './deferred.ts';
import type { Connect } from './desk-link.ts';

const tokenKey = 'centrala-token';

/**
 * The token that proves this page was opened with the start address. It is taken out of the address bar
 * at once, so that it is neither seen nor copied along, and kept for reloads of this tab only.
 */
export function takeToken(page: Window): string {
  const address = new URL(page.location.href);
  const given = address.searchParams.get('token');
  if (given !== null) {
    page.sessionStorage.setItem(tokenKey, given);
    address.searchParams.delete('token');
    page.history.replaceState(page.history.state, '', address);
  }
  return given ?? page.sessionStorage.getItem(tokenKey) ?? '';
}

/** Speaks with the host the page came from; the token goes as a subprotocol, because a socket has no headers. */
export function connectBySocket(page: Window, token: string): Connect {
  return async (signal) => {
    const scheme = page.location.protocol === 'https:' ? 'wss' : 'ws';
    const socket = new WebSocket(`${scheme}://${page.location.host}/wire/desk`, [
      `centrala.v${protocolVersion}`,
      `token.${token}`,
    ]);
    let heard = Date.now();
    const closed = deferred();
    const opened = deferred();
    socket.addEventListener('message', () => {
      heard = Date.now();
    });
    socket.addEventListener('open', () => opened.resolve());
    socket.addEventListener('close', () => {
      closed.resolve();
      opened.reject(new Error('the host refused or is not there'));
    });
    signal.addEventListener('abort', () => socket.close(), { once: true });
    const rpc = new RPCLink({ websocket: socket });
    await opened.promise;
    return { rpc, closed: closed.promise, lastHeard: () => heard, close: () => socket.close() };
  };
}
