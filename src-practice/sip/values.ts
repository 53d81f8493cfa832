/** Values inside SIP headers: lists, parameters, addresses (RFC 3261 §25.1). */
export interface NameAddr {
  readonly display: string | null;
  readonly uri: string;
  /** Header parameters (behind the address); names in small letters, quotes taken off. */
  readonly params: ReadonlyMap<string, string>;
}

/** Splits at `separator`, but not inside quotes or angle brackets. */
export function splitList(value: string, separator: ',' | ';' = ','): readonly string[] {
  const parts: string[] = [];
  let quoted = false;
  let angle = 0;
  let from = 0;
  for (let at = 0; at < value.length; at += 1) {
    const letter = value[at];
    if (quoted) {
      if (letter === '\\') at += 1;
      else if (letter === '"') quoted = false;
    } else if (letter === '"') quoted = true;
    else if (letter === '<') angle += 1;
    else if (letter === '>') angle = Math.max(0, angle - 1);
    else if (letter === separator && angle === 0) {
      parts.push(value.slice(from, at));
      from = at + 1;
    }
  }
  parts.push(value.slice(from));
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

function unquote(value: string): string {
  return value.startsWith('"') && value.endsWith('"') && value.length > 1
    ? value.slice(1, -1).replaceAll(/\\(.)/g, '$1')
    : value;
}

/** `;a=1;b` or `a=1, b="2"` as a map. */
export function parseParams(text: string, separator: ',' | ';' = ';'): ReadonlyMap<string, string> {
  return new Map(
    splitList(text, separator).map((part) => {
      const equals = part.indexOf('=');
      return equals < 0
        ? [part.toLowerCase(), '']
        : [part.slice(0, equals).trim().toLowerCase(), unquote(part.slice(equals + 1).trim())];
    }),
  );
}

/** An address with its parameters, or null where it is none. */
export function parseNameAddr(value: string): NameAddr | null {
  const bracketed = /^((?:"(?:[^"\\]|\\.)*"|[^"<])*)<([^<>]+)>(.*)$/s.exec(value.trim());
  if (bracketed) {
    const [, display = '', uri = '', rest = ''] = bracketed;
    return { display: unquote(display.trim()) || null, uri: uri.trim(), params: parseParams(rest) };
  }
  // RFC 3261 §20.10: without brackets all parameters belong to the header.
  const [uri = '', ...params] = splitList(value, ';');
  if (!/^[a-z][a-z0-9+.-]*:\S+$/i.test(uri)) return null;
  return { display: null, uri, params: parseParams(params.join(';')) };
}

/** The user part of a sip: or tel: URI, unescaped, without parameters; null where there is none. */
export function userOf(uri: string): string | null {
  const tel = /^tel:([^;]+)/i.exec(uri);
  if (tel?.[1] !== undefined) return tel[1];
  const sip = /^sips?:([^@]+)@/i.exec(uri);
  if (sip?.[1] === undefined) return null;
  const user = (sip[1].split(':')[0] ?? '').split(';')[0] ?? '';
  try {
    return decodeURIComponent(user);
  } catch {
    return null;
  }
}

/** What a quoted display name may hold. */
export function quoted(text: string): string {
  return `"${text.replaceAll(/[\r\n]/g, ' ').replaceAll(/(["\\])/g, '\\$1')}"`;
}

/** The value of one header parameter of From, To or Via. */
export function param(value: string, name: string): string | undefined {
  const parts = splitList(value, ';');
  const found = parts.slice(1).find((part) => part.split('=')[0]?.trim().toLowerCase() === name);
  return found === undefined ? undefined : unquote(found.slice(found.indexOf('=') + 1).trim());
}
