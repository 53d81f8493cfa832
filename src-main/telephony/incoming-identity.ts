/** Who calls, what was dialled and through which queue: read from the headers of an incoming INVITE. */
import type { CallParty } from '#shared/model/call.ts';
import { toE164 } from '#shared/model/phone-number.ts';
import { answerAfter } from './answer-after.ts';
import { parseAddress, splitValues, type SipAddress } from './sip-address.ts';

/** The values of a header, in the order of the message; empty where it is absent. */
export type Headers = (name: string) => readonly string[];

export interface IncomingFacts {
  readonly party: CallParty;
  readonly dialled: string | null;
  readonly queue: string | null;
  readonly waitedSeconds: number | null;
  /** Who sent the call on to this line, as the exchange wrote it; null for a call that came straight. */
  readonly divertedFrom: string | null;
  /** Who transfers the call to this line (RFC 3892); null for one that nobody transfers. */
  readonly referredBy: string | null;
  /** Seconds after which the exchange asks the call to answer itself; null: never. */
  readonly autoAnswerAfter: number | null;
}

export interface OwnAddress {
  /** Users under which this line itself is dialled; never the number the customer dialled. */
  readonly users: readonly string[];
  /** ISO 3166-1 alpha-2 country in whose national form the exchange may write numbers. */
  readonly region: string;
}

export function incomingFacts(headers: Headers, own: OwnAddress): IncomingFacts {
  const dialled = dialledNumber(headers, own.users);
  const queue = firstText(headers, ['X-Queue', 'X-Centrala-Queue']);
  const diverting = divertingParty(headers, own.users);
  return {
    party: callingParty(headers, own.region),
    dialled,
    queue,
    waitedSeconds: seconds(firstText(headers, ['X-Queue-Wait', 'X-Waited'])),
    // An exchange tells the number its queue was dialled under as a diversion: nobody sent that call on.
    divertedFrom: queue !== null && diverting === dialled ? null : diverting,
    referredBy: addresses(headers('Referred-By'))[0]?.user.slice(0, 200) || null,
    autoAnswerAfter: answerAfter(headers),
  };
}

/**
 * RFC 3325 §9.1: P-Asserted-Identity is what the network vouches for; without it, From. Where the caller asks for privacy
 * (RFC 3323 §4.2; "id" of RFC 3325 §9.3), or is the anonymous user (RFC 3261 §8.1.1.3), nobody is named.
 */
export function callingParty(headers: Headers, region: string): CallParty {
  const asserted = addresses(headers('P-Asserted-Identity'));
  const from = addresses(headers('From'))[0] ?? null;
  const best = asserted.find(({ user }) => toE164(user, region) !== null) ?? asserted[0] ?? from;
  if (!best || wantsPrivacy(headers('Privacy')) || isAnonymous(best))
    return { number: null, written: null, displayName: null, withheld: true };
  const name = best.displayName ?? asserted.find((one) => one.displayName)?.displayName;
  return {
    number: toE164(best.user, region),
    written: best.user.slice(0, 200),
    displayName: notTheNumber(name ?? null, best.user),
    withheld: false,
  };
}

/**
 * The number the customer dialled, before the exchange sent the call on: the first entry of History-Info (RFC 7044 §5.1), the
 * first diversion, which is the last value (RFC 5806 §4), P-Called-Party-ID (RFC 7315 §4.2), or To where it is not this line.
 */
function dialledNumber(headers: Headers, ownUsers: readonly string[]): string | null {
  const candidates = [
    ...history(headers)
      .slice(0, 1)
      .flatMap((entry) => shown(entry) ?? []),
    ...addresses(headers('Diversion')).slice(-1),
    ...addresses(headers('P-Called-Party-ID')),
    ...addresses(headers('To')),
  ];
  const dialled = candidates.find(({ user }) => user !== '' && !ownUsers.includes(user));
  return firstText(headers, ['X-Dialled', 'X-DID']) ?? dialled?.user.slice(0, 200) ?? null;
}

/**
 * The last who sent the call on: the topmost Diversion (RFC 5806 §4: "the most recent … first"), or the last entry of
 * History-Info before the one for this line (RFC 7044 §5.1: in the order of the retargeting). A privacy of its own hides it.
 */
function divertingParty(headers: Headers, ownUsers: readonly string[]): string | null {
  const isElsewhere = ({ user }: SipAddress): boolean => user !== '' && !ownUsers.includes(user);
  const [diversion] = addresses(headers('Diversion'));
  if (diversion) {
    const hidden = /^(full|name|uri)$/i.test(diversion.params.get('privacy') ?? '');
    return isElsewhere(diversion) && !hidden ? diversion.user.slice(0, 200) : null;
  }
  // The last entry is where the call was sent to: here (RFC 7044 §10.3).
  const before = history(headers)
    .slice(0, -1)
    .findLast(({ address }) => isElsewhere(address));
  return (before && shown(before)?.user.slice(0, 200)) ?? null;
}

interface HistoryEntry {
  readonly address: SipAddress;
  readonly hidden: boolean;
}

/** RFC 7044 §10.1: "Privacy" with "history", "session" or "header" hides an entry from its URI, and all of them from the request. */
function history(headers: Headers): readonly HistoryEntry[] {
  const allHidden = headers('Privacy').some((value) => /\bhistory\b/i.test(value));
  return headers('History-Info')
    .flatMap((value) => splitValues(value))
    .flatMap((value) => {
      const address = parseAddress(value);
      const hidden = allHidden || /[?&]privacy=[^&>]*\b(?:history|session|header)\b/i.test(value);
      return address ? { address, hidden } : [];
    });
}

function shown({ address, hidden }: HistoryEntry): SipAddress | null {
  return hidden ? null : address;
}

function addresses(values: readonly string[]): readonly SipAddress[] {
  return values.flatMap((value) => splitValues(value)).flatMap((one) => parseAddress(one) ?? []);
}

function wantsPrivacy(values: readonly string[]): boolean {
  const wishes = values.flatMap((value) => value.toLowerCase().split(/[;,\s]+/));
  return wishes.some((wish) => wish === 'id' || wish === 'user' || wish === 'header');
}

const anonymousUsers = new Set(['anonymous', 'restricted', 'unavailable', 'unknown', 'private']);

function isAnonymous(address: SipAddress): boolean {
  return (
    address.user === '' ||
    anonymousUsers.has(address.user.toLowerCase()) ||
    address.host.toLowerCase() === 'anonymous.invalid'
  );
}

/** Exchanges often repeat the number as the name. */
function notTheNumber(name: string | null, user: string): string | null {
  return name === user ? null : name;
}

function firstText(headers: Headers, names: readonly string[]): string | null {
  for (const name of names) {
    const text = headers(name)[0]?.trim().slice(0, 80);
    if (text) return text;
  }
  return null;
}

function seconds(text: string | null): number | null {
  if (text === null || !/^\d{1,6}(\.\d+)?$/.test(text)) return null;
  return Math.floor(Number(text));
}
