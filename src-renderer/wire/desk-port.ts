/** The desk contract over a MessagePort that Electron's preload hands over on request. */
import { RPCLink } from '@orpc/client/message-port';
import { deferred } from './deferred.ts';
import type { Connect, Connection } from './desk-link.ts';

/** How long the preload may take to hand over a port, in ms. */
const portPatience = 3000;

/** Asks the preload for a port and speaks over it. */
export function connectByPreload(page: Window): Connect {
  return async (signal) => connectionOver(await wantPort(page, signal));
}

/** A connection over a port of one's own; starts it. */
export function connectionOver(port: MessagePort): Connection {
  let heard = Date.now();
  const closed = deferred();
  // Before oRPC's own listeners: `heard` must be true when an answer is.
  port.addEventListener('message', () => {
    heard = Date.now();
  });
  port.addEventListener('close', () => closed.resolve());
  const rpc = new RPCLink({ port });
  port.start();
  return {
    rpc,
    closed: closed.promise,
    lastHeard: () => heard,
    close: () => {
      port.close();
      closed.resolve();
    },
  };
}

function wantPort(page: Window, signal: AbortSignal): Promise<MessagePort> {
  const wanted = deferred<MessagePort>();
  const onMessage = (event: MessageEvent<unknown>) => {
    const [port] = event.ports;
    if (event.source === page && port && isDeskPort(event.data)) wanted.resolve(port);
  };
  const giveUp = () => wanted.reject(new Error('no port from the preload'));
  page.addEventListener('message', onMessage);
  const timer = setTimeout(giveUp, portPatience);
  signal.addEventListener('abort', giveUp, { once: true });
  page.postMessage({ type: 'want-port', contract: 'desk' }, page.location.origin);
  return wanted.promise.finally(() => {
    page.removeEventListener('message', onMessage);
    clearTimeout(timer);
    signal.removeEventListener('abort', giveUp);
  });
}

function isDeskPort(data: unknown): boolean {
  return (
    typeof data === 'object' &&
    data !== null &&
    'type' in data &&
    data.type === 'port' &&
    'contract' in data &&
    data.contract === 'desk'
  );
}
