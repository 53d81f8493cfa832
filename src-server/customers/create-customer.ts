/** The rules for a new customer. */
import type { z } from 'zod';
import { sameJson } from '#shared/model/condition.ts';
import { CustomerFields } from '#shared/model/customer.ts';
import type { CustomerCreate } from '#shared/model/mutation.ts';
import { refuse, type Refused, type World, type Writes } from '../sync/world.ts';

/**
 * A number that somebody has already is no obstacle: families share one. The same id is: it is accepted only as a
 * repeat that says the same.
 */
export function createCustomer(
  create: z.infer<typeof CustomerCreate>,
  world: World,
  writes: Writes,
): Refused {
  const { customerId, ...fields } = create;
  const there = world.customers.get(customerId);
  if (there) {
    const same = sameJson(CustomerFields.parse(there), fields);
    return same && there.madeBy === world.deskId
      ? null
      : refuse('conflict', {
          customerId: { mine: customerId, theirs: customerId, version: there.version },
        });
  }
  world.customers.set(customerId, {
    customerId,
    ...fields,
    version: 1,
    madeBy: world.deskId,
    stamps: {},
  });
  writes.newCustomers.add(customerId);
  return null;
}
