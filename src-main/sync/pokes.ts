/** Pokes: a WebSocket to the server over which it says "pull now"; connects again by itself until disposed. */
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { WebSocket } from 'ws';
import type { centralContract } from '#shared/contract/central.ts';
import type { Clock } from '../host.ts';
import type { Log } from '../log.ts';
import { createBackOff } from './back-off.ts';

/** Without a sign of life for so long the connection is dead, whatever TCP thinks. */
const heartbeatMs = 15_000;

export interface Pokes extends Disposable {
  /** Tries again now, when it waits to. */
  now(): void;
}

export function watchPokes(deps: {
  readonly server: string;
  readonly token: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly poked: () => void;
}): Pokes {
  const backOff = createBackOff(deps.clock);
  let socket: WebSocket | null = null;
  let disposed = false;

  async function listen(): Promise<void> {
    const live = new WebSocket(`${deps.server.replace(/^http/, 'ws')}/live`, {
      headers: { authorization: `Bearer ${deps.token}` },
      handshakeTimeout: 10_000,
      rejectUnauthorized: true,
    });
    socket = live;
    live.binaryType = 'arraybuffer';
    await opened(live);
    using _heart = keepAlive(live, deps.clock);
    const rpc: ContractRouterClient<typeof centralContract> = createORPCClient(
      new RPCLink({ websocket: live }),
    );
    for await (const _poke of await rpc.sync.pokes()) {
      backOff.reset();
      if (!disposed) deps.poked();
    }
  }

  function connect(): void {
    if (disposed || socket) return;
    listen()
      .catch(() => undefined)
      .finally(() => {
        socket?.terminate();
        socket = null;
        if (!disposed) {
          deps.log.debug({ event: 'pokes-lost' }, 'The live connection ended; trying again');
          backOff.retry(connect);
        }
      });
  }
  connect();

  return {
    now() {
      if (disposed || socket) return;
      backOff.reset();
      connect();
    },
    [Symbol.dispose]() {
      disposed = true;
      backOff[Symbol.dispose]();
      socket?.terminate();
    },
  };
}

function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('open', resolve);
    // Stays for the socket's whole life: an error without a listener would end the process.
    socket.on('error', reject);
    socket.once('close', () => reject(new Error('closed')));
  });
}

/** Pings (RFC 6455 section 5.5.2); a ping that was not answered by the next one ends the connection. */
function keepAlive(socket: WebSocket, clock: Clock): Disposable {
  let answered = true;
  let timer: Disposable;
  const beat = (): void => {
    if (!answered) return socket.terminate();
    answered = false;
    socket.ping();
    timer = clock.after(heartbeatMs, beat);
  };
  socket.on('pong', () => (answered = true));
  timer = clock.after(heartbeatMs, beat);
  return { [Symbol.dispose]: () => timer[Symbol.dispose]() };
}
