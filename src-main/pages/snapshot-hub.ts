/** The latest snapshot of every thing a page shows, and the stream of what changes. */
import type { DeskEvent } from '#shared/contract/desk.ts';

type WithoutRevision<Event> = Event extends unknown ? Omit<Event, 'revision'> : never;
export type DeskFact = WithoutRevision<DeskEvent>;

export interface SnapshotHub {
  publish(fact: DeskFact): void;
  /**
   * Everything as it is now, then every change, until the signal aborts. A slow page gets the newest snapshot of each
   * thing, never a growing queue of old ones.
   */
  stream(signal?: AbortSignal): AsyncGenerator<DeskEvent, void>;
  /** Pages that watch at this moment. */
  readonly watchers: number;
}

export function createSnapshotHub(): SnapshotHub {
  const latest = new Map<string, DeskEvent>();
  const watchers = new Set<(thing: string, event: DeskEvent) => void>();
  let revision = 0;

  async function* stream(signal?: AbortSignal): AsyncGenerator<DeskEvent, void> {
    const waiting = new Map<string, DeskEvent>(latest);
    let wake = () => {};
    const hear = (thing: string, event: DeskEvent): void => {
      // Taken out first, so that a thing that changed again is sent in the order of its last change.
      waiting.delete(thing);
      waiting.set(thing, event);
      wake();
    };
    const stop = () => wake();
    watchers.add(hear);
    signal?.addEventListener('abort', stop);
    try {
      while (!signal?.aborted) {
        for (const [thing, event] of waiting) {
          waiting.delete(thing);
          yield event;
          if (signal?.aborted) return;
        }
        if (waiting.size === 0 && !signal?.aborted)
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    } finally {
      watchers.delete(hear);
      signal?.removeEventListener('abort', stop);
    }
  }

  return {
    publish(fact) {
      revision += 1;
      const event: DeskEvent = { ...fact, revision };
      const thing = thingOf(event);
      if (event.type === 'call.gone') latest.delete(thing);
      else if (event.type !== 'level') latest.set(thing, event);
      for (const hear of watchers) hear(thing, event);
    },
    stream,
    get watchers() {
      return watchers.size;
    },
  };
}

function thingOf(event: DeskEvent): string {
  switch (event.type) {
    case 'call':
      return `call ${event.call.callId}`;
    case 'call.gone':
      return `call ${event.callId}`;
    default:
      return event.type;
  }
}
