/** The network between a desk and its server: it lets through, loses answers, or falls silent. */
import { connect, createServer, type Server, type Socket } from 'node:net';

export interface ServerDoor extends AsyncDisposable {
  readonly address: string;
  /** open · loses-answers: the server gets the request, the desk never its answer · silent: nothing gets through until it opens */
  mode: 'open' | 'loses-answers' | 'silent';
  /** Answers that were lost. */
  readonly lost: number;
}

export async function doorTo(server: string): Promise<ServerDoor> {
  const { hostname, port } = new URL(server);
  const sockets = new Set<Socket>();
  let lost = 0;
  let mode: ServerDoor['mode'] = 'open';
  const door: Server = createServer((desk) => {
    const inside = connect(Number(port), hostname);
    for (const socket of [desk, inside]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        desk.destroy();
        inside.destroy();
      });
    }
    desk.on('data', (data) => inside.write(data));
    inside.on('data', (data) => {
      if (mode === 'open') return desk.write(data);
      lost++;
      return desk.destroy();
    });
    if (mode === 'silent') {
      desk.pause();
      inside.pause();
    }
  });
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
  const place = door.address();
  if (typeof place !== 'object' || place === null) throw new Error('no port');
  return {
    address: `http://127.0.0.1:${place.port}`,
    get mode() {
      return mode;
    },
    set mode(next) {
      mode = next;
      for (const socket of sockets) {
        if (next === 'silent') socket.pause();
        else socket.resume();
      }
    },
    get lost() {
      return lost;
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => door.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
