/** What a person typed, pasted or followed as a link, brought to plain text: ASCII digits, no invisible signs, no scheme. */

export interface WrittenNumber {
  /** The number with whatever stands around it. */
  readonly text: string;
  /** RFC 3966 §5.1.5: where a local number holds, e.g. "+386"; null where nothing was said. */
  readonly context: string | null;
}

const invisible = /[\p{Cf}\p{Cc}]+/gu;
const dashes = /[\u2010-\u2015\u2212\uFE58\uFE63\uFF0D]/g;
/** An extension behind a number is dialled by hand once somebody answers. */
const extensionBehind =
  /(?<=\d{2}[\s).,;/-]*)(?:[;,]?\s*(?:ext(?:ension)?|int(?:erna)?|x|kl)[.:=]?\s*\d{1,6})\s*$/i;

export function writtenNumber(written: string): WrittenNumber {
  const plain = asciiDigits(written.normalize('NFKC'))
    .replaceAll(invisible, ' ')
    .replaceAll(dashes, '-')
    .replaceAll(/\s+/g, ' ')
    .trim();
  const address = /<([^<>]*)>/.exec(plain)?.[1] ?? plain;
  const link = numberLink(address.trim());
  if (!link) return { text: plain.replace(extensionBehind, ''), context: null };
  const context = link.parameters
    .map((one) => decoded(one).trim())
    .find((one) => /^phone-context=\+/i.test(one));
  return {
    text: decoded(link.user).trim().replace(extensionBehind, ''),
    context: context === undefined ? null : `+${context.replaceAll(/\D/g, '')}`,
  };
}

/** What of a link names somebody, still escaped as it was. */
export interface NumberLink {
  readonly user: string;
  readonly parameters: readonly string[];
  /** sip:centre.example, which names nobody, or sip:201, which is no SIP address. */
  readonly isHostAlone: boolean;
}

/**
 * RFC 3261 §25.1: user [":" password] "@" host, headers behind "?"; RFC 3966: the number, then parameters.
 * @returns null where it is no tel:, callto: or sip: link.
 */
export function numberLink(text: string): NumberLink | null {
  const [, scheme, rest = ''] = /^(tel|callto|sips?):(?:\/\/)?(.*)$/is.exec(text) ?? [];
  if (scheme === undefined) return null;
  const [address = ''] = rest.split('?');
  const [userInfo = '', ...host] = address.split('@');
  const [first = '', ...parameters] = userInfo.split(';');
  const isSip = /^sips?$/i.test(scheme);
  const [withoutPassword = ''] = first.split(':');
  return {
    user: isSip ? withoutPassword : first,
    parameters,
    isHostAlone: isSip && host.length === 0,
  };
}

/** Every script's decimal digits stand in runs of ten, beginning with its zero. */
function asciiDigits(text: string): string {
  return text.replaceAll(/\p{Nd}/gu, (digit) => {
    const code = digit.codePointAt(0) ?? 0;
    let zero = code;
    while (/^\p{Nd}$/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
    return String((code - zero) % 10);
  });
}

/** Escapes that are none stay as they are: a bad link is read, not refused. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
