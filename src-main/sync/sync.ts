/** Sync: keeps the local base and the central server of one mind, while the person works whether it can or not. */
import type { SyncState } from '#shared/contract/desk.ts';
import type { Clock } from '../host.ts';
import { Listeners } from '../listeners.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/open-store.ts';
import { StoreError } from '../store/store-error.ts';
import { createBackOff } from './back-off.ts';
import type { Central } from './central.ts';
import { toCentralError } from './central-error.ts';
import type { Outbox } from './outbox.ts';
import { watchPokes, type Pokes } from './pokes.ts';
import { createPull } from './pull.ts';
import { createPush } from './push.ts';
import type { PulledRooms } from './pulled-room.ts';

/** A pull without a poke, should the live connection be down for long. */
const pollMs = 30_000;

export interface Sync extends AsyncDisposable {
  readonly state: SyncState;
  onChange(changed: (state: SyncState) => void): Disposable;
  /** A pull brought something: what was read from the base before may be old. */
  onPulled(settled: () => void): Disposable;
  /** A person's token was refused: that person must sign in again. What is unsent stays. */
  onUnauthorized(refused: (userId: string) => void): Disposable;
  /** Somebody signed in: pull for that person from now on. Token null: only known to this desk, works offline. */
  start(person: { readonly userId: string; readonly token: string | null }): void;
  /** Nobody is signed in. What others left unsent is still sent under their own names. */
  stop(): void;
  /** The machine woke up or the network changed: try at once. */
  now(): void;
  /** Forgets what was pulled, never what is unsent. Takes about a second for a million customers. */
  wipe(): void;
}

export function createSync(deps: {
  readonly store: Store;
  readonly outbox: Outbox;
  readonly central: Central;
  readonly server: () => string | null;
  readonly deskId: string;
  readonly rooms: PulledRooms;
  readonly customers: () => number;
  readonly tidy: () => boolean;
  readonly tokens: () => ReadonlyMap<string, string>;
  readonly clock: Clock;
  readonly log: Log;
}): Sync {
  const { outbox, clock, log } = deps;
  const listeners = new Listeners<SyncState>();
  const pulled = new Listeners<void>();
  const refusals = new Listeners<string>();
  const pullAgain = createBackOff(clock);
  let signedIn: { readonly userId: string; readonly token: string | null } | null = null;
  let up = false;
  let pulling: Promise<void> | null = null;
  let poked = false;
  let abort = new AbortController();
  let pokes: Pokes | null = null;
  let poll: Disposable | null = null;
  let told = '';

  const state = (): SyncState => ({
    server: signedIn === null ? 'off' : up ? 'up' : 'down',
    ...outbox.counts(),
    loading: signedIn !== null && !pull.complete,
    customers: deps.customers(),
  });
  const tell = (): void => {
    const now = state();
    if (told === JSON.stringify(now)) return;
    told = JSON.stringify(now);
    listeners.tell(now);
  };
  const reached = (now: boolean): void => {
    if (up === now) return;
    up = now;
    tell();
  };
  const unauthorized = (userId: string): void => refusals.tell(userId);
  const settled = (): void => pulled.tell();

  const push = createPush({ ...deps, reached, unauthorized });
  const pull = createPull({ ...deps, progressed: tell, settled });
  const outboxWatch = outbox.onChange(() => {
    tell();
    push.wake();
  });

  function wakePull(): void {
    poked = true;
    if (!signedIn || signedIn.token === null || pulling || pullAgain.waiting) return;
    const { userId, token } = signedIn;
    const { signal } = abort;
    pulling = pullAll(userId, token, signal).finally(() => {
      pulling = null;
      if (poked && signedIn) wakePull();
    });
  }

  async function pullAll(userId: string, token: string, signal: AbortSignal): Promise<void> {
    try {
      while (poked && !signal.aborted) {
        poked = false;
        await pull.run(token, signal);
        pullAgain.reset();
        const wasDown = !up;
        reached(true);
        if (wasDown) push.now();
      }
      if (!signal.aborted) waitForPoll();
    } catch (cause) {
      if (signal.aborted) return;
      poked = false;
      const error = cause instanceof StoreError ? cause : toCentralError(cause);
      const code = error instanceof StoreError ? error.reason : error.code;
      log.warn({ event: 'pull-failed', code }, 'Pulling failed');
      if (code === 'OFFLINE') reached(false);
      if (code === 'UNAUTHORIZED') unauthorized(userId);
      else pullAgain.retry(wakePull);
    }
  }

  function waitForPoll(): void {
    poll?.[Symbol.dispose]();
    poll = clock.after(pollMs, wakePull);
  }

  function leave(): void {
    abort.abort();
    abort = new AbortController();
    pullAgain.reset();
    pokes?.[Symbol.dispose]();
    pokes = null;
    poll?.[Symbol.dispose]();
    poll = null;
    poked = false;
    signedIn = null;
  }

  // What an earlier run left unsent does not wait for somebody to sign in.
  push.wake();

  return {
    get state() {
      return state();
    },
    onChange: (changed) => listeners.add(changed),
    onPulled: (told) => pulled.add(told),
    onUnauthorized: (refused) => refusals.add(refused),
    start(person) {
      leave();
      signedIn = person;
      const server = deps.server();
      if (server !== null && person.token !== null)
        pokes = watchPokes({ server, token: person.token, clock, log, poked: wakePull });
      wakePull();
      push.now();
      tell();
    },
    stop() {
      leave();
      up = false;
      tell();
    },
    now() {
      pullAgain.reset();
      pokes?.now();
      wakePull();
      push.now();
    },
    wipe() {
      abort.abort();
      abort = new AbortController();
      pull.wipe();
      tell();
      wakePull();
    },
    async [Symbol.asyncDispose]() {
      outboxWatch[Symbol.dispose]();
      leave();
      push[Symbol.dispose]();
      pullAgain[Symbol.dispose]();
      await Promise.allSettled([pulling, push.idle()]);
    },
  };
}
