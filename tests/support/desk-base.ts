/** A real encrypted base in a temporary folder, for the tests of the rooms above it. */
import { openStore, type Store } from '../../src-main/store/open-store.ts';
import { memoryHost, type MemoryHost } from './memory-host.ts';

export const testKey = new Uint8Array(32).fill(7);

export interface DeskBase extends Disposable {
  readonly host: MemoryHost;
  readonly store: Store;
}

export function deskBase(): DeskBase {
  const host = memoryHost();
  const store = openStore({
    folder: host.dataFolder,
    key: testKey,
    log: host.log,
    clock: host.clock,
  });
  return {
    host,
    store,
    [Symbol.dispose]() {
      store.close();
      host[Symbol.dispose]();
    },
  };
}
