/** Decides one mutation: its name leads to the duty's rule. */
import { assertNever } from '#shared/assert-never.ts';
import type { Mutation, MutationResult } from '#shared/model/mutation.ts';
import { stampAttendance } from '../attendance/stamp-attendance.ts';
import { recordCall } from '../calls/record-call.ts';
import { createCustomer } from '../customers/create-customer.ts';
import { editCustomer } from '../customers/edit-customer.ts';
import { handOverCard, takeCard, withdrawCard } from '../hand-overs/hand-over-card.ts';
import { placeOrder } from '../orders/place-order.ts';
import type { Refused, World, Writes } from './world.ts';

/** What is accepted is added to `writes`, and seen in `world` by the mutations after it. */
export function decide(mutation: Mutation, world: World, writes: Writes): MutationResult {
  const refused = byName(mutation, world, writes);
  const { mutationId } = mutation;
  return refused === null
    ? { mutationId, status: 'applied' }
    : { mutationId, status: 'refused', code: refused.code, details: refused.details };
}

function byName(mutation: Mutation, world: World, writes: Writes): Refused {
  switch (mutation.name) {
    case 'call.record':
      return recordCall(mutation.args, world, writes);
    case 'order.place':
      return placeOrder(mutation.args, world, writes);
    case 'customer.create':
      return createCustomer(mutation.args, world, writes);
    case 'customer.edit':
      return editCustomer(mutation.args, world, writes);
    case 'card.hand-over':
      return handOverCard(mutation.args, world, writes);
    case 'card.taken':
      return takeCard(mutation.args.handOverId, world, writes);
    case 'card.withdraw':
      return withdrawCard(mutation.args.handOverId, world, writes);
    case 'attendance.stamp':
      return stampAttendance(mutation.args, world, writes);
    default:
      return assertNever(mutation);
  }
}
