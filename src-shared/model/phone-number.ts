/** Phone numbers: E.164 inside (ITU-T E.164), the national form on the screen. */
import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/max';
import * as z from 'zod';

export const E164 = z.string().regex(/^\+[1-9]\d{3,14}$/);
export type E164 = z.infer<typeof E164>;

export const Region = z.string().regex(/^[A-Z]{2}$/);

/**
 * The E.164 form of what a person or an exchange wrote, or null where it is no public number
 * (a short code, an extension, "anonymous").
 * @param region ISO 3166-1 alpha-2 country in whose national form the number may be written.
 */
export function toE164(written: string, region: string): E164 | null {
  const parsed = parsePhoneNumberFromString(written.trim(), region as CountryCode);
  if (!parsed) return null;
  // With its country code a number of the right length is believed: national plans grow faster than any list of them.
  const international = /^(?:\+|00|tel:\+)/.test(written.trim());
  return parsed.isValid() || (international && parsed.isPossible()) ? parsed.number : null;
}

/** The national form for numbers of `region`, the international form for all others. */
export function formatNumber(number: string, region: string): string {
  const parsed = parsePhoneNumberFromString(number, region as CountryCode);
  if (!parsed) return number;
  return parsed.country === region ? parsed.formatNational() : parsed.formatInternational();
}
