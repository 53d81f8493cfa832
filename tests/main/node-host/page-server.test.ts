import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { servePages, type PageServer } from '../../../src-main/node-host/page-server.ts';

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
let folder = '';
let server: PageServer;
let wires: string[] = [];
let wished: string[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'centrala-pages-'));
  mkdirSync(join(folder, 'pages', 'assets'), { recursive: true });
  writeFileSync(join(folder, 'pages', 'desk.html'), '<title>desk</title>');
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  wires = [];
  wished = [];
  server = await servePages({
    folder: join(folder, 'pages'),
    port: 0,
    log: quiet,
    token: 'right',
    connected: (wire) => wires.push(wire),
    dialWished: (written) => wished.push(written),
  });
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const base = () => server.address.split('/?')[0] ?? '';

/** How a connection attempt ended: open, or the HTTP status it was refused with. */
function attempt(path: string, token: string, headers: Record<string, string>): Promise<string> {
  return new Promise((resolve) => {
    const socket = new WebSocket(
      base().replace('http', 'ws') + path,
      ['centrala.v1', `token.${token}`],
      { headers },
    );
    socket.on('open', () => {
      socket.terminate();
      resolve('open');
    });
    socket.on('unexpected-response', (_request, response) => resolve(String(response.statusCode)));
    socket.on('error', () => resolve('refused'));
  });
}

function get(path: string, host: string): Promise<number | undefined> {
  const { port } = new URL(base());
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

describe('the page server', () => {
  it('listens on loopback and serves the desk with its security policy', async () => {
    expect(server.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=right$/);
    const answer = await fetch(`${base()}/`);
    expect(await answer.text()).toContain('desk');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(answer.headers.get('content-security-policy')).not.toContain("'unsafe-eval'");
  });

  it('gives the wires to a page of its own that knows the token', async () => {
    expect(await attempt('/wire/desk', 'right', { origin: base() })).toBe('open');
    expect(await attempt('/wire/voice', 'right', { origin: base() })).toBe('open');
    expect(wires).toEqual(['desk', 'voice']);
  });

  it.each([
    ['a wrong token', '/wire/desk', 'wrong', {}],
    ['no token', '/wire/desk', '', {}],
    ['another origin', '/wire/desk', 'right', { origin: 'http://evil.example' }],
    ['another host name (DNS rebinding)', '/wire/desk', 'right', { host: 'evil.example' }],
    ['an unknown wire', '/wire/other', 'right', {}],
  ])('refuses %s', async (_what, path, token, headers) => {
    expect(await attempt(path, token, { origin: base(), ...headers })).toBe('403');
    expect(wires).toEqual([]);
  });

  it.each(['/../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/nothing.js'])(
    'has nothing outside its folder: %s',
    async (path) => {
      expect(await get(path, new URL(base()).host)).toBe(404);
    },
  );

  it('answers nobody who calls it by another name', async () => {
    expect(await get('/', 'evil.example')).toBe(421);
  });

  it('fails with EADDRINUSE on a busy port', async () => {
    await expect(
      servePages({ folder, port: Number(new URL(base()).port), log: quiet, connected: () => {} }),
    ).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

describe('a number from another program', () => {
  const ours = () => new URL(base()).host;
  const dial = (query: string, host = ours()) => get(`/dial?${query}`, host);

  it('is wished for by whoever knows the token, as it was written', async () => {
    expect(await dial('token=right&number=%2B386%2041%20123%20456')).toBe(204);
    expect(await dial('token=right&number=tel:041123456')).toBe(204);
    expect(wished).toEqual(['+386 41 123 456', '041123456']);
  });

  it.each([
    ['number=041123456', 403],
    ['token=&number=041123456', 403],
    ['token=wrong&number=041123456', 403],
    ['token=rightx&number=041123456', 403],
    ['token=right', 400],
    ['token=right&number=%20', 400],
    [`token=right&number=${'1'.repeat(201)}`, 400],
  ])('is refused: %s', async (query, status) => {
    expect(await dial(query)).toBe(status);
    expect(wished).toEqual([]);
  });

  it('is refused under a foreign name', async () => {
    expect(await dial('token=right&number=041123456', 'evil.example')).toBe(421);
    expect(wished).toEqual([]);
  });
});
