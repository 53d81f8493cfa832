/** The server's log: JSON lines on standard error. A line never holds a name, a number or a secret. */
import { pino, type DestinationStream } from 'pino';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';
type Facts = Readonly<Record<string, unknown>>;

export interface Log {
  debug(facts: Facts, message: string): void;
  info(facts: Facts, message: string): void;
  warn(facts: Facts, message: string): void;
  error(facts: Facts, message: string): void;
}

/** Facts that are never written, whatever they hold; a second fence behind callers that write ids and counts only. */
const struckOut = [
  'name',
  'number',
  'numbers',
  'username',
  'password',
  'secret',
  'token',
  'authorization',
  'body',
  'args',
  'answers',
  'address',
  'email',
  'note',
  'text',
  'url',
].flatMap((key) => [key, `*.${key}`]);

export function createLog(level: LogLevel, destination?: DestinationStream): Log {
  const logger = pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: struckOut, censor: '[struck out]' },
      serializers: { error: errorFacts },
    },
    destination ?? pino.destination({ fd: 2, sync: true }),
  );
  return {
    debug: (facts, message) => logger.debug(facts, message),
    info: (facts, message) => logger.info(facts, message),
    warn: (facts, message) => logger.warn(facts, message),
    error: (facts, message) => logger.error(facts, message),
  };
}

/**
 * What may be told of an error: its kind, its code and where it was thrown. Never its message: a database error quotes
 * the customer's values in it.
 */
export function errorFacts(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { kind: typeof error };
  const stack = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    kind: error.constructor.name,
    ...('code' in error && typeof error.code === 'string' ? { code: error.code } : {}),
    ...('constraint' in error && typeof error.constraint === 'string'
      ? { constraint: error.constraint }
      : {}),
    at: stack.slice(0, 6).map((line) => line.trim()),
    ...(error.cause === undefined ? {} : { cause: errorFacts(error.cause) }),
  };
}
