/** A program of the floor as a child process: its words go to a log file, and it never outlives the tests. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';

export interface Child {
  readonly pid: number;
  /** The child's input, for programs that are steered by it. */
  readonly process: ChildProcess;
  readonly logFile: string;
  /** Settles when it has ended: exit code, or null after a signal. */
  readonly ended: Promise<number | null>;
  readonly isUp: boolean;
  /** Each line it says from now on. */
  onLine(hear: (line: string) => void): void;
  /** SIGTERM, then SIGKILL after `graceMs`. Twice is fine. */
  stop(graceMs?: number): Promise<void>;
  kill(): Promise<void>;
  /** The last of what it said, for messages. */
  lastWords(): Promise<string>;
}

export interface ChildOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly logFile: string;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

export function startChild(options: ChildOptions): Child {
  const log = createWriteStream(options.logFile, { flags: 'a' });
  // The kernel ends it with us, however we end ourselves.
  const guarded = ['--pdeathsig', 'KILL', '--', options.command, ...options.args];
  const child = spawn('setpriv', guarded, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  // A child that goes away in the middle of a word is seen by `ended`.
  child.stdin.on('error', () => undefined);
  let up = true;
  const ended = new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      log.write(`${String(error)}\n`);
      resolve(-1);
    });
    child.once('close', (code) => resolve(code));
  }).then((code) => {
    up = false;
    log.end();
    return code;
  });
  return {
    pid: child.pid ?? -1,
    process: child,
    logFile: options.logFile,
    ended,
    get isUp() {
      return up;
    },
    onLine(hear) {
      for (const stream of [child.stdout, child.stderr]) {
        let rest = '';
        stream.on('data', (data: Buffer) => {
          const lines = (rest + String(data)).split('\n');
          rest = lines.pop() ?? '';
          for (const line of lines) hear(line);
        });
      }
    },
    async stop(graceMs = 5000) {
      if (!up) return;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await ended;
      clearTimeout(timer);
    },
    async kill() {
      if (!up) return;
      child.kill('SIGKILL');
      await ended;
    },
    async lastWords() {
      if (!log.closed) await once(log, 'drain', { signal: AbortSignal.timeout(50) }).catch(() => 0);
      return (await readFile(options.logFile, 'utf8').catch(() => '')).slice(-3000);
    },
  };
}

/** The first line of JSON for which `isReady` holds. Throws with the child's last words when it ends before. */
export function readyLine(
  child: Child,
  isReady: (line: Readonly<Record<string, unknown>>) => boolean,
  withinMs = 60_000,
): Promise<Readonly<Record<string, unknown>>> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      void child.lastWords().then((words) => reject(new Error(`${why}\n${words}`)));
    };
    const timer = setTimeout(() => fail(`not ready after ${withinMs / 1000} s`), withinMs);
    void child.ended.then((code) => {
      clearTimeout(timer);
      fail(`ended with ${code} before it was ready`);
    });
    child.onLine((line) => {
      const said = asObject(line);
      if (said === null || !isReady(said)) return;
      clearTimeout(timer);
      resolve(said);
    });
  });
}

function asObject(line: string): Record<string, unknown> | null {
  if (!line.trimStart().startsWith('{')) return null;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return null;
  }
}
