/** Where an INVITE or a REFER goes: what a person dials, as a SIP URI; and the INVITE to a URI that was written down. */
import { Inviter, UserAgent, type URI } from 'sip.js';
import type { LineAccount } from '#shared/model/line.ts';
import { LineError } from '../calls/line.ts';

/** Errors: LineError REFUSED. */
export function targetUri(account: LineAccount, target: string): URI {
  const uri = UserAgent.makeURI(`sip:${escapedUser(target)}@${account.domain}`);
  if (!uri) throw new LineError('REFUSED', 'the target is no SIP address');
  return uri;
}

/** An INVITE that is not sent yet; null where the URI is none. */
export function inviterTo(
  ua: UserAgent,
  uri: string,
  extraHeaders: readonly string[],
): Inviter | null {
  const target = UserAgent.makeURI(uri);
  return target ? new Inviter(ua, target, { extraHeaders: [...extraHeaders] }) : null;
}

/** RFC 3261 §25.1 user: "+" and "*" stand for themselves, "#" does not. */
function escapedUser(target: string): string {
  return encodeURIComponent(target).replaceAll('%2B', '+');
}
