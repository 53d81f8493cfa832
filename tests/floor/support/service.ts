/** One of our own programs as a child process, started by its ready line, which says where it can be reached. */
import path from 'node:path';
import { readyLine, startChild, type Child } from './child.ts';

export interface ServiceOptions {
  /** Where the program stands, below the repository. */
  readonly program: string;
  readonly repository: string;
  readonly logFile: string;
  readonly env: Readonly<Record<string, string>>;
  /** Network namespace (ip-netns(8)) it lives in; the machine's own when left out. */
  readonly network?: string;
}

export interface Service {
  /** Its address: the same after a restart only where `env` fixes a port. */
  readonly address: string;
  readonly pid: number;
  readonly isUp: boolean;
  /** As an administrator stops it. */
  stop(): Promise<void>;
  kill(): Promise<void>;
  restart(): Promise<void>;
}

/** Starts it and waits for `{"ready":true,"address":…}`. Throws with its last words when it ends before. */
export async function startService(options: ServiceOptions): Promise<Service> {
  let child: Child;
  let address = '';
  async function start(): Promise<void> {
    const program = path.join(options.repository, options.program);
    const inside = ['netns', 'exec', options.network ?? '', process.execPath, program];
    child = startChild({
      command: options.network === undefined ? process.execPath : 'ip',
      args: options.network === undefined ? [program] : inside,
      logFile: options.logFile,
      cwd: options.repository,
      env: { ...process.env, NODE_OPTIONS: '', ...options.env },
    });
    const said = await readyLine(child, (line) => line['ready'] === true);
    if (typeof said['address'] !== 'string') throw new Error(`${options.program} says no address`);
    address = said['address'];
  }
  await start();
  return {
    get address() {
      return address;
    },
    get pid() {
      return child.pid;
    },
    get isUp() {
      return child.isUp;
    },
    stop: () => child.stop(),
    kill: () => child.kill(),
    async restart() {
      await child.stop();
      await start();
    },
  };
}
