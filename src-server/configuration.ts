/** What the environment says about this server. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { LogLevel } from './log.ts';
import { StartProblem } from './start-problem.ts';
import type { StorePlace } from './store/open-store.ts';

export interface Configuration {
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  /** For the embedded base and the signing key. */
  readonly dataFolder: string;
  readonly database: StorePlace;
  /** Loaded at the start when the base is empty. */
  readonly centreFile: string | null;
  /** Stands in for the centre file's exchange address. */
  readonly exchange: string | null;
  readonly logLevel: LogLevel;
  readonly proxies: string;
  /** The process ends with its parent: when standard input closes. */
  readonly endsWithParent: boolean;
}

const levels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'silent'];

/** Errors: StartProblem for a value that cannot be used. An empty value counts as not set. */
export function readConfiguration(env: Readonly<NodeJS.ProcessEnv>): Configuration {
  const read = (name: string): string | null => env[name]?.trim() || null;
  const dataFolder = read('CENTRALA_SERVER_DATA') ?? join(homedir(), '.centrala', 'server');
  const url = read('DATABASE_URL');
  return {
    host: read('CENTRALA_SERVER_HOST') ?? '127.0.0.1',
    port: readPort(read('CENTRALA_SERVER_PORT')),
    dataFolder,
    database: url === null ? { kind: 'folder', folder: dataFolder } : postgres(url),
    centreFile: read('CENTRALA_CENTRE'),
    exchange: readExchange(read('CENTRALA_EXCHANGE')),
    logLevel: readLevel(read('CENTRALA_LOG')),
    proxies: read('CENTRALA_SERVER_PROXIES') ?? 'loopback',
    endsWithParent: read('CENTRALA_PARENT') === 'stdin',
  };
}

function readPort(text: string | null): number {
  if (text === null) return 8070;
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new StartProblem(
    `CENTRALA_SERVER_PORT is "${text}", but a port is a number from 0 to 65535.`,
  );
}

function postgres(url: string): StorePlace {
  if (/^postgres(ql)?:\/\//.test(url)) return { kind: 'postgres', url };
  // The address may hold a password: it is not repeated.
  throw new StartProblem(
    'DATABASE_URL must begin with postgres:// (user:password@host:port/database).',
  );
}

function readExchange(text: string | null): string | null {
  if (text === null) return null;
  if (/^wss?:\/\//.test(text) && URL.canParse(text)) return text;
  throw new StartProblem(`CENTRALA_EXCHANGE is "${text}", but must be a ws:// or wss:// address.`);
}

function readLevel(text: string | null): LogLevel {
  if (text === null) return 'info';
  const level = levels.find((one) => one === text);
  if (level) return level;
  throw new StartProblem(`CENTRALA_LOG is "${text}", but must be one of ${levels.join(', ')}.`);
}
