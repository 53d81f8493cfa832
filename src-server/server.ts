/** The central server, put together by hand: base, accounts, sync, HTTP. */
import { count } from 'drizzle-orm';
import { createAuth } from './auth/auth.ts';
import { signingSecret } from './auth/secret.ts';
import {
  createSignInGuard,
  defaultLimits,
  forgetOldTries,
  type Limits,
} from './auth/sign-in-guard.ts';
import { CentreFileError } from './centre/centre-fault.ts';
import { loadCentre } from './centre/load-centre.ts';
import { readCentreFile } from './centre/read-centre-file.ts';
import { forgetOldHandOvers } from './hand-overs/old-hand-overs.ts';
import { createHttpServer } from './http/http-server.ts';
import { createLog, type Log } from './log.ts';
import { createMetrics } from './metrics.ts';
import { createRouter } from './router.ts';
import { StartProblem } from './start-problem.ts';
import type { Database } from './store/database.ts';
import { openStore, type StorePlace } from './store/open-store.ts';
import { organisation } from './store/schema.ts';
import { createPokes } from './sync/pokes.ts';
import { createPush } from './sync/push.ts';
import { forgetTombstones } from './sync/retention.ts';

export interface ServerOptions {
  readonly database: StorePlace;
  /** 127.0.0.1 when left out. */
  readonly host?: string;
  /** Any free one when left out. */
  readonly port?: number;
  /** Where the signing key is kept; left out, sessions end with the process. */
  readonly dataFolder?: string | null;
  /** Loaded when the base is empty. */
  readonly centreFile?: string | null;
  readonly exchange?: string | null;
  readonly proxies?: string;
  readonly log?: Log;
  readonly signInLimits?: Partial<Limits>;
  /** Days after which a desk that was away pulls everything again. */
  readonly retentionDays?: number;
}

export interface Server {
  /** E.g. http://127.0.0.1:8070 */
  readonly address: string;
  /** Twice is fine. */
  close(): Promise<void>;
}

const dayMs = 24 * 60 * 60 * 1000;
const minuteMs = 60 * 1000;

/** Listens when the promise settles. Errors: StartProblem, in words for the person who started it. */
export async function createServer(options: ServerOptions): Promise<Server> {
  const log = options.log ?? createLog('warn');
  const started = new AsyncDisposableStack();
  try {
    const secret = await signingSecret(options.dataFolder ?? null);
    const store = await openStore(options.database, log);
    started.defer(() => store.close());
    const { database } = store;
    await loadFirstCentre(database, options.centreFile ?? null, log);

    const pokes = started.use(createPokes());
    started.use(await store.onChange(() => pokes.poke()));
    const metrics = createMetrics(() => pokes.listeners);
    const auth = createAuth({ database, secret, log });
    const guard = createSignInGuard(database, { ...defaultLimits, ...options.signInLimits });
    const push = createPush(database, log);
    const exchange = options.exchange ?? null;
    const router = createRouter({ database, auth, push, pokes, metrics, exchange });
    const proxies = options.proxies ?? 'loopback';
    const http = await createHttpServer({ auth, guard, router, database, metrics, log, proxies });
    started.defer(() => http.close());
    started.use(tidyDaily(database, options.retentionDays ?? 90, log));
    started.use(forgetHandOversSoon(database, log));
    const address = await http.listen(options.host ?? '127.0.0.1', options.port ?? 0);
    log.info({ database: store.kind }, 'the central server listens');
    const closing = started.move();
    return { address, close: () => closing.disposeAsync() };
  } catch (error) {
    await started.disposeAsync();
    throw error;
  }
}

async function loadFirstCentre(
  database: Database,
  centreFile: string | null,
  log: Log,
): Promise<void> {
  if (centreFile === null) return;
  const [row] = await database.select({ there: count() }).from(organisation);
  if ((row?.there ?? 0) > 0) return;
  try {
    const loaded = await loadCentre(database, await readCentreFile(centreFile));
    log.info({ ...loaded }, 'the centre file was loaded');
  } catch (error) {
    if (!(error instanceof CentreFileError)) throw error;
    throw new StartProblem(
      `The centre file cannot be used, and nothing of it was loaded:\n${error.message}`,
      { cause: error },
    );
  }
}

function tidyDaily(database: Database, retentionDays: number, log: Log): Disposable {
  const tidy = async (): Promise<void> => {
    try {
      await forgetOldTries(database);
      await forgetTombstones(database, retentionDays);
    } catch (error) {
      log.warn({ error }, 'tidying failed; it is tried again tomorrow');
    }
  };
  const timer = setInterval(() => void tidy(), dayMs);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

function forgetHandOversSoon(database: Database, log: Log): Disposable {
  const timer = setInterval(() => {
    forgetOldHandOvers(database).catch((error: unknown) =>
      log.warn({ error }, 'old cards were not forgotten; it is tried again in a minute'),
    );
  }, minuteMs);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
