/** What a person wrote into the dial box, as the exchange is to dial it. */
import { toE164 } from '#shared/model/phone-number.ts';

export interface DialTarget {
  /** For the line: prefix and E.164 for a public number, the bare digits of an extension or short code. */
  readonly target: string;
  /** E.164, or null for an extension or short code. */
  readonly number: string | null;
  readonly written: string;
}

/**
 * @param region ISO 3166-1 alpha-2 country in whose national form the number may be written.
 * @param outsidePrefix what the exchange wants before a public number, e.g. "0" or "".
 * @returns null where it is no number at all.
 */
export function dialTarget(
  written: string,
  region: string,
  outsidePrefix: string,
): DialTarget | null {
  // Links and addresses are pasted too: tel:, callto:, sip:user@host.
  const bare = written
    .trim()
    .replace(/^(tel|callto|sips?):(\/\/)?/i, '')
    .replace(/[@;?].*$/, '')
    .trim();
  const digits = bare.replaceAll(/[\s().\-/\u00A0\u2010-\u2015]/g, '');
  // Before the numbering plan is asked: a short run of digits is the exchange's own (extensions, 112, 113, *60).
  if (/^[0-9*#]{2,6}$/.test(digits)) return { target: digits, number: null, written: digits };
  const number = toE164(bare.replaceAll('(0)', ''), region);
  if (number) return { target: `${outsidePrefix}${number}`, number, written: digits };
  return /^[0-9*#]{7,15}$/.test(digits) ? { target: digits, number: null, written: digits } : null;
}
