import type { CallCard } from '#shared/contract/desk.ts';
import type { Call } from '#shared/model/call.ts';
import { formatNumber } from '#shared/model/phone-number.ts';

/** Who is at the other end, as short as it can be told: the customer, the name or the number; null where it is withheld. */
export function partyName({
  call: { party },
  card: { customer, project },
}: {
  readonly call: Pick<Call, 'party'>;
  readonly card: Pick<CallCard, 'customer' | 'project'>;
}): string | null {
  if (customer) return customer.name;
  if (party.displayName !== null) return party.displayName;
  if (party.withheld) return null;
  const number = party.number ?? party.written;
  return number === null ? null : formatNumber(number, project?.region ?? 'SI');
}
