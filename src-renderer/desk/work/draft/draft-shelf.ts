import type { Draft } from '#shared/model/draft.ts';
import type { DeskClient } from '../../rpc/desk-client.ts';
import { errorCode } from '../../ui/desk-error.ts';
import { createDraftKeeper, type DraftKeeper } from './draft-keeper.ts';

/**
 * The drafts of all calls on this page: a card that is left and opened again finds its text as it was left, also
 * when it could not be saved meanwhile.
 */
export interface DraftShelf {
  keeperOf(callId: string, stored: Draft, revision: number): DraftKeeper;
  /** Lets go of the calls that are no longer there. */
  keepOnly(callIds: readonly string[]): void;
}

const shelves = new WeakMap<DeskClient, DraftShelf>();

/** The one shelf of a page: it lives as long as the page's client. */
export function draftShelf(desk: DeskClient): DraftShelf {
  const known = shelves.get(desk);
  if (known) return known;
  const shelf = createDraftShelf(desk);
  shelves.set(desk, shelf);
  return shelf;
}

function createDraftShelf(desk: DeskClient): DraftShelf {
  const keepers = new Map<string, DraftKeeper>();
  return {
    keeperOf(callId, stored, revision) {
      const known = keepers.get(callId);
      if (known) return known;
      const keeper = createDraftKeeper({
        initial: stored,
        revision,
        save: (draft) => desk.calls.saveDraft({ callId, draft }),
        mayRetry: (error) => errorCode(error) !== 'NOT_FOUND',
      });
      keepers.set(callId, keeper);
      return keeper;
    },
    keepOnly(callIds) {
      for (const [callId, keeper] of keepers) {
        if (callIds.includes(callId)) continue;
        keeper.dispose();
        keepers.delete(callId);
      }
    },
  };
}
