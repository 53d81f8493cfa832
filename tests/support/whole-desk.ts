/**
 * The whole desk main as a page has it: the real central server with the demo centre on a real PostgreSQL, a stub
 * exchange over a real WebSocket, a voice page without media, and pages over real message ports.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import { createDesk, type Desk } from '../../src-main/desk.ts';
import type { Host } from '../../src-main/host.ts';
import type { Settings } from '../../src-main/settings/settings.ts';
import { createLog } from '../../src-server/log.ts';
import { createServer, type Server } from '../../src-server/server.ts';
import { DeskPage } from './desk-page.ts';
import { FakeVoicePage } from './fake-voice-page.ts';
import { memoryHost, wallClock, type LogLine, type MemoryHost } from './memory-host.ts';
import { startPostgres } from './postgres.ts';
import { doorTo, type ServerDoor } from './server-door.ts';
import { SipStub } from './sip-stub.ts';
import type { StubCall } from './stub-call.ts';
import { until } from './until.ts';

export const demoCentre = new URL('../../assets/centres/demo.yaml', import.meta.url).pathname;
export const password = 'centrala-demo';

export interface TestCentre extends AsyncDisposable {
  readonly stub: SipStub;
  readonly door: ServerDoor;
  /** Of the server itself; the door's is what desks are given. */
  readonly address: string;
  /** What every desk of this centre has logged. */
  readonly logged: LogLine[];
  rows<Row extends object>(text: string, ...values: readonly unknown[]): Promise<readonly Row[]>;
  stopServer(): Promise<void>;
  /** On the same port, with the same base. */
  startServer(): Promise<void>;
}

export async function startCentre(): Promise<TestCentre> {
  const postgres = await startPostgres();
  const dataFolder = mkdtempSync(join(tmpdir(), 'centre-'));
  const stub = await SipStub.start();
  for (const extension of ['201', '202', '210'])
    stub.accounts.set(extension, `practice-${extension}`);
  const start = (port: number): Promise<Server> =>
    createServer({
      database: { kind: 'postgres', url: postgres.url },
      centreFile: demoCentre,
      dataFolder,
      exchange: stub.url,
      port,
      log: createLog('silent'),
      signInLimits: { tries: 3, addressSeconds: 0 },
    });
  let server = await start(0);
  const { address } = server;
  const door = await doorTo(address);
  const pool = new Pool({ connectionString: postgres.url, max: 1 });
  return {
    stub,
    door,
    address,
    logged: [],
    rows: async <Row extends object>(text: string, ...values: readonly unknown[]) =>
      (await pool.query<Row>(text, [...values])).rows,
    stopServer: () => server.close(),
    async startServer() {
      server = await start(Number(new URL(address).port));
    },
    async [Symbol.asyncDispose]() {
      await pool.end();
      await door[Symbol.asyncDispose]();
      await server.close();
      await stub.stop();
      await postgres.stop();
      rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}

export interface WholeDesk extends AsyncDisposable {
  readonly centre: TestCentre;
  readonly host: MemoryHost;
  /** The page that is open; a reload replaces it. */
  readonly page: DeskPage;
  readonly voice: FakeVoicePage;
  signIn(username?: string): Promise<void>;
  /** Signed in, the line registered, ready, and the base pulled. */
  atWork(username?: string): Promise<void>;
  /** Rings the desk and waits until the page shows it. */
  ring(from?: Caller): Promise<{ readonly sip: StubCall; readonly callId: string }>;
  reload(): Promise<void>;
  /** The desk's process ends and begins again on the same folder. */
  restart(): Promise<void>;
  /** The desk's process is killed: nothing is said to anybody, and another one begins on what is on the disk. */
  kill(): Promise<void>;
  dispose(): Promise<void>;
}

export interface Caller {
  /** As the exchange writes it; null: withheld. */
  readonly number?: string | null;
  readonly queue?: string | null;
}

const settings: Settings = {
  dataFolder: '',
  server: null,
  port: 0,
  logLevel: 'debug',
  certificates: [],
};

export async function wholeDesk(centre: TestCentre): Promise<WholeDesk> {
  const memory = memoryHost({ server: centre.door.address });
  let dataFolder = memory.dataFolder;
  const copies: string[] = [];
  let desk: Desk;
  let page: DeskPage;
  let voice: FakeVoicePage;
  let running = false;
  const start = async (): Promise<void> => {
    const host: Host = { ...memory, clock: wallClock, dataFolder };
    desk = await createDesk(host, settings);
    running = true;
    voice = new FakeVoicePage();
    memory.bringVoicePage(voice.client);
    page = new DeskPage(desk.router);
    await page.complete();
  };
  const stop = async (): Promise<void> => {
    if (!running) return;
    running = false;
    page.leave();
    await desk[Symbol.asyncDispose]();
    centre.logged.push(...memory.log.lines.splice(0));
  };
  const signIn = async (username = 'ana'): Promise<void> => {
    await page.rpc.session.signIn({ username, password, ready: true });
  };
  await start();
  return {
    centre,
    host: memory,
    get page() {
      return page;
    },
    get voice() {
      return voice;
    },
    signIn,
    async atWork(username) {
      await signIn(username);
      await page.until('ready', () => page.operator.phase === 'ready');
      await page.until('the base', () => page.sync.server === 'up' && !page.sync.loading);
    },
    async ring({ number = '041555101', queue = 'internet' } = {}) {
      const before = new Set(page.calls.keys());
      const sip = centre.stub.invite({
        to: '<sip:201@practice.centrala>',
        from:
          number === null
            ? '"Anonymous" <sip:anonymous@anonymous.invalid>'
            : `"${number}" <sip:${number}@practice.centrala>`,
        headers: [
          ...(queue === null ? [] : [`X-Queue: ${queue}`, 'X-Queue-Wait: 31']),
          ...(number === null ? ['Privacy: id'] : []),
        ],
      });
      const callId = await until('a call on the page', () =>
        [...page.calls.keys()].find((one) => !before.has(one)),
      );
      return { sip, callId };
    },
    async reload() {
      page.leave();
      page = new DeskPage(desk.router);
      await page.complete();
    },
    async restart() {
      await stop();
      await start();
    },
    async kill() {
      // What a killed process leaves: the files as they are now, and a socket that is gone before a BYE could be sent.
      dataFolder = mkdtempSync(join(tmpdir(), 'desk-'));
      copies.push(dataFolder);
      cpSync(memory.dataFolder, dataFolder, { recursive: true });
      centre.stub.drop();
      await stop();
      await start();
    },
    dispose: stop,
    async [Symbol.asyncDispose]() {
      await stop();
      for (const copy of copies) rmSync(copy, { recursive: true, force: true });
      memory[Symbol.dispose]();
    },
  };
}
