/** Who is at the other end of a call that is up, as requests and responses in it say (RFC 4916, RFC 5876). */
import type { CallParty } from '#shared/model/call.ts';
import { callingParty, type Headers } from './incoming-identity.ts';

/**
 * What the network vouches for: P-Asserted-Identity (RFC 3325 §9.1), or Remote-Party-ID, its forerunner, which older exchanges
 * send. Null where there is neither.
 */
export function assertedParty(headers: Headers, region: string): CallParty | null {
  const asserted = headers('P-Asserted-Identity');
  const named = asserted.length > 0 ? asserted : headers('Remote-Party-ID');
  if (named.length === 0) return null;
  const hidden =
    asserted.length === 0 && named.some((one) => /;\s*privacy\s*=\s*"?(full|uri)/i.test(one));
  return callingParty((name) => {
    switch (name) {
      case 'P-Asserted-Identity':
        return named;
      case 'Privacy':
        return hidden ? ['id'] : headers('Privacy');
      default:
        return [];
    }
  }, region);
}

/** Follows the identities of one dialog and tells when another party has come. */
export class ConnectedParty {
  readonly #region: string;
  #party: CallParty | null = null;
  #from: string | null = null;

  constructor(region: string) {
    this.#region = region;
  }

  /** An INVITE that begins a dialog names its caller; null where it is nobody else. */
  inInvite(headers: Headers): CallParty | null {
    this.#from = fromOf(headers);
    return this.#become(
      assertedParty(headers, this.#region) ?? callingParty(headers, this.#region),
    );
  }

  /**
   * The answer to our first INVITE, to the user part we dialled. Who was called is known; of a colleague's extension the exchange
   * knows the name as well.
   */
  inAnswer(headers: Headers, dialled: string): CallParty | null {
    const party = assertedParty(headers, this.#region);
    if (!party) return null;
    const told = this.#become(party);
    const isColleague = party.number === null && party.written === dialled;
    return told ?? (isColleague && party.displayName !== null ? party : null);
  }

  /** A response from there; null where it brings nothing new. The first identity heard of is that of who was called. */
  inResponse(headers: Headers): CallParty | null {
    const party = assertedParty(headers, this.#region);
    return party && this.#become(party);
  }

  /**
   * A request from there. RFC 4916 §3: its From may name another party than the From before; it counts where nobody vouches for a
   * better one.
   */
  inRequest(headers: Headers): CallParty | null {
    const from = fromOf(headers);
    const changed = this.#from !== null && this.#from !== from;
    this.#from = from;
    const asserted = assertedParty(headers, this.#region);
    if (asserted) return this.#become(asserted);
    return changed ? this.#become(callingParty(headers, this.#region)) : null;
  }

  #become(party: CallParty): CallParty | null {
    const before = this.#party;
    this.#party = party;
    return before && !isSame(before, party) ? party : null;
  }
}

function fromOf(headers: Headers): string {
  return (headers('From')[0] ?? '').replace(/;\s*tag=.*$/i, '');
}

/** A name that is not told again is no other party. */
function isSame(one: CallParty, other: CallParty): boolean {
  return (
    one.withheld === other.withheld &&
    (one.number ?? one.written) === (other.number ?? other.written) &&
    (other.displayName === null || one.displayName === other.displayName)
  );
}
