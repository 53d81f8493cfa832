/** Who has signed in at this desk: for sending what they left, and for signing in while the server is away. */
import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import { eq, isNotNull } from 'drizzle-orm';
import type { OpenedSession } from '#shared/contract/central.ts';
import type { Clock } from '../host.ts';
import { people } from '../store/schema.ts';
import type { Store } from '../store/open-store.ts';

/** Wrong passwords in a row, offline, before only the server may decide. */
const mostFailures = 10;
/** How long the server's word about a person holds without asking it again. */
const trustMs = 7 * 24 * 60 * 60 * 1000;
// OWASP's Password Storage Cheat Sheet, scrypt: N=2^15, r=8, p=3 (32 MiB).
const usualCost: ScryptOptions = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 1024 * 1024 };

interface KnownPerson {
  readonly opened: OpenedSession;
  readonly token: string | null;
  readonly confirmedAt: number;
}

export interface People {
  /** Whose work is now written down; null: nobody's. */
  current: string | null;
  byId(userId: string): KnownPerson | null;
  /** The server knows this person and this password. */
  remember(opened: OpenedSession, token: string, password: string): Promise<void>;
  /** The server confirmed who this is, again. */
  confirm(opened: OpenedSession): void;
  /** Against this desk's own memory. */
  check(
    username: string,
    password: string,
  ): Promise<KnownPerson | 'unknown' | 'wrong' | 'too-many-tries'>;
  forgetToken(userId: string): void;
  /** Tokens are for one server; no other may see them. */
  forgetTokens(): void;
  /** Tokens that still hold, by user id. */
  tokens(): ReadonlyMap<string, string>;
}

export function createPeople(deps: {
  readonly store: Store;
  readonly clock: Clock;
  /** Cheaper in tests. */
  readonly cost?: ScryptOptions;
}): People {
  const { store, clock, cost = usualCost } = deps;
  let tokens: ReadonlyMap<string, string> | null = null;

  const write = (userId: string, values: Partial<typeof people.$inferInsert>): void => {
    tokens = null;
    store.transaction(() => {
      store.db.update(people).set(values).where(eq(people.userId, userId)).run();
    });
  };

  return {
    current: null,
    byId: (userId) => store.db.select().from(people).where(eq(people.userId, userId)).get() ?? null,
    async remember(opened, token, password) {
      const salt = randomBytes(16);
      const hash = await derive(password, salt, cost);
      const values = { opened, token, salt, hash, confirmedAt: clock.now(), failures: 0 };
      const username = folded(opened.username);
      tokens = null;
      store.transaction(() => {
        // A name may have been given to another account since.
        store.db.delete(people).where(eq(people.username, username)).run();
        store.db
          .insert(people)
          .values({ userId: opened.userId, username, ...values })
          .onConflictDoUpdate({ target: people.userId, set: { username, ...values } })
          .run();
      });
    },
    confirm: (opened) => write(opened.userId, { opened, confirmedAt: clock.now(), failures: 0 }),
    async check(username, password) {
      const known = store.db
        .select()
        .from(people)
        .where(eq(people.username, folded(username)))
        .get();
      if (!known || clock.now() - known.confirmedAt > trustMs) return 'unknown';
      if (known.failures >= mostFailures) return 'too-many-tries';
      const given = await derive(password, known.salt, cost);
      if (timingSafeEqual(given, known.hash)) {
        if (known.failures > 0) write(known.userId, { failures: 0 });
        return known;
      }
      write(known.userId, { failures: known.failures + 1 });
      return 'wrong';
    },
    forgetToken: (userId) => write(userId, { token: null }),
    forgetTokens: () => {
      tokens = null;
      store.transaction(() => {
        store.db.update(people).set({ token: null }).run();
      });
    },
    tokens: () =>
      (tokens ??= new Map(
        store.db
          .select({ userId: people.userId, token: people.token })
          .from(people)
          .where(isNotNull(people.token))
          .all()
          .flatMap(({ userId, token }) => (token === null ? [] : [[userId, token]])),
      )),
  };
}

function folded(username: string): string {
  return username.trim().toLowerCase();
}

function derive(password: string, salt: Uint8Array, cost: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFC'), salt, 32, cost, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}
