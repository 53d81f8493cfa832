/** Who a desk talks to: a simulated customer, or another desk. A party outlives the call it began in when it is transferred. */
import type { Talker } from '../customers/talker.ts';
import type { HeaderField } from '../sip/message.ts';
import { quoted } from '../sip/values.ts';
import type { DeskSide } from './desk-side.ts';
import type { Switchboard } from './switchboard.ts';

export interface CustomerParty {
  readonly kind: 'customer';
  /** E.164; null: withheld, or none. */
  readonly number: string | null;
  readonly talker: Talker;
  /** The customer has hung up; set by the call that has the party now. */
  hungUp: () => void;
}

export type Party = CustomerParty | { readonly kind: 'desk'; readonly side: DeskSide };

/** @param makeTalker gets what the talker calls to hang up. */
export function customerParty(
  number: string | null,
  makeTalker: (hangUp: () => void) => Talker,
): CustomerParty {
  const party: CustomerParty = {
    kind: 'customer',
    number,
    talker: makeTalker(() => party.hungUp()),
    hungUp: () => undefined,
  };
  return party;
}

/** Ends what is left of a party that nobody talks to any more. */
export function dismiss(party: Party): void {
  if (party.kind === 'desk') party.side.hangUp();
}

/** From (without its tag) and the headers that say who it is: RFC 3325 §9.1, RFC 3323 §4.2 for whoever withholds the number. */
export function identityOf(
  board: Switchboard,
  party: Party,
): { readonly from: string; readonly headers: readonly HeaderField[] } {
  const { domain, lines } = board.centre;
  if (party.kind === 'desk') {
    const { extension } = party.side;
    const name = lines.find((line) => line.extension === extension)?.displayName ?? extension;
    const identity = `${quoted(name)} <sip:${extension}@${domain}>`;
    return { from: identity, headers: [['P-Asserted-Identity', identity]] };
  }
  if (party.number === null)
    return {
      from: '"Anonymous" <sip:anonymous@anonymous.invalid>',
      headers: [['Privacy', 'id']],
    };
  const identity = `<sip:${party.number}@${domain};user=phone>`;
  return { from: identity, headers: [['P-Asserted-Identity', identity]] };
}
