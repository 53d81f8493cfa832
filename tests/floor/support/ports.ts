/** Ports for peers that cannot be told to choose one themselves. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** A TCP port of 127.0.0.1 that was free a moment ago. */
export async function freeTcpPort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no TCP port');
  return address.port;
}

/**
 * A UDP port of 127.0.0.1 that was free a moment ago, as were TCP there and the port after it, which baresip takes for TLS.
 * Not one of those that the system hands out by itself: those are taken by somebody else before their time comes.
 */
export async function freeUdpPort(): Promise<number> {
  for (let tries = 0; tries < 50; tries++) {
    const port = 20_000 + 2 * Math.floor(Math.random() * 6_000);
    if ((await isFree(port)) && (await isFreeTcp(port)) && (await isFreeTcp(port + 1))) return port;
  }
  throw new Error('no free UDP port');
}

/** The first of `count` UDP ports in a row below those the system hands out by itself. */
export async function freePortRange(count: number): Promise<number> {
  const first = 10_000;
  const ranges = Math.floor((32_000 - first) / count);
  for (let tries = 0; tries < 50; tries++) {
    const start = first + count * Math.floor(Math.random() * ranges);
    if ((await isFree(start)) && (await isFree(start + count - 2))) return start;
  }
  throw new Error('no free range of UDP ports');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.once('error', () => resolve(false));
    socket.bind(port, '0.0.0.0', () => socket.close(() => resolve(true)));
  });
}

function isFreeTcp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
