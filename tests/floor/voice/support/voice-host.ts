/** A host with nothing but the voice page: serves it as the browser host does, and is main at the other end of its link. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { build } from 'vite';
import { WebSocketServer, type WebSocket } from 'ws';
import type { VoiceEvent, voiceContract } from '#shared/contract/voice.ts';
import { waitFor } from '../../support/wait-for.ts';

type VoiceRpc = ContractRouterClient<typeof voiceContract>;

const token = 'only-for-this-test';
const policy =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; media-src 'self' mediastream: blob:; connect-src 'self'; object-src 'none'; base-uri 'none'";
/** The voice page as the browser host has it: a hidden frame of the desk page. */
const framed =
  '<!doctype html><iframe src="./voice.html" allow="microphone; autoplay" hidden></iframe>';
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
};

/** One link of one voice page, as main has it. */
export interface LinkedPage {
  readonly rpc: VoiceRpc;
  /** All that the page told since it was linked. */
  readonly heard: VoiceEvent[];
  /** Ends with the link, or with the page. */
  readonly watched: Promise<unknown>;
  close(code?: number): void;
}

export class VoiceHost implements AsyncDisposable {
  readonly links: LinkedPage[] = [];
  /** Refuses every page with this close code while set. */
  refuseWith: number | null = null;
  readonly #server: Server;
  readonly #sockets: WebSocketServer;
  readonly #folder: string;
  readonly #browsers = new Set<Browser>();

  private constructor(server: Server, folder: string) {
    this.#server = server;
    this.#folder = folder;
    this.#sockets = new WebSocketServer({
      server,
      path: '/wire/voice',
      handleProtocols: (offered) =>
        offered.has(`token.${token}`) && offered.has('centrala.v1') ? 'centrala.v1' : false,
    });
    this.#sockets.on('connection', (socket) => this.#link(socket));
  }

  static async open(): Promise<VoiceHost> {
    const folder = await mkdtemp(join(tmpdir(), 'voice-page-'));
    await build({
      root: 'src-renderer',
      configFile: false,
      logLevel: 'error',
      base: './',
      build: {
        outDir: folder,
        assetsInlineLimit: 0,
        rolldownOptions: { input: 'src-renderer/voice.html' },
      },
    });
    const server = createServer((request, response) => {
      const path = new URL(request.url ?? '/', 'http://host').pathname;
      const content =
        path === '/framed.html' ? Promise.resolve(framed) : readFile(join(folder, path));
      void content.then(
        (file) => {
          response.setHeader('content-type', types[extname(path)] ?? 'application/octet-stream');
          response.setHeader('content-security-policy', policy);
          response.end(file);
        },
        // A browser asks for a favicon, and complains when there is none.
        () => response.writeHead(path === '/favicon.ico' ? 204 : 404).end(),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new VoiceHost(server, folder);
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** A browser with these switches, and a context in it that knows the token. */
  async browser(switches: readonly string[]): Promise<BrowserContext> {
    const browser = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-features=WebRtcHideLocalIpsWithMdns', ...switches],
    });
    this.#browsers.add(browser);
    const context = await browser.newContext();
    await context.addInitScript((value) => sessionStorage.setItem('centrala-token', value), token);
    return context;
  }

  /** Opens the page and waits for its link. What the page complains of fails the test that reads `complaints`. */
  async page(
    context: BrowserContext,
    path = '/voice.html',
  ): Promise<{ link: LinkedPage; complaints: string[]; page: Page }> {
    const complaints: string[] = [];
    const page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    const before = this.links.length;
    await page.goto(`${this.origin}${path}`);
    const link = await this.nextLink(before);
    return { link, complaints, page };
  }

  /** The link that came after the first `before`, once it is there. */
  nextLink(before: number, withinMs = 15_000): Promise<LinkedPage> {
    return waitFor('the page to link', () => this.links[before], withinMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const browser of this.#browsers) await browser.close();
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#sockets.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await rm(this.#folder, { recursive: true, force: true });
  }

  #link(socket: WebSocket): void {
    if (this.refuseWith !== null) {
      socket.close(this.refuseWith);
      return;
    }
    const rpc: VoiceRpc = createORPCClient(new RPCLink({ websocket: socket }));
    const heard: VoiceEvent[] = [];
    const follow = async () => {
      for await (const event of await rpc.watch()) heard.push(event);
    };
    const watched = follow().catch((error: unknown) => error);
    this.links.push({ rpc, heard, watched, close: (code) => socket.close(code ?? 1000) });
  }
}
