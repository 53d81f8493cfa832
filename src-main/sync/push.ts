/** Push: the outbox goes to the server in order and in batches, again and again until each mutation is answered. */
import { StoreError } from '../store/store-error.ts';
import type { Clock } from '../host.ts';
import type { Log } from '../log.ts';
import { createBackOff } from './back-off.ts';
import type { Central } from './central.ts';
import { CentralError, toCentralError } from './central-error.ts';
import type { Outbox, QueuedMutation } from './outbox.ts';

/** The contract allows 500 at once. */
const largestBatch = 500;

export interface Push extends Disposable {
  /** There may be something to send; runs by itself until there is nothing. */
  wake(): void;
  /** As `wake`, without waiting for the pause after a failure. */
  now(): void;
  /** Settles when nothing is on its way. */
  idle(): Promise<void>;
}

export function createPush(deps: {
  readonly outbox: Outbox;
  readonly central: Pick<Central, 'push'>;
  readonly deskId: string;
  /** Tokens by user id: each person's work goes under that person's own name. */
  readonly tokens: () => ReadonlyMap<string, string>;
  readonly clock: Clock;
  readonly log: Log;
  readonly reached: (up: boolean) => void;
  readonly unauthorized: (userId: string) => void;
}): Push {
  const { outbox, log } = deps;
  const backOff = createBackOff(deps.clock);
  let batch = largestBatch;
  let running: Promise<void> | null = null;
  let disposed = false;

  async function send(): Promise<void> {
    for (;;) {
      const tokens = deps.tokens();
      const queued = outbox.next([...tokens.keys()], batch);
      const first = queued[0];
      const token = tokens.get(first?.userId ?? '');
      if (disposed || !first || token === undefined) return;
      if (!(await sendBatch(queued, token))) return;
    }
  }

  /** Whether to go on at once. */
  async function sendBatch(queued: readonly QueuedMutation[], token: string): Promise<boolean> {
    try {
      const results = await deps.central.push(token, deps.deskId, queued);
      if (disposed) return false;
      deps.reached(true);
      const answered = new Set(results.map((result) => result.mutationId));
      outbox.settle(queued, results);
      if (!queued.some((mutation) => answered.has(mutation.mutationId)))
        throw new CentralError('BROKEN', 'The server answered none of the mutations');
      backOff.reset();
      batch = Math.min(largestBatch, batch * 4);
      return true;
    } catch (cause) {
      if (disposed) return false;
      return failed(queued, cause);
    }
  }

  function failed(queued: readonly QueuedMutation[], cause: unknown): boolean {
    const error = cause instanceof StoreError ? cause : toCentralError(cause);
    const code = error instanceof StoreError ? error.reason : error.code;
    log.warn({ event: 'push-failed', code, mutations: queued.length }, 'Pushing failed');
    if (error instanceof CentralError) {
      if (error.code === 'OFFLINE') deps.reached(false);
      if (error.code === 'UNAUTHORIZED' && queued[0]?.userId) {
        deps.unauthorized(queued[0].userId);
        return true;
      }
      if (error.code === 'UNREADABLE') return isolate(queued);
      outbox.missed(queued);
    }
    backOff.retry(wake);
    return false;
  }

  /** One that the server cannot read must not hold up the others: they go one by one, and it is parked. */
  function isolate(queued: readonly QueuedMutation[]): boolean {
    if (queued.length > 1) {
      batch = Math.max(1, Math.floor(queued.length / 4));
      return true;
    }
    outbox.settle(
      queued,
      queued.map(({ mutationId }) => ({
        mutationId,
        status: 'refused' as const,
        code: 'malformed' as const,
        details: {},
      })),
    );
    return true;
  }

  function wake(): void {
    if (disposed || running || backOff.waiting) return;
    running = send()
      .catch((cause: unknown) => {
        log.error({ event: 'push-broke', error: String(cause) }, 'Pushing broke');
        backOff.retry(wake);
      })
      .finally(() => {
        running = null;
      });
  }

  return {
    wake,
    now() {
      backOff.reset();
      wake();
    },
    idle: () => running ?? Promise.resolve(),
    [Symbol.dispose]() {
      disposed = true;
      backOff[Symbol.dispose]();
    },
  };
}
