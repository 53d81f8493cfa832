/**
 * desk ↔ central server. Served as typed RPC under /rpc, as REST with an OpenAPI page under /api, and as RPC over a
 * WebSocket at /live (pokes only). Signing in itself is better-auth's: POST /api/auth/sign-in/username
 * {username, password} answers with a `set-auth-token` header, sent back as `Authorization: Bearer …`.
 */
import { eventIterator, oc } from '@orpc/contract';
import * as z from 'zod';
import { Change } from '../model/change.ts';
import { LineAccount } from '../model/line.ts';
import { MutationResult } from '../model/mutation.ts';
import { Role } from '../model/role.ts';

export const OpenedSession = z.object({
  userId: z.string(),
  username: z.string(),
  name: z.string(),
  role: Role,
  organisation: z.string(),
  /** null: this person has no line; the desk works without a telephone. */
  line: LineAccount.nullable(),
  projectIds: z.array(z.string()),
  serverTime: z.iso.datetime(),
});
export type OpenedSession = z.infer<typeof OpenedSession>;

const common = oc.errors({
  UNAUTHORIZED: {},
  FORBIDDEN: {},
  /** The desk and the server speak different protocol versions. */
  PROTOCOL_MISMATCH: { status: 426, data: z.object({ server: z.int() }) },
});

export const centralContract = {
  session: {
    /** Who am I, which line do I register, which projects do I work in. Errors: UNAUTHORIZED, PROTOCOL_MISMATCH. */
    open: common
      .route({ method: 'POST', path: '/session/open', summary: 'Open a desk session' })
      .input(z.object({ deskId: z.uuid(), protocol: z.int() }))
      .output(OpenedSession),
  },
  sync: {
    /**
     * Mutations in the order they were made, at most 500. Each is answered; a repeat of (desk, mutation id) is
     * answered the same and does nothing. A refusal is a result, not an error. `name` and `args` are checked one by
     * one, so that one unreadable mutation cannot block the rest.
     */
    push: common
      .route({ method: 'POST', path: '/sync/push', summary: 'Push mutations' })
      .input(
        z.object({
          deskId: z.uuid(),
          mutations: z
            .array(
              z.object({
                mutationId: z.string().max(64),
                madeAt: z.string().max(40),
                name: z.string().max(64),
                args: z.json(),
              }),
            )
            .max(500),
        }),
      )
      .output(z.object({ results: z.array(MutationResult) })),
    /** Changes after the cursor (opaque, null for all), at most `limit`; `reset` says: forget what you pulled and begin again. */
    pull: common
      .route({ method: 'POST', path: '/sync/pull', summary: 'Pull changes' })
      .input(
        z.object({ cursor: z.string().max(100).nullable(), limit: z.int().min(1).max(10_000) }),
      )
      .output(
        z.object({
          changes: z.array(Change),
          cursor: z.string(),
          more: z.boolean(),
          reset: z.boolean(),
        }),
      ),
    /** One message, at once and after each change that concerns this person: pull now. */
    pokes: common
      .route({ method: 'GET', path: '/sync/pokes', summary: 'Be told when to pull' })
      .output(eventIterator(z.object({ at: z.iso.datetime() }))),
  },
};
