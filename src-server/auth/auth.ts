/** Accounts: user name and password, bearer tokens, roles. better-auth does the work; this is how we set it. */
import { betterAuth } from 'better-auth';
import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import { admin, bearer, username } from 'better-auth/plugins';
import { Role } from '#shared/model/role.ts';
import type { Log } from '../log.ts';
import type { Database } from '../store/database.ts';
import * as schema from '../store/schema.ts';
import { accessControl, accountRoles } from './roles.ts';

export interface Person {
  readonly userId: string;
  readonly username: string;
  readonly name: string;
  readonly role: Role;
}

export interface Auth {
  /** Answers better-auth's own paths below /api/auth. */
  answer(request: Request): Promise<Response>;
  /** Who sent this `Authorization` header; null when nobody we know, or no longer. */
  personOf(authorization: string | undefined): Promise<Person | null>;
}

/** The header in which our own HTTP room tells the caller's address; whatever a caller sends in it is overwritten. */
export const addressHeader = 'x-centrala-address';

/**
 * Requests reach the library under this origin, whatever address the server is called by: nothing in it may be decided
 * by a Host header, and no link is ever made of it.
 */
export const internalOrigin = 'http://central.invalid';

const day = 24 * 60 * 60;

export function createAuth(deps: {
  readonly database: Database;
  readonly secret: string;
  readonly log: Log;
}): Auth {
  const auth = betterAuth({
    baseURL: internalOrigin,
    basePath: '/api/auth',
    secret: deps.secret,
    trustedOrigins: [internalOrigin],
    telemetry: { enabled: false },
    database: drizzleAdapter(deps.database, { provider: 'pg', schema }),
    emailAndPassword: { enabled: true, disableSignUp: true, maxPasswordLength: 200 },
    session: { expiresIn: 14 * day, updateAge: day },
    // A whole call centre may sit behind one address: guessing is what is counted (sign-in-guard.ts), this is the flood wall.
    rateLimit: {
      enabled: true,
      storage: 'database',
      window: 60,
      max: 600,
      customRules: {
        '/sign-in/username': { window: 60, max: 300 },
        '/change-password': { window: 60, max: 10 },
      },
    },
    advanced: { ipAddress: { ipAddressHeaders: [addressHeader] } },
    // Its messages may quote what was typed: only that there was something is told.
    logger: {
      level: 'warn',
      log: (level) => {
        if (level === 'error') deps.log.error({}, 'the accounts library reports an error');
      },
    },
    plugins: [
      username({ minUsernameLength: 2, maxUsernameLength: 100 }),
      bearer(),
      admin({
        ac: accessControl,
        roles: accountRoles,
        defaultRole: 'operator',
        adminRoles: ['admin'],
      }),
    ],
  });
  return {
    answer: (request) => auth.handler(request),
    async personOf(authorization) {
      if (authorization === undefined || !/^Bearer \S+$/i.test(authorization)) return null;
      const found = await auth.api.getSession({ headers: new Headers({ authorization }) });
      const role = Role.safeParse(found?.user.role);
      if (!found || !role.success) return null;
      const { id, name, username: account } = found.user;
      return { userId: id, username: account ?? '', name, role: role.data };
    },
  };
}
