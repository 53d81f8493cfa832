/** Both bases the server runs on; the same tests are told of each. */
import { startPostgres } from '../../support/postgres.ts';
import type { StorePlace } from '../../../src-server/store/open-store.ts';

export interface TestBase {
  readonly place: StorePlace;
  stop(): Promise<void>;
}

export const bases: readonly { readonly name: string; readonly start: () => Promise<TestBase> }[] =
  [
    {
      name: 'the embedded base',
      start: async () => ({ place: { kind: 'memory' }, stop: async () => undefined }),
    },
    {
      name: 'a real PostgreSQL',
      async start() {
        const postgres = await startPostgres();
        return { place: { kind: 'postgres', url: postgres.url }, stop: () => postgres.stop() };
      },
    },
  ];
