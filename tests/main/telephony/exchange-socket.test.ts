/** Opening the socket to an exchange that says nothing. */
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { openExchangeSocket } from '../../../src-main/telephony/exchange-socket.ts';

/** Why it closed without having been open. */
async function refusal(port: number): Promise<unknown> {
  const opening = openExchangeSocket(`ws://127.0.0.1:${port}`, []);
  const code = await new Promise<number>((resolve) => opening.socket.on('close', resolve));
  return opening.fault(code);
}

/** Listens, takes nobody, and has so few places to wait in that the kernel soon drops every further SYN. */
const listensAndSleeps = `
const { createServer } = require('node:net');
const { parentPort } = require('node:worker_threads');
const server = createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
  parentPort.postMessage(server.address().port);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});`;

test('one that does not even answer the SYN is given up sooner than one that is slow', async () => {
  const worker = new Worker(listensAndSleeps, { eval: true });
  const waiting: net.Socket[] = [];
  try {
    const [port] = (await once(worker, 'message')) as [number];
    for (let full = false; !full;) {
      const one = net.connect({ port, host: '127.0.0.1' }).on('error', () => undefined);
      waiting.push(one);
      full = await Promise.race([
        once(one, 'connect').then(() => false),
        new Promise<boolean>((resolve) => setTimeout(() => resolve(true), 300)),
      ]);
    }
    expect(await refusal(port)).toMatchObject({
      problem: 'timeout',
      message: 'connecting has timed out',
    });
  } finally {
    for (const one of waiting) one.destroy();
    await worker.terminate();
  }
});

test('one that takes the connection and says nothing has longer', async () => {
  const taken: net.Socket[] = [];
  const server = net.createServer((socket) => void taken.push(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  expect(await refusal((server.address() as AddressInfo).port)).toMatchObject({
    problem: 'timeout',
    message: 'Opening handshake has timed out',
  });
  for (const socket of taken) socket.destroy();
  server.close();
});

test('an address that is none is told as unreachable', () => {
  expect(() => openExchangeSocket('no address', [])).toThrow(
    expect.objectContaining({ name: 'ConnectError', problem: 'unreachable' }),
  );
});
