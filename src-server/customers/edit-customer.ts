/** The rules for a change to a customer: each field is merged on its own. */
import type { z } from 'zod';
import { sameJson } from '#shared/model/condition.ts';
import { CustomerFields } from '#shared/model/customer.ts';
import type { Json, JsonObject } from '#shared/model/json.ts';
import type { CustomerEdit } from '#shared/model/mutation.ts';
import type { FieldStamps } from '../store/schema.ts';
import { refuse, type CustomerRow, type Refused, type World, type Writes } from '../sync/world.ts';

/**
 * A field that another desk changed after the version this person saw is a conflict, unless both wrote the same; then
 * nothing of the edit is taken, and both values are told. A field this desk itself changed last is none: its outbox
 * keeps the order in which the person typed.
 */
export function editCustomer(
  edit: z.infer<typeof CustomerEdit>,
  world: World,
  writes: Writes,
): Refused {
  const there = world.customers.get(edit.customerId);
  if (!there) return refuse('unknown-customer', { customerId: edit.customerId });
  const changed = changedFields(there, edit.changes);
  const conflicts = changed.filter((field) => {
    const stamp = stampOf(there, field.name);
    return stamp.version > edit.baseVersion && stamp.desk !== world.deskId;
  });
  if (conflicts.length > 0)
    return refuse(
      'conflict',
      Object.fromEntries(
        conflicts.map(({ name, mine, theirs }) => [
          name,
          { mine, theirs, version: stampOf(there, name).version },
        ]),
      ),
    );
  if (changed.length === 0) return null;
  const version = there.version + 1;
  const stamps: Record<string, FieldStamps[string]> = { ...there.stamps };
  for (const { name } of changed) stamps[name] = { version, desk: world.deskId };
  const values = Object.fromEntries(changed.map(({ name, mine }) => [name, mine]));
  world.customers.set(edit.customerId, { ...there, ...values, version, stamps });
  if (!writes.newCustomers.has(edit.customerId)) writes.changedCustomers.add(edit.customerId);
  return null;
}

interface ChangedField {
  readonly name: string;
  readonly mine: Json;
  readonly theirs: Json;
}

/** The fields whose value is not what is there already. */
function changedFields(
  there: CustomerRow,
  changes: Partial<CustomerFields>,
): readonly ChangedField[] {
  const now: JsonObject = CustomerFields.parse(there);
  return Object.entries(changes)
    .filter(([, mine]) => mine !== undefined)
    .map(([name, mine]) => ({ name, mine, theirs: now[name] ?? null }))
    .filter(({ mine, theirs }) => !sameJson(mine, theirs));
}

/** A field nobody changed since is as old as the customer. */
function stampOf(row: CustomerRow, field: string): FieldStamps[string] {
  return row.stamps[field] ?? { version: 1, desk: row.madeBy };
}
