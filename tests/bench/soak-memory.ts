/** What main and the pages keep in memory once the garbage is collected. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { WebSocket } from 'ws';
import { waitFor } from '../floor/support/wait-for.ts';
import { anonymousMiB } from './process-memory.ts';

export interface MainMemory {
  readonly heapMiB: number;
  readonly externalMiB: number;
  readonly rssMiB: number;
  readonly anonymousMiB: number;
}

/** The voice page; in the browser host the desk page is in the same process and heap. */
export interface PageMemory {
  readonly heapMiB: number;
  /** Of its process: peer connections and their sound are not in the heap. */
  readonly anonymousMiB: number;
  readonly listeners: number;
  readonly nodes: number;
  /** Connections that are not closed. */
  readonly openPeers: number;
  /** Objects still in memory, closed or not. */
  readonly keptPeers: number;
  readonly openContexts: number;
  readonly keptContexts: number;
  readonly keptWorklets: number;
}

interface Counts {
  readonly openPeers: number;
  readonly keptPeers: number;
  readonly openContexts: number;
  readonly keptContexts: number;
  readonly keptWorklets: number;
}

declare global {
  interface Window {
    soak?: {
      count(): Counts;
      /** Samples that were received, not invented for what is missing; of the connections that are open. */
      played(): Promise<number>;
      /** The connections that are open, for a message. */
      told(): Promise<string>;
    };
  }
}

const mebi = 1024 * 1024;

/** Runs in every frame before its own code: knows what is made of WebRTC and Web Audio, and keeps none of it alive. */
export function countSoundObjects(): void {
  const peers: WeakRef<RTCPeerConnection>[] = [];
  const contexts: WeakRef<AudioContext>[] = [];
  const worklets: WeakRef<AudioWorkletNode>[] = [];
  const counted = <T extends object, C extends new (...given: never[]) => T>(
    original: C,
    into: WeakRef<T>[],
  ): C =>
    new Proxy(original, {
      construct(target, given, asked) {
        const made = Reflect.construct(target, given, asked) as T;
        into.push(new WeakRef(made));
        return made;
      },
    });
  const kept = <T extends object>(all: readonly WeakRef<T>[]): T[] =>
    all.map((one) => one.deref()).filter((one) => one !== undefined);
  window.RTCPeerConnection = counted(RTCPeerConnection, peers);
  window.AudioContext = counted(AudioContext, contexts);
  window.AudioWorkletNode = counted(AudioWorkletNode, worklets);
  window.soak = {
    count: () => ({
      openPeers: kept(peers).filter((one) => one.connectionState !== 'closed').length,
      keptPeers: kept(peers).length,
      openContexts: kept(contexts).filter((one) => one.state !== 'closed').length,
      keptContexts: kept(contexts).length,
      keptWorklets: kept(worklets).length,
    }),
    async told() {
      const open = kept(peers).filter((one) => one.connectionState !== 'closed');
      const all = await Promise.all(
        open.map(async (one) => ({
          state: one.connectionState,
          ice: one.iceConnectionState,
          direction: one.getTransceivers().map(({ currentDirection }) => currentDirection),
          rtp: [...(await one.getStats()).values()].filter(({ type }) =>
            ['inbound-rtp', 'outbound-rtp', 'transport'].includes(String(type)),
          ),
        })),
      );
      return JSON.stringify(all);
    },
    async played() {
      let samples = 0;
      for (const one of kept(peers)) {
        if (one.connectionState === 'closed') continue;
        for (const stats of (await one.getStats()).values())
          if (stats.type === 'inbound-rtp')
            samples +=
              Number(stats.totalSamplesReceived ?? 0) - Number(stats.concealedSamples ?? 0);
      }
      return samples;
    },
  };
}

export async function pageMemory(page: Page, renderers: readonly number[]): Promise<PageMemory> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  // What is freed by finalisers of the first round goes with the second.
  for (let round = 0; round < 3; round++) {
    await session.send('HeapProfiler.collectGarbage');
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  const { usedSize } = (await session.send('Runtime.getHeapUsage')) as { usedSize: number };
  const { metrics } = await session.send('Performance.getMetrics');
  const metric = (name: string): number => metrics.find((one) => one.name === name)?.value ?? 0;
  const frames = await Promise.all(
    page.frames().map((frame) => frame.evaluate(() => window.soak?.count())),
  );
  await session.detach();
  const sum = (name: keyof Counts): number =>
    frames.reduce((all, frame) => all + (frame?.[name] ?? 0), 0);
  return {
    heapMiB: usedSize / mebi,
    anonymousMiB: anonymousMiB(renderers),
    listeners: metric('JSEventListeners'),
    nodes: metric('Nodes'),
    openPeers: sum('openPeers'),
    keptPeers: sum('keptPeers'),
    openContexts: sum('openContexts'),
    keptContexts: sum('keptContexts'),
    keptWorklets: sum('keptWorklets'),
  };
}

/** The page processes of the browser whose command lines hold the folder of its profile, in the order of their making. */
export function renderersOf(profile: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      const words = commandLine(pid);
      return words.includes('--type=renderer') && words.includes(profile);
    })
    .map(Number)
    .toSorted((one, other) => madeAs(one) - madeAs(other));
}

function madeAs(pid: number): number {
  return Number(/--renderer-client-id=(\d+)/.exec(commandLine(String(pid)))?.[1] ?? 0);
}

/** Empty for a process that has ended meanwhile. */
function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

export interface MainInspector extends Disposable {
  memory(): Promise<MainMemory>;
}

/** @param logFile holds what the process, started with --inspect, has said. */
export async function inspectMain(pid: number, logFile: string): Promise<MainInspector> {
  const address = await waitFor(
    'the inspector',
    () => /Debugger listening on (ws:\S+)/.exec(readFileSync(logFile, 'utf8'))?.[1],
  );
  const socket = new WebSocket(address);
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const waiting = new Map<number, (result: InspectorResult) => void>();
  let sent = 0;
  socket.on('message', (data) => {
    const text = Buffer.isBuffer(data) ? data.toString('utf8') : '{}';
    const { id, result } = JSON.parse(text) as { id?: number; result?: InspectorResult };
    waiting.get(id ?? -1)?.(result ?? {});
    waiting.delete(id ?? -1);
  });
  const send = (method: string, params: object = {}): Promise<InspectorResult> =>
    new Promise((resolve) => {
      waiting.set(++sent, resolve);
      socket.send(JSON.stringify({ id: sent, method, params }));
    });
  return {
    async memory() {
      for (let round = 0; round < 3; round++) {
        await send('HeapProfiler.collectGarbage');
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
      const { result } = await send('Runtime.evaluate', {
        expression: 'process.memoryUsage()',
        returnByValue: true,
      });
      if (!result) throw new Error('main does not tell its memory');
      const { heapUsed, external, rss } = result.value as NodeJS.MemoryUsage;
      return {
        heapMiB: heapUsed / mebi,
        externalMiB: external / mebi,
        rssMiB: rss / mebi,
        anonymousMiB: anonymousMiB([pid]),
      };
    },
    [Symbol.dispose]: () => socket.close(),
  };
}

interface InspectorResult {
  readonly result?: { readonly value?: unknown };
}
