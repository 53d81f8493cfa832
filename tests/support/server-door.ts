/** The network between a desk and its server: it lets through, loses answers, or falls silent. */
import { connect, createServer, type Server, type Socket } from 'node:net';

export interface ServerDoor extends AsyncDisposable {
  readonly address: string;
  /** open · loses-answers: the server gets the request, the desk never its answer · silent: nothing is answered any more */
  mode: 'open' | 'loses-answers' | 'silent';
  /** Answers that were lost. */
  readonly lost: number;
}

export async function doorTo(server: string): Promise<ServerDoor> {
  const { hostname, port } = new URL(server);
  const sockets = new Set<Socket>();
  let lost = 0;
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
    desk.on('data', (data) => {
      if (state.mode !== 'silent') inside.write(data);
    });
    inside.on('data', (data) => {
      if (state.mode === 'open') desk.write(data);
      else if (state.mode === 'loses-answers') {
        lost++;
        desk.destroy();
      }
    });
  });
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
  const place = door.address();
  if (typeof place !== 'object' || place === null) throw new Error('no port');
  const state: ServerDoor = {
    address: `http://127.0.0.1:${place.port}`,
    mode: 'open',
    get lost() {
      return lost;
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => door.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
  return state;
}
