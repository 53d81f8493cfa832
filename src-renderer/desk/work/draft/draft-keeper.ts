/**
 * draft: keeps what is typed and ticked for one call. The text on the screen is the truth while the card is there; it is
 * saved on every pause in typing, at the latest when 300 ms are unsaved, and an older snapshot never takes its place.
 */
import { sameJson } from '#shared/model/condition.ts';
import type { Draft } from '#shared/model/draft.ts';

/** How long a pause in typing is, in milliseconds. */
export const typingPause = 200;
/** Who types without a pause is saved after this time all the same, in milliseconds. */
export const longestUnsaved = 300;
/** How long after a failed save the next try is made, in milliseconds. */
export const retryPause = 5_000;

export type DraftStatus =
  | {
      readonly kind: 'saved';
      /** ISO 8601, UTC; null: nothing was typed here yet. */ readonly at: string | null;
    }
  | { readonly kind: 'unsaved' }
  | { readonly kind: 'failed'; readonly error: unknown };

export interface DraftView {
  readonly draft: Draft;
  readonly status: DraftStatus;
}

export interface DraftKeeper {
  readonly view: () => DraftView;
  readonly subscribe: (changed: () => void) => () => void;
  readonly change: (make: (draft: Draft) => Draft) => void;
  /** Saves now what is not saved; resolves when nothing is left to save or a save has failed. */
  flush(): Promise<void>;
  /** A draft that came with a snapshot: taken only when nothing here is unsaved and it did not come from here. */
  offer(draft: Draft, revision: number): void;
  /** Notes a draft that went to main another way (with an order), so that its echo is known for ours. */
  noteSent(draft: Draft): void;
  /** The call is gone: nothing more is saved. */
  dispose(): void;
}

export function createDraftKeeper(deps: {
  readonly initial: Draft;
  readonly revision: number;
  /** Resolves when the draft is on the disk. */
  readonly save: (draft: Draft) => Promise<unknown>;
  /** Whether trying again could ever help. */
  readonly mayRetry: (error: unknown) => boolean;
}): DraftKeeper {
  let view: DraftView = { draft: deps.initial, status: { kind: 'saved', at: null } };
  let lastRevision = deps.revision;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** When the oldest change that is on no way to the disk was made; null: there is none. */
  let unsavedSince: number | null = null;
  let saving: Promise<void> | undefined;
  let disposed = false;
  /** The newest last; what main may still echo. */
  let known: readonly Draft[] = [deps.initial];
  const listeners = new Set<() => void>();

  const show = (next: DraftView): void => {
    view = next;
    for (const listener of listeners) listener();
  };
  const note = (draft: Draft): void => {
    known = [...known.filter((one) => one !== draft), draft].slice(-200);
  };
  const wait = (milliseconds: number): void => {
    clearTimeout(timer);
    if (!disposed) timer = setTimeout(() => void flush(), milliseconds);
  };

  const unsaved = (): boolean => view.status.kind !== 'saved' && !disposed;

  async function saveAll(): Promise<void> {
    while (unsaved()) {
      const { draft } = view;
      unsavedSince = null;
      note(draft);
      try {
        await deps.save(draft);
      } catch (error) {
        // Over before anybody hears of it: a flush that follows at once must begin a new save, not end the next try.
        saving = undefined;
        if (deps.mayRetry(error)) wait(retryPause);
        return show({ ...view, status: { kind: 'failed', error } });
      }
      if (view.draft === draft) {
        saving = undefined;
        return show({ draft, status: { kind: 'saved', at: new Date().toISOString() } });
      }
    }
    saving = undefined;
  }

  function flush(): Promise<void> {
    clearTimeout(timer);
    if (!saving && unsaved()) saving = saveAll();
    return saving ?? Promise.resolve();
  }

  return {
    view: () => view,
    subscribe(changed) {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    change(make) {
      const draft = make(view.draft);
      if (draft === view.draft || sameJson(draft, view.draft)) return;
      show({ draft, status: { kind: 'unsaved' } });
      unsavedSince ??= Date.now();
      wait(Math.max(0, Math.min(typingPause, unsavedSince + longestUnsaved - Date.now())));
    },
    flush,
    offer(draft, revision) {
      const newer = revision > lastRevision;
      lastRevision = Math.max(lastRevision, revision);
      if (!newer || view.status.kind !== 'saved') return;
      if (known.some((one) => sameJson(one, draft))) return;
      note(draft);
      show({ draft, status: { kind: 'saved', at: view.status.at } });
    },
    noteSent: note,
    dispose() {
      disposed = true;
      clearTimeout(timer);
      listeners.clear();
    },
  };
}
