/** A day of calls in minutes: 1,000 calls answered and ended, and what main and the tab keep of them. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CDPSession, Page } from 'playwright-core';
import { WebSocket } from 'ws';
import { loadWrtc } from '../../src-practice/media/wrtc.ts';
import { runCommand } from '../../tools/floor/run-command.ts';
import { becomeReady, signIn } from '../floor/support/operator.ts';
import { launchChromium } from '../floor/support/chromium.ts';
import { startServer } from '../floor/support/server-process.ts';
import { startService } from '../floor/support/service.ts';
import { waitFor } from '../floor/support/wait-for.ts';
import { syllables, writeWav } from '../floor/support/wav.ts';
import { PracticePeer } from '../floor/voice/support/practice-peer.ts';
import { SipStub } from '../support/sip-stub.ts';
import { until } from '../support/until.ts';
import { print } from './figures.ts';
import { pssMiB } from './process-memory.ts';

const repository = join(import.meta.dirname, '..', '..');
const extension = '201';
/** Code is compiled, caches and lists of the last calls are filled. */
const warmUp = 250;

interface Memory {
  readonly mainHeapMiB: number;
  readonly mainPssMiB: number;
  /** Desk page and voice page together: in the browser host they share a tab. */
  readonly tabHeapMiB: number;
  readonly openPeers: number;
}

/** `--short`: forty calls after ten. */
export async function benchSoak(): Promise<void> {
  const short = process.argv.includes('--short');
  const calls = short ? 40 : 1_000;
  await runCommand(process.execPath, [
    join(repository, 'tools/build.ts'),
    '--pages',
    '--if-needed',
  ]);
  loadWrtc();
  const folder = mkdtempSync(join(tmpdir(), 'bench-soak-'));
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  const stub = await SipStub.start();
  stack.defer(() => stub.stop());
  stub.accounts.set(extension, `practice-${extension}`);
  const server = await startServer({
    repository,
    folder,
    centre: join(repository, 'assets/centres/demo.yaml'),
    exchange: stub.url,
  });
  stack.defer(() => server.stop());
  const logFile = join(folder, 'host.log');
  const host = await startService({
    program: 'src-main/node-host/main.ts',
    repository,
    logFile,
    env: {
      CENTRALA_DATA: join(folder, 'data'),
      CENTRALA_SERVER: server.address,
      CENTRALA_PORT: '0',
      NODE_OPTIONS: '--inspect=127.0.0.1:0',
    },
  });
  stack.defer(() => host.stop());
  const micWav = join(folder, 'microphone.wav');
  await writeWav(micWav, syllables(440, 60));
  const browser = await launchChromium({
    executable: process.env['CENTRALA_CHROMIUM'] ?? '/usr/bin/chromium',
    profile: join(folder, 'profile'),
    micWav,
  });
  stack.defer(() => browser.close());
  await browser.addInitScript(countPeers);
  const page = await browser.newPage();
  await page.goto(host.address);
  await signIn(page, 'ana', 'centrala-demo');
  await until('the line is registered', () => stub.bound(extension), 30_000);
  await becomeReady(page);

  const inspector = await openInspector(logFile);
  stack.defer(() => inspector.close());
  const session = await page.context().newCDPSession(page);
  const measure = () => measured(host.pid, inspector, session, page);
  for (let at = 0; at < (short ? 10 : warmUp); at++) await oneCall(stub, page, at);
  const before = await measure();
  for (let at = 0; at < calls; at++) await oneCall(stub, page, at);
  const after = await measure();
  const common = { bench: 'soak', n: calls, unit: 'MiB', peer: 'itself before' } as const;
  print({
    ...common,
    case: 'main',
    heapGrowth: after.mainHeapMiB - before.mainHeapMiB,
    pssGrowth: after.mainPssMiB - before.mainPssMiB,
    heap: after.mainHeapMiB,
    pss: after.mainPssMiB,
  });
  print({
    ...common,
    case: 'tab',
    heapGrowth: after.tabHeapMiB - before.tabHeapMiB,
    heap: after.tabHeapMiB,
    openPeers: after.openPeers,
  });
}

/** Rung, answered by key, ended by the customer, finished by key. Every tenth is heard. */
async function oneCall(stub: SipStub, page: Page, at: number): Promise<void> {
  using caller = new PracticePeer(700);
  const call = stub.invite({
    from: `<sip:+3864${String(1_000_000 + at)}@practice.centrala>`,
    to: `<sip:${extension}@practice.centrala>`,
    headers: ['X-Queue: internet', 'X-Queue-Wait: 4'],
    sdp: await caller.offer(),
  });
  await page.getByRole('article', { name: 'Dohodni klic' }).waitFor();
  await page.keyboard.press('F2');
  const { body } = await call.answered();
  await caller.accept(body);
  await page.locator('[data-phase="talking"]').waitFor();
  if (at % 10 === 0)
    await waitFor('sound from the desk', async () =>
      (await caller.listen(0.5)).samples.some((sample) => Math.abs(sample) > 0.01),
    );
  call.bye();
  await page.locator('[data-phase="ended"]').waitFor();
  await waitFor('the card gone', async () => {
    if ((await page.locator('[data-call]').count()) === 0) return true;
    for (const key of ['t', '1', 'F9']) await page.keyboard.press(key);
    return false;
  });
  stub.received.length = 0;
  stub.calls.clear();
}

async function measured(
  pid: number,
  inspector: Inspector,
  session: CDPSession,
  page: Page,
): Promise<Memory> {
  await inspector.send('HeapProfiler.collectGarbage');
  const { result } = await inspector.send('Runtime.evaluate', {
    expression: 'process.memoryUsage().heapUsed',
  });
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = (await session.send('Runtime.getHeapUsage')) as { usedSize: number };
  const frames = await Promise.all(
    page.frames().map((frame) => frame.evaluate(() => window.soakPeers?.open() ?? 0)),
  );
  return {
    mainHeapMiB: Number(result?.value ?? Number.NaN) / 1024 / 1024,
    mainPssMiB: pssMiB([pid]),
    tabHeapMiB: usedSize / 1024 / 1024,
    openPeers: frames.reduce((sum, one) => sum + one, 0),
  };
}

declare global {
  interface Window {
    soakPeers?: { open(): number };
  }
}

/** Runs in every frame before its own code: knows the peer connections that are not closed. */
function countPeers(): void {
  const all = new Set<RTCPeerConnection>();
  window.RTCPeerConnection = new Proxy(RTCPeerConnection, {
    construct(target, given: [RTCConfiguration?]) {
      const made = new target(...given);
      all.add(made);
      return made;
    },
  });
  window.soakPeers = {
    open() {
      for (const one of all) if (one.connectionState === 'closed') all.delete(one);
      return all.size;
    },
  };
}

interface Inspector {
  send(
    method: string,
    params?: Readonly<Record<string, unknown>>,
  ): Promise<{ readonly result?: { readonly value?: unknown } }>;
  close(): void;
}

/** Node's own inspector, whose address the process has said. */
async function openInspector(logFile: string): Promise<Inspector> {
  const address = await waitFor(
    'the inspector',
    () => /Debugger listening on (ws:\S+)/.exec(readFileSync(logFile, 'utf8'))?.[1],
  );
  const socket = new WebSocket(address);
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const waiting = new Map<number, (result: object) => void>();
  let sent = 0;
  socket.on('message', (data) => {
    const text = Buffer.isBuffer(data) ? data.toString('utf8') : '{}';
    const { id, result } = JSON.parse(text) as { id?: number; result?: object };
    waiting.get(id ?? -1)?.(result ?? {});
    waiting.delete(id ?? -1);
  });
  return {
    send: (method, params = {}) =>
      new Promise((resolve) => {
        waiting.set(++sent, resolve);
        socket.send(JSON.stringify({ id: sent, method, params }));
      }),
    close: () => socket.close(),
  };
}
