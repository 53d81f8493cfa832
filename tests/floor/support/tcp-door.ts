/** The way between a desk and its exchange, cut or swallowed when a test wants it. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface TcpDoor extends AsyncDisposable {
  /** The given address, led through this door. */
  readonly address: string;
  /** Every connection is closed at once; new ones come through. */
  cut(): void;
}

export async function openTcpDoor(target: string): Promise<TcpDoor> {
  const { protocol, hostname, port, pathname } = new URL(target);
  const sockets = new Set<Socket>();
  const server = createServer((outside) => {
    const inside = connect(Number(port), hostname);
    for (const socket of [outside, inside]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        outside.destroy();
        inside.destroy();
      });
    }
    outside.pipe(inside);
    inside.pipe(outside);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const place = server.address();
  if (typeof place !== 'object' || place === null) throw new Error('no port');
  const cut = (): void => sockets.forEach((socket) => socket.destroy());
  return {
    address: `${protocol}//127.0.0.1:${place.port}${pathname}`,
    cut,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      cut();
      await closed;
    },
  };
}
