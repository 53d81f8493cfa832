/** A host for tests: a real temporary folder, a clock moved by hand, a log that can be read. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock, Host, PopNotice, SecretBox } from '../../src-main/host.ts';
import type { Log } from '../../src-main/log.ts';
import type { VoiceClient } from '../../src-main/voice/voice-client.ts';

export interface ManualClock extends Clock {
  /** Moves time on; what falls due runs in its order, also what that starts. */
  advance(ms: number): void;
  /** Timers that wait. */
  readonly waiting: number;
  /** Milliseconds until the first of them falls due; null where none waits. */
  readonly dueIn: number | null;
}

export function manualClock(start = Date.UTC(2026, 10, 23, 9, 0, 0)): ManualClock {
  let now = start;
  let order = 0;
  const timers = new Map<number, { at: number; run: () => void }>();
  return {
    now: () => now,
    after(ms, run) {
      const id = order++;
      timers.set(id, { at: now + ms, run });
      return { [Symbol.dispose]: () => void timers.delete(id) };
    },
    advance(ms) {
      const end = now + ms;
      for (;;) {
        const due = [...timers]
          .filter(([, timer]) => timer.at <= end)
          .sort(([a, one], [b, other]) => one.at - other.at || a - b)[0];
        if (!due) break;
        timers.delete(due[0]);
        now = Math.max(now, due[1].at);
        due[1].run();
      }
      now = end;
    },
    get waiting() {
      return timers.size;
    },
    get dueIn() {
      const first = Math.min(...[...timers.values()].map(({ at }) => at));
      return timers.size === 0 ? null : Math.max(0, first - now);
    },
  };
}

/** The real time, for what a test waits for by state. */
export const wallClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return { [Symbol.dispose]: () => clearTimeout(timer) };
  },
};

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly facts: Readonly<Record<string, unknown>>;
  readonly message: string;
}

export function capturingLog(): Log & { readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  const at = (level: LogLine['level']) => (facts: LogLine['facts'], message: string) =>
    void lines.push({ level, facts, message });
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** Wraps by turning every byte around: not a secret, but not the key either. */
const turningBox: SecretBox = {
  keptIn: 'file',
  wrap: async (secret) => secret.map((byte) => byte ^ 0xff),
  unwrap: async (wrapped) => wrapped.map((byte) => byte ^ 0xff),
};

export interface MemoryHost extends Host, Disposable {
  readonly clock: ManualClock;
  readonly log: ReturnType<typeof capturingLog>;
  readonly pops: (PopNotice | null)[];
  wake(): void;
  /** A link or the dial key brings a number. */
  wishDial(written: string): void;
  bringVoicePage(client: VoiceClient): void;
}

/** @param given Another clock, server or name than the usual. */
export function memoryHost(
  given: { readonly server?: string | null; readonly clock?: ManualClock } = {},
): MemoryHost {
  const dataFolder = mkdtempSync(join(tmpdir(), 'desk-'));
  const voice = new Set<(client: VoiceClient) => void>();
  const wakes = new Set<() => void>();
  const dialWishes = new Set<(written: string) => void>();
  const pops: (PopNotice | null)[] = [];
  return {
    name: 'browser',
    dataFolder,
    secrets: turningBox,
    clock: given.clock ?? manualClock(),
    log: capturingLog(),
    server: given.server ?? null,
    pops,
    showPop: (notice) => void pops.push(notice),
    onVoicePage: (arrived) => listening(voice, arrived),
    onDialWish: (asked) => listening(dialWishes, asked),
    wishDial: (written) => dialWishes.forEach((asked) => asked(written)),
    onWake: (woke) => listening(wakes, woke),
    wake: () => wakes.forEach((woke) => woke()),
    bringVoicePage: (client) => voice.forEach((arrived) => arrived(client)),
    [Symbol.dispose]: () => rmSync(dataFolder, { recursive: true, force: true }),
  };
}

function listening<T>(all: Set<T>, one: T): Disposable {
  all.add(one);
  return { [Symbol.dispose]: () => void all.delete(one) };
}
