/** Feeds the store from a desk link: every event, the beginning of each watch, and its loss. */
import type { WatchListener } from '../../wire/desk-link.ts';
import { applyEvent, linkLost, watchBegan, watchSettled } from './desk-state.ts';
import type { DeskStore } from './desk-store.ts';

export function createFeed(store: DeskStore): WatchListener {
  return {
    began: () => store.setState(watchBegan),
    event: (event) => store.setState((state) => applyEvent(state, event)),
    settled: () => store.setState(watchSettled),
    lost: () => store.setState(linkLost),
  };
}
