/** Pull: what the server changed comes down page by page and is taken in slices short enough for a call to ring between. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import * as z from 'zod';
import { Change } from '#shared/model/change.ts';
import { assertNever } from '#shared/assert-never.ts';
import type { Log } from '../log.ts';
import type { Store, Transaction } from '../store/open-store.ts';
import type { Central, PulledPage } from './central.ts';
import { CentralError } from './central-error.ts';
import type { PulledRooms } from './pulled-room.ts';

const pageSize = 1000;
/** Milliseconds of work before the event loop gets its turn. */
const sliceMs = 8;

const Place = z.object({
  cursor: z.string().nullable(),
  /** Counts the times everything was pulled from the beginning. */
  generation: z.int(),
  /** Things of older generations are still there and must be swept when this one is whole. */
  sweeping: z.boolean(),
  /** The base has been whole at least once since it was last wiped. */
  complete: z.boolean(),
});
type Place = z.infer<typeof Place>;

export interface Pull {
  readonly complete: boolean;
  /** Takes all there is. Nothing of a page that is not sound is taken. Errors: CentralError, StoreError, AbortError. */
  run(token: string, signal: AbortSignal): Promise<void>;
  /** Forgets all that was pulled. */
  wipe(): void;
}

export function createPull(deps: {
  readonly store: Store;
  readonly central: Pick<Central, 'pull'>;
  readonly rooms: PulledRooms;
  /** A small step of putting things in order when all is pulled; false when there is nothing left. */
  readonly tidy: () => boolean;
  readonly log: Log;
  /** Told after each page. */
  readonly progressed: () => void;
  /** Told when all of a pull that brought something is in the base. */
  readonly settled: () => void;
}): Pull {
  const { store, rooms, log } = deps;
  const place = (): Place =>
    store.kept('pull', Place) ?? { cursor: null, generation: 1, sweeping: false, complete: false };
  const allRooms = Object.values(rooms);

  async function applyPage(
    changes: readonly Change[],
    at: Place,
    signal: AbortSignal,
  ): Promise<void> {
    let next = 0;
    do {
      signal.throwIfAborted();
      store.transaction((tx) => {
        const until = performance.now() + sliceMs;
        while (next < changes.length && performance.now() < until) {
          const change = changes[next++];
          if (change) apply(tx, rooms, change, at.generation);
        }
        // The cursor moves with the last of its changes, never before.
        if (next === changes.length) store.keep(tx, 'pull', at);
      });
      await nextTurn();
    } while (next < changes.length);
  }

  async function sweep(at: Place, signal: AbortSignal): Promise<void> {
    for (const room of allRooms)
      for (let more = true; more;) {
        signal.throwIfAborted();
        more = store.transaction((tx) => room.sweep(tx, at.generation));
        await nextTurn();
      }
  }

  async function finish(at: Place, signal: AbortSignal): Promise<void> {
    if (at.sweeping) await sweep(at, signal);
    signal.throwIfAborted();
    store.transaction((tx) => {
      for (const room of allRooms) room.settle(tx);
      if (at.sweeping || !at.complete)
        store.keep(tx, 'pull', { ...at, sweeping: false, complete: true });
    });
    deps.progressed();
    deps.settled();
    while (!signal.aborted && deps.tidy()) await nextTurn();
  }

  return {
    get complete() {
      return place().complete;
    },
    async run(token, signal) {
      let at = place();
      let coming = ahead(deps.central.pull(token, at.cursor, pageSize));
      let taken = 0;
      for (;;) {
        const page = await coming;
        signal.throwIfAborted();
        const changes = await soundChanges(page, log);
        signal.throwIfAborted();
        const moved = page.cursor !== at.cursor || page.reset;
        at = nextPlace(at, page);
        // The next page is on its way while this one is written.
        if (page.more) coming = ahead(deps.central.pull(token, at.cursor, pageSize));
        if (changes.length > 0 || moved) await applyPage(changes, at, signal);
        taken += changes.length;
        deps.progressed();
        if (!page.more) break;
      }
      if (taken > 0 || at.sweeping || !at.complete) {
        log.info({ event: 'pulled', changes: taken, generation: at.generation }, 'Pulled');
        await finish(at, signal);
      }
    },
    wipe() {
      store.transaction((tx) => {
        for (const room of allRooms) room.wipe(tx);
        store.keep(tx, 'pull', {
          cursor: null,
          generation: place().generation + 1,
          sweeping: false,
          complete: false,
        });
      });
    },
  };
}

/** A reset begins a new generation over the old one: the base is never empty meanwhile. */
function nextPlace(at: Place, page: PulledPage): Place {
  if (!page.reset) return { ...at, cursor: page.cursor };
  return { ...at, cursor: page.cursor, generation: at.generation + 1, sweeping: true };
}

/** All changes of the page, or none: a page of garbage changes nothing. Errors: CentralError BROKEN. */
async function soundChanges(page: PulledPage, log: Log): Promise<readonly Change[]> {
  const changes: Change[] = [];
  let until = performance.now() + sliceMs;
  for (const raw of page.changes) {
    if (performance.now() >= until) {
      await nextTurn();
      until = performance.now() + sliceMs;
    }
    const parsed = Change.safeParse(raw);
    if (!parsed.success || (parsed.data.body && idOf(parsed.data) !== parsed.data.id)) {
      log.error(
        { event: 'pull-unsound', at: changes.length, of: page.changes.length },
        'A pulled page is not sound; nothing of it was taken',
      );
      throw new CentralError('BROKEN', 'A pulled page is not sound');
    }
    changes.push(parsed.data);
  }
  return changes;
}

function idOf(change: Change): string | undefined {
  switch (change.entity) {
    case 'customer':
      return change.body?.customerId;
    case 'project':
      return change.body?.projectId;
    case 'script':
      return change.body?.scriptId;
    case 'form':
      return change.body?.formId;
    case 'timeline':
      return change.body?.entryId;
    case 'handed-card':
      return change.body?.handOverId;
    default:
      return assertNever(change);
  }
}

function apply(tx: Transaction, rooms: PulledRooms, change: Change, generation: number): void {
  switch (change.entity) {
    case 'customer':
      return rooms.customer.apply(tx, change, generation);
    case 'project':
      return rooms.project.apply(tx, change, generation);
    case 'script':
      return rooms.script.apply(tx, change, generation);
    case 'form':
      return rooms.form.apply(tx, change, generation);
    case 'timeline':
      return rooms.timeline.apply(tx, change, generation);
    case 'handed-card':
      return rooms['handed-card'].apply(tx, change, generation);
    default:
      return assertNever(change);
  }
}

/** A page asked for ahead may fail while nobody waits for it yet; it is told when it is awaited. */
function ahead<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
