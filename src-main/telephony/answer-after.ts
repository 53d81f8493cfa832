/** Whether the exchange asks that a call answer itself, as intercom, paging and queues do. */
import { splitValues } from './sip-address.ts';

/** Nobody asks for longer; what does is no wish that can be understood. */
const longestSeconds = 60;

/**
 * Seconds to wait before the call answers itself, or null where it is not asked to. Call-Info and Alert-Info (RFC 3261 §20.9,
 * §20.4) carry it as exchanges agree: `Call-Info: <…>;answer-after=N`, `Alert-Info: <…>;info=alert-autoanswer`,
 * `Alert-Info: <…>;answer-after=N`, or the words "Auto Answer" (a space, "-", "_" or nothing between) in Alert-Info.
 * @param headers the values of a header, in the order of the message.
 */
export function answerAfter(headers: (name: string) => readonly string[]): number | null {
  const callInfo = headers('Call-Info').flatMap((value) => splitValues(value));
  const alertInfo = headers('Alert-Info').flatMap((value) => splitValues(value));
  for (const value of [...callInfo, ...alertInfo]) {
    const seconds = secondsIn(value);
    if (seconds !== null) return seconds;
  }
  return alertInfo.some(asksOutright) ? 0 : null;
}

function secondsIn(value: string): number | null {
  const written = /;\s*answer-after\s*=\s*"?\s*(\d{1,4})\s*"?\s*(?:;|$)/i.exec(value)?.[1];
  if (written === undefined) return null;
  const seconds = Number(written);
  return seconds <= longestSeconds ? seconds : null;
}

function asksOutright(value: string): boolean {
  if (/;\s*info\s*=\s*"?\s*(?:alert-autoanswer|auto[ _-]?answer)\s*"?\s*(?:;|$)/i.test(value))
    return true;
  // Without a parameter the words themselves are the value: `Alert-Info: Auto Answer`, `<http://x>;Auto Answer`, `Ring Answer`.
  const words = value
    .replace(/<[^>]*>/, '')
    .replaceAll(/["';]/g, ' ')
    .trim();
  return /^(?:info\s*=\s*)?(?:alert-)?(?:auto[ _-]?answer|ring[ _-]?answer)$/i.test(words);
}
