/** Around every procedure: an unexpected error is logged without its words, and told as a code only. */
import { ORPCError } from '@orpc/server';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';

export type CallFence = <T>(call: {
  readonly path: readonly string[];
  readonly next: () => Promise<T>;
}) => Promise<T>;

export function createCallFence(log: Log, metrics: Metrics): CallFence {
  return async ({ path, next }) => {
    try {
      return await next();
    } catch (error) {
      if (error instanceof ORPCError) throw error;
      const procedure = path.join('.');
      if (!isDatabaseFailure(error)) {
        log.error({ procedure, error }, 'a call failed');
        throw error;
      }
      metrics.databaseFailed();
      log.error({ procedure, error }, 'the database failed a call');
      throw new ORPCError('SERVICE_UNAVAILABLE', { message: 'The database does not answer.' });
    }
  };
}

/** Drivers name their failures by SQLSTATE or by the system's error name; some only in the cause. */
function isDatabaseFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.constructor.name === 'DrizzleQueryError') return true;
  if (
    'code' in error &&
    typeof error.code === 'string' &&
    /^[0-9A-Z]{5}$|^E[A-Z]+$/.test(error.code)
  )
    return true;
  if (/terminated|timeout exceeded|PGlite is closed/i.test(error.message)) return true;
  return isDatabaseFailure(error.cause);
}
