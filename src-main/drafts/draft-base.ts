/** Drafts: everything typed and ticked for a call, on the disk before the operator types on. */
import { eq, asc, or, isNull } from 'drizzle-orm';
import type { Draft } from '#shared/model/draft.ts';
import type { JsonObject } from '#shared/model/json.ts';
import type { Ring } from '../calls/card-source.ts';
import type { Clock } from '../host.ts';
import { drafts } from '../store/schema.ts';
import type { Store, Transaction } from '../store/open-store.ts';

interface KeptDraft {
  /** With the customer and project chosen since. */
  readonly ring: Ring;
  readonly startedAt: string;
  readonly draft: Draft;
}

export interface DraftBase {
  read(callId: string): KeptDraft | null;
  /** On the disk (synchronous=FULL) when it returns. Errors: StoreError. */
  save(ring: Ring, draft: Draft, customerId: string | null, projectId: string | null): void;
  /** The call is finished: its record has everything. */
  finish(tx: Transaction, callId: string): void;
  /** Those of the person signed in, oldest first. */
  unfinished(): readonly KeptDraft[];
}

export function createDraftBase(deps: {
  readonly store: Store;
  readonly clock: Clock;
  readonly userId: () => string | null;
}): DraftBase {
  const { store, clock } = deps;
  const put = store.prepare(
    `INSERT INTO drafts (call_id, user_id, ring, draft, customer_id, project_id, started_at)
     VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (call_id) DO UPDATE SET ring = excluded.ring, draft = excluded.draft,
       customer_id = excluded.customer_id, project_id = excluded.project_id`,
  );
  return {
    read(callId) {
      const row = store.db.select().from(drafts).where(eq(drafts.callId, callId)).get();
      return row ? keptDraft(row) : null;
    },
    save: (ring, draft, customerId, projectId) =>
      store.transaction(() => {
        put.run(
          ring.callId,
          deps.userId(),
          JSON.stringify(ring),
          JSON.stringify(draft),
          customerId,
          projectId,
          new Date(startOf(ring.callId) ?? clock.now()).toISOString(),
        );
      }),
    finish: (_tx, callId) => void store.db.delete(drafts).where(eq(drafts.callId, callId)).run(),
    unfinished() {
      const userId = deps.userId();
      const mine = userId === null ? isNull(drafts.userId) : eq(drafts.userId, userId);
      return store.db
        .select()
        .from(drafts)
        .where(or(mine, isNull(drafts.userId)))
        .orderBy(asc(drafts.startedAt), asc(drafts.callId))
        .all()
        .map(keptDraft);
    },
  };
}

function keptDraft(row: typeof drafts.$inferSelect): KeptDraft {
  const ring = row.ring as JsonObject & Ring;
  return {
    ring: { ...ring, customerId: row.customerId, projectId: row.projectId ?? ring.projectId },
    startedAt: row.startedAt,
    draft: row.draft,
  };
}

/** When a call began, milliseconds since 1970: its id is made when it begins, and a UUID of version 7 begins with that time (RFC 9562 section 5.7). */
export function startOf(callId: string): number | null {
  return callId.charAt(14) === '7'
    ? Number.parseInt(callId.replaceAll('-', '').slice(0, 12), 16)
    : null;
}
