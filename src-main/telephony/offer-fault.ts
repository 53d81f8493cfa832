/** What is wrong with the body of an INVITE, before anybody is rung for it. */

/**
 * The status to refuse it with, or null where it may ring: no body (the offer then is ours), or a description with audio.
 * RFC 3261 §21.4.13: 415 for a body that is no SDP; §21.4.26: 488 for one without anything to hear.
 */
export function audioOfferFault(contentType: string | undefined, body: string): 415 | 488 | null {
  if (body.trim() === '') return null;
  if (!/^application\/sdp\s*(?:;|$)/i.test(contentType?.trim() ?? '')) return 415;
  return /^v=0\s*$/m.test(body) && /^m=audio \d+ /m.test(body) ? null : 488;
}
