/** What the environment says to the practice exchange. */
import { isLogLevel } from './log.ts';
import type { LogLevel } from './log.ts';

export interface Settings {
  readonly host: string;
  readonly port: number;
  /** Path of the centre file. */
  readonly centre: string;
  /** Seconds. */
  readonly firstCall: number;
  /** Seconds. */
  readonly pause: number;
  readonly logLevel: LogLevel;
  /** End when standard input closes. */
  readonly endsWithParent: boolean;
}

/** @throws Error whose message is a clear sentence. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const host = environment['CENTRALA_PRACTICE_HOST'] || '127.0.0.1';
  // The exchange takes calls from simulated people without a bill: it must not be reachable from outside.
  if (!/^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host) && host !== '::1' && host !== 'localhost')
    throw new Error(
      `CENTRALA_PRACTICE_HOST is ${host}, but the practice exchange listens on loopback only: use 127.0.0.1.`,
    );
  const number = (name: string, usual: number, most: number, whole: boolean): number => {
    const written = environment[name];
    if (written === undefined || written === '') return usual;
    const value = /^\d+(\.\d+)?$/.test(written) ? Number(written) : Number.NaN;
    if (Number.isNaN(value) || value > most || (whole && !Number.isInteger(value)))
      throw new Error(`${name} is ${written}, but must be a number from 0 to ${most}.`);
    return value;
  };
  const centre = environment['CENTRALA_CENTRE'];
  if (!centre)
    throw new Error('CENTRALA_CENTRE is not set: it names the centre file with lines and queues.');
  const level = environment['CENTRALA_LOG'] || 'info';
  return {
    host,
    port: number('CENTRALA_PRACTICE_PORT', 8071, 65_535, true),
    centre,
    firstCall: number('CENTRALA_PRACTICE_FIRST_CALL', 8, 86_400, false),
    pause: number('CENTRALA_PRACTICE_PAUSE', 45, 86_400, false),
    logLevel: isLogLevel(level) ? level : 'info',
    endsWithParent: environment['CENTRALA_PARENT'] === 'stdin',
  };
}
