/** A number that a link (tel:, callto:, sip:) or the clipboard brings: only the number as it was written, nothing around it. */
import { numberLink } from '#shared/model/written-number.ts';

/** No number that a person dials is longer; what is, is cut by nobody but refused. */
const longest = 200;

/**
 * The number in a link, as it was written, or null where there is none. Parameters (RFC 3966 phone-context, ext; RFC 3261
 * transport), headers (RFC 3261 §19.1.1 "?"), passwords and hosts are left out: a link may only fill the dial box.
 */
export function linkedNumber(link: string): string | null {
  if (link.length > 4 * longest) return null;
  const [beforeFragment = ''] = link.split('#');
  const found = numberLink(beforeFragment);
  // sip:201@host is 201 here; a host alone (sip:centre.example) names nobody.
  if (!found || found.isHostAlone) return null;
  let written: string;
  try {
    written = decodeURIComponent(found.user);
  } catch {
    return null;
  }
  // callto://+38641…/ is written by some programs.
  return fits(written.replace(/\/+$/, ''));
}

/** The first argument of a start that is such a link; null: none. */
export function linkAmong(argv: readonly string[]): string | null {
  return argv.find((one) => /^(?:tel|callto|sips?):/i.test(one)) ?? null;
}

/**
 * The clipboard's text where all of it is a telephone number, else null. Letters are no number here: whatever else lies in
 * the clipboard is nobody's business.
 */
export function numberInClipboard(text: string): string | null {
  const written = text.trim().replace(/^tel:/i, '');
  const digits = written.replaceAll(/\D/g, '').length;
  if (written.length > 40 || digits < 2 || digits > 20) return null;
  return /^\+?[\d\s()[\]./\u00A0\u2010-\u2015-]+$/u.test(written) ? fits(written) : null;
}

function fits(written: string): string | null {
  const visible = written.replaceAll(/\p{C}+/gu, ' ').trim();
  return visible === '' || visible.length > longest ? null : visible;
}
