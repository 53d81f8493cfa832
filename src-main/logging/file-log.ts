/** The desk's log: rotating files in the data folder. What must not be in a log is struck out here once more. */
import { join } from 'node:path';
import { pino } from 'pino';
import { createStream } from 'rotating-file-stream';
import type { Log } from '../log.ts';
import { withoutSecrets } from './without-secrets.ts';

/** Ten files of 5 MB at most, below `folder`/logs. */
export function createFileLog(
  folder: string,
  level: 'debug' | 'info' | 'warn' | 'error',
): Log & AsyncDisposable {
  const stream = createStream('desk.log', {
    path: join(folder, 'logs'),
    size: '5M',
    maxFiles: 10,
    teeToStdout: false,
  });
  // A full disk must not stop a call: the log goes quiet instead.
  stream.on('error', () => undefined);
  const logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, stream);
  const line =
    (at: 'debug' | 'info' | 'warn' | 'error') =>
    (facts: Readonly<Record<string, unknown>>, message: string): void => {
      logger[at](withoutSecrets(facts), message);
    };
  return {
    debug: line('debug'),
    info: line('info'),
    warn: line('warn'),
    error: line('error'),
    [Symbol.asyncDispose]: () => new Promise((resolve) => stream.end(() => resolve())),
  };
}
