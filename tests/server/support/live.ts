/** A listener at /live, as a desk's is: RPC over a WebSocket with the token in the handshake. */
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { WebSocket } from 'ws';
import type { CentralClient } from './server-bench.ts';

export interface PokeListener extends AsyncDisposable {
  /** The next poke. */
  next(): Promise<void>;
  readonly socket: WebSocket;
}

export async function pokesOf(address: string, token: string): Promise<PokeListener> {
  const socket = openLive(address, token);
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
  const link = new RPCLink({ websocket: socket });
  const client: CentralClient = createORPCClient(link);
  const pokes = await client.sync.pokes();
  return {
    socket,
    async next() {
      const { done } = await pokes.next();
      if (done) throw new Error('no more pokes');
    },
    async [Symbol.asyncDispose]() {
      socket.terminate();
    },
  };
}

export function openLive(address: string, token: string | null, path = '/live'): WebSocket {
  const headers = token === null ? {} : { authorization: `Bearer ${token}` };
  return new WebSocket(`${address.replace(/^http/, 'ws')}${path}`, { headers });
}
