/** Feeds the store from a desk link: every event, the beginning of each watch, and its loss. */
import type { DeskEvent } from '#shared/contract/desk.ts';
import { applyEvent, linkLost, watchBegan, watchSettled } from './desk-state.ts';
import type { DeskStore } from './desk-store.ts';

export interface DeskFeed {
  began(): void;
  event(event: DeskEvent): void;
  settled(): void;
  lost(): void;
}

export function createFeed(store: DeskStore): DeskFeed {
  return {
    began: () => store.setState(watchBegan),
    event: (event) => store.setState((state) => applyEvent(state, event)),
    settled: () => store.setState(watchSettled),
    lost: () => store.setState(linkLost),
  };
}
