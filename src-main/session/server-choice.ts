import * as z from 'zod';
import type { Host } from '../host.ts';
import type { Store } from '../store/open-store.ts';

/** Which central server this desk belongs to: set from outside, or chosen once by a person. */
export interface ServerChoice {
  /** Without a slash at its end; null: not chosen yet. */
  current(): string | null;
  /** Set from outside: nobody at the desk may choose another. */
  readonly fixed: boolean;
  choose(server: string): void;
}

export function createServerChoice(deps: {
  readonly store: Store;
  readonly host: Pick<Host, 'server'>;
}): ServerChoice {
  const { store, host } = deps;
  return {
    current: () => trimmed(host.server ?? store.kept('server', z.string()) ?? null),
    fixed: host.server !== null,
    choose: (server) => store.transaction((tx) => store.keep(tx, 'server', trimmed(server))),
  };
}

function trimmed(server: string | null): string | null {
  return server === null ? null : server.replace(/\/+$/, '');
}
