/** A desk's base and sync over a real file, against a fake central server, with time moved by hand. */
import { openLocalBase, type LocalBase } from '../../src-main/local-base.ts';
import type { OpenedSession } from '#shared/contract/central.ts';
import type { Customer } from '#shared/model/customer.ts';
import type { FakeCentral } from './fake-central.ts';
import { memoryHost, type MemoryHost } from './memory-host.ts';
import { until } from './until.ts';

export interface SyncedDesk extends AsyncDisposable {
  readonly base: LocalBase;
  readonly host: MemoryHost;
  callIsUp: boolean;
  /** Waits for a state, letting the pauses between retries pass. */
  reach(what: string, holds: () => boolean): Promise<void>;
  /** The desk's process ends and begins again on the same folder. */
  restart(): Promise<void>;
}

/** @param server null lets a person choose. */
export async function syncedDesk(
  central: FakeCentral,
  server: string | null = central.address,
): Promise<SyncedDesk> {
  const host = memoryHost({ server });
  let base = await openLocalBase(host, () => desk.callIsUp);
  const desk: SyncedDesk = {
    get base() {
      return base;
    },
    host,
    callIsUp: false,
    reach: async (what, holds) => {
      await until(what, () => {
        if (holds()) return true;
        host.clock.advance(250);
        return false;
      });
    },
    async restart() {
      await base[Symbol.asyncDispose]();
      base = await openLocalBase(host, () => desk.callIsUp);
    },
    async [Symbol.asyncDispose]() {
      await base[Symbol.asyncDispose]();
      host[Symbol.dispose]();
    },
  };
  return desk;
}

export const ana: OpenedSession = {
  userId: 'u-ana',
  username: 'ana',
  name: 'Ana Kovač',
  role: 'operator',
  organisation: 'Klicni center',
  line: {
    extension: '201',
    sipUser: '201',
    secret: 'line-secret',
    exchange: 'ws://127.0.0.1:8088/ws',
    domain: 'centre.test',
    displayName: 'Ana Kovač',
    iceServers: [],
    outsidePrefix: '0',
    watches: [],
  },
  projectIds: ['internet'],
  serverTime: '2026-11-23T09:00:00.000Z',
};
export const bor: OpenedSession = { ...ana, userId: 'u-bor', username: 'bor', name: 'Bor Zupan' };

let made = 0;
export function customer(given: Partial<Customer> = {}): Customer {
  const at = ++made;
  return {
    customerId: `00000000-0000-8000-a000-${String(at).padStart(12, '0')}`,
    version: 1,
    name: `Stranka ${at}`,
    numbers: [{ number: `+38641${String(100_000 + at)}`, kind: 'mobile' }],
    address: null,
    email: null,
    since: null,
    language: null,
    note: '',
    data: {},
    ...given,
  };
}

export const changeOf = (body: Customer) =>
  ({ entity: 'customer', id: body.customerId, body }) as const;
