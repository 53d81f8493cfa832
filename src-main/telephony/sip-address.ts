/** Reads addresses as SIP headers carry them (RFC 3261 §20.10, §25.1: name-addr / addr-spec), and never throws. */

export interface SipAddress {
  readonly displayName: string | null;
  /** sip, sips or tel, in lower case. */
  readonly scheme: string;
  /** The user part unescaped; for tel: the number (RFC 3966), visual separators removed. */
  readonly user: string;
  readonly host: string;
  /** Header parameters, names in lower case. */
  readonly params: ReadonlyMap<string, string>;
}

const longest = 2000;

/** The values of a header that may hold several, split at commas outside quotes and angle brackets. */
export function splitValues(header: string): readonly string[] {
  return splitOutside(header.slice(0, longest), ',').filter((value) => value !== '');
}

/** The address in one header value, or null where there is none. */
export function parseAddress(value: string): SipAddress | null {
  const text = value.slice(0, longest).trim();
  const [open, close] = brackets(text);
  if (open >= 0) {
    if (close < 0) return null;
    const uri = parseUri(text.slice(open + 1, close));
    return (
      uri && {
        ...uri,
        displayName: displayName(text.slice(0, open)),
        params: params(text.slice(close + 1)),
      }
    );
  }
  // Without brackets everything after the first semicolon belongs to the header (RFC 3261 §20).
  const [addrSpec = '', ...rest] = text.split(';');
  const uri = parseUri(addrSpec);
  return uri && { ...uri, displayName: null, params: params(rest.join(';')) };
}

function parseUri(text: string): Pick<SipAddress, 'scheme' | 'user' | 'host'> | null {
  const match = /^(sips?|tel):([^;?]*)/i.exec(text.trim());
  const [, scheme = '', rest = ''] = match ?? [];
  if (!match || rest === '') return null;
  if (scheme.toLowerCase() === 'tel')
    return { scheme: 'tel', user: rest.replaceAll(/[-.()\s]/g, ''), host: '' };
  const at = text.indexOf('@');
  const whole = text.slice(text.indexOf(':') + 1);
  // A user part may hold ";" (RFC 3261 §25.1 user-unreserved), e.g. a phone-context: it is no part of the number.
  const userinfo = at < 0 ? '' : whole.slice(0, at - scheme.length - 1);
  const [user = ''] = (userinfo.split(':')[0] ?? '').split(';');
  const host = (at < 0 ? whole : text.slice(at + 1)).split(/[;?]/)[0] ?? '';
  return { scheme: scheme.toLowerCase(), user: unescaped(user), host: hostOnly(host) };
}

function hostOnly(hostport: string): string {
  return hostport.startsWith('[')
    ? hostport.slice(0, hostport.indexOf(']') + 1)
    : (hostport.split(':')[0] ?? '');
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function displayName(text: string): string | null {
  const trimmed = text.trim();
  const quoted = /^"((?:[^"\\]|\\.)*)"/.exec(trimmed);
  const name = (quoted ? (quoted[1] ?? '').replaceAll(/\\(.)/g, '$1') : trimmed).trim();
  return name === '' ? null : name.slice(0, 200);
}

function params(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const part of splitOutside(text, ';')) {
    const [name = '', ...value] = part.split('=');
    const key = name.trim().toLowerCase();
    if (key !== '') found.set(key, value.join('=').trim().replaceAll(/^"|"$/g, ''));
  }
  return found;
}

/** Where the bracketed URI begins and ends; a bracket inside a quoted name is none. */
function brackets(text: string): readonly [number, number] {
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '\\' && quoted) at++;
    else if (text[at] === '"') quoted = !quoted;
    else if (text[at] === '<' && !quoted) return [at, text.indexOf('>', at)];
  }
  return [-1, -1];
}

function splitOutside(text: string, separator: string): readonly string[] {
  const parts: string[] = [];
  let quoted = false;
  let bracketed = false;
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '\\' && quoted) at++;
    else if (char === '"') quoted = !quoted;
    else if (char === '<' && !quoted) bracketed = true;
    else if (char === '>' && !quoted) bracketed = false;
    else if (char === separator && !quoted && !bracketed) {
      parts.push(text.slice(from, at).trim());
      from = at + 1;
    }
  }
  parts.push(text.slice(from).trim());
  return parts;
}
