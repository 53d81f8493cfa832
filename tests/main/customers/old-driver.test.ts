import LibsqlDatabase from 'libsql';
import { expect, test } from 'vitest';
import type { Driver } from '../../../src-main/store/connection.ts';
import { createCustomerBase } from '../../../src-main/customers/customer-base.ts';
import { openStore } from '../../../src-main/store/open-store.ts';
import { createOutbox } from '../../../src-main/sync/outbox.ts';
import { testKey } from '../../support/desk-base.ts';
import { memoryHost } from '../../support/memory-host.ts';
import { customer } from '../../support/synced-desk.ts';

test('customers are found, edited and queued on the driver of an old Electron too', () => {
  using host = memoryHost();
  const store = openStore({
    ...host,
    folder: host.dataFolder,
    key: testKey,
    driver: (path) => new LibsqlDatabase(path) as unknown as Driver,
  });
  const outbox = createOutbox({ store, clock: host.clock, userId: () => 'u' });
  const customers = createCustomerBase({ store, outbox });
  const numbers = [{ number: '+38641123456', kind: 'mobile' as const }];
  const made = customers.create({ ...customer(), name: 'Marija Žagar', numbers });
  expect(customers.byNumber('+38641123456')).toEqual([made]);
  expect(customers.search('zagra', 5)).toEqual([made]);
  expect(customers.search('23456', 5)).toEqual([made]);
  const edited = customers.edit(made.customerId, 0, { name: 'Marija Golob' });
  expect(customers.search('golob', 5)).toEqual([edited]);
  expect(customers.search('zagar', 5)).toEqual([]);
  store.transaction((tx) => customers.pulled.wipe(tx));
  expect(customers.count()).toBe(1);
  while (customers.tidy());
  const queued = outbox.next(['u'], 10);
  expect(queued.map((one) => one.name)).toEqual(['customer.create', 'customer.edit']);
  outbox.settle(
    queued,
    queued.map(({ mutationId }) => ({ mutationId, status: 'applied' as const })),
  );
  expect(outbox.counts()).toEqual({ waiting: 0, refused: 0 });
  store.close();
});
