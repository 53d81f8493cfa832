/** A child process of the launcher: ready when it prints its JSON line, gone when the launcher goes. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';

export interface Child {
  /** What it said in its ready line. */
  readonly address: string;
  /** Settles when the process has ended, with its exit code. */
  readonly ended: Promise<number>;
  /** Asks it to end; kills it after `patience` milliseconds. */
  stop(patience: number): Promise<void>;
}

/** The child ended before it was ready; the message is what it said on stderr. */
export class ChildFailed extends Error {
  constructor(name: string, said: string) {
    super(said.trim() || `${name} ended before it was ready.`);
    this.name = 'ChildFailed';
  }
}

/**
 * Runs a program with the launcher's Node.js. Its stdin stays open: when the launcher dies in whatever way, the pipe
 * closes and the child ends by itself (CENTRALA_PARENT=stdin).
 */
export async function startChild(options: {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly logFile: string;
}): Promise<Child> {
  const child = spawn(options.program, options.args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...options.environment, CENTRALA_PARENT: 'stdin' },
    // Ctrl+C reaches the launcher alone; it stops its children in order.
    detached: process.platform !== 'win32',
  });
  const log = createWriteStream(options.logFile, { flags: 'a', mode: 0o600 });
  log.on('error', () => undefined);
  let said = '';
  child.stderr.on('data', (data: Buffer) => {
    said = (said + data.toString()).slice(-4_000);
    log.write(data);
  });
  const ended = new Promise<number>((resolve) => {
    child.once('error', (error) => {
      said += error.message;
      resolve(1);
    });
    child.once('close', (code) => {
      log.end();
      resolve(code ?? 1);
    });
  });
  const address = await Promise.race([
    readyLine(child, (line) => log.write(`${line}\n`)),
    ended.then(() => {
      throw new ChildFailed(options.name, said);
    }),
  ]);
  return { address, ended, stop: (patience) => stopChild(child, ended, patience) };
}

function readyLine(child: ChildProcess, other: (line: string) => void): Promise<string> {
  return new Promise((resolve) => {
    if (!child.stdout) return;
    createInterface({ input: child.stdout }).on('line', (line) => {
      const address = readyAddress(line);
      if (address === undefined) other(line);
      else resolve(address);
    });
  });
}

/** The address in a line such as {"ready":true,"address":"http://…"}; undefined for every other line. */
export function readyAddress(line: string): string | undefined {
  if (!line.startsWith('{"ready":true')) return undefined;
  try {
    const parsed: unknown = JSON.parse(line);
    return typeof parsed === 'object' && parsed !== null && 'address' in parsed
      ? String(parsed.address)
      : '';
  } catch {
    return undefined;
  }
}

async function stopChild(
  child: ChildProcess,
  ended: Promise<number>,
  patience: number,
): Promise<void> {
  child.stdin?.end();
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), patience);
  await ended;
  clearTimeout(late);
}
