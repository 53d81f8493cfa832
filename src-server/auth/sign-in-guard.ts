/**
 * Stops password guessing: ten wrong passwords for one user name, or from one address, and the door stays shut for a
 * while. Counted in the base, so that several servers count together. Right passwords are not counted: a whole call
 * centre may sign in from one address at the start of a shift.
 */
import { createHash } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { rowsOf, type Database } from '../store/database.ts';
import { signInTry } from '../store/schema.ts';

export interface Limits {
  /** Wrong passwords that are let through. */
  readonly tries: number;
  /** For how long, from the first one on, in seconds. */
  readonly userSeconds: number;
  readonly addressSeconds: number;
  /** Passwords checked at the same time; hashing one takes a whole core for a tenth of a second. */
  readonly atOnce: number;
  /** Sign-ins that may wait for their turn. */
  readonly waiting: number;
}

export const defaultLimits: Limits = {
  tries: 10,
  userSeconds: 15 * 60,
  addressSeconds: 60,
  atOnce: 4,
  waiting: 500,
};

type GuardedAnswer<T> =
  | { readonly shut: true; readonly retrySeconds: number }
  | { readonly shut: false; readonly answer: T };

export interface SignInGuard {
  /** Lets one sign-in through, or says for how long (in seconds) the door stays shut. */
  guard<T extends { readonly ok: boolean }>(
    username: string,
    address: string,
    signIn: () => Promise<T>,
  ): Promise<GuardedAnswer<T>>;
}

export function createSignInGuard(database: Database, limits: Limits = defaultLimits): SignInGuard {
  const gate = createGate(limits.atOnce, limits.waiting);

  /** Counts one and tells the count; begins again after the window. */
  async function count(key: string, seconds: number): Promise<{ failures: number; left: number }> {
    const over = sql`sign_in_tries.since < now() - make_interval(secs => ${seconds})`;
    const rows = await rowsOf<{ failures: number; left: number }>(
      database,
      sql`
        insert into sign_in_tries (key, failures, since) values (${key}, 1, now())
        on conflict (key) do update set
          failures = case when ${over} then 1 else sign_in_tries.failures + 1 end,
          since = case when ${over} then now() else sign_in_tries.since end
        returning failures,
          ceil(extract(epoch from since + make_interval(secs => ${seconds}) - now()))::int as left`,
    );
    return rows[0] ?? { failures: 1, left: seconds };
  }

  async function addressLeft(key: string): Promise<number> {
    const rows = await rowsOf<{ left: number }>(
      database,
      sql`
        select ceil(extract(epoch from since + make_interval(secs => ${limits.addressSeconds}) - now()))::int as left
        from sign_in_tries where key = ${key} and failures >= ${limits.tries}
        and since > now() - make_interval(secs => ${limits.addressSeconds})`,
    );
    return rows[0]?.left ?? 0;
  }

  return {
    async guard(username, address, signIn) {
      const userKey = keyOf('user', username.trim().toLowerCase());
      const addressKey = keyOf('address', address);
      const entered = await gate(async () => {
        const left = await addressLeft(addressKey);
        if (left > 0) return { shut: true as const, retrySeconds: left };
        // Counted before the password is looked at: guesses sent all at once do not slip through.
        const user = await count(userKey, limits.userSeconds);
        if (user.failures > limits.tries)
          return { shut: true as const, retrySeconds: Math.max(user.left, 1) };
        const answer = await signIn();
        if (answer.ok) await database.delete(signInTry).where(eq(signInTry.key, userKey));
        else await count(addressKey, limits.addressSeconds);
        return { shut: false as const, answer };
      });
      return entered ?? { shut: true, retrySeconds: 5 };
    },
  };
}

/** Forgets counts that no longer shut any door. */
export async function forgetOldTries(database: Database): Promise<void> {
  await database.delete(signInTry).where(sql`${signInTry.since} < now() - interval '1 day'`);
}

/** Hashed: the table holds nothing that a person typed. */
function keyOf(kind: 'user' | 'address', value: string): string {
  return `${kind}:${createHash('sha256').update(value).digest('base64url')}`;
}

/** At most `atOnce` run, the others wait in order; null when too many wait already. */
function createGate(
  atOnce: number,
  longest: number,
): <T>(run: () => Promise<T>) => Promise<T | null> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (run) => {
    if (running >= atOnce) {
      if (waiting.length >= longest) return null;
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running += 1;
    try {
      return await run();
    } finally {
      // The place goes straight to the next one.
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
