/**
 * A message as sip.js's parser can read it. What it would misread is put right in the text, before it can leave a dialog waiting
 * for ever or a call hung up.
 */
import { fullHeaderName } from '#shared/model/sip-header-names.ts';

/** setTimeout takes no more milliseconds, and calls back at once instead. */
const mostSeconds = Math.floor(0x7fff_ffff / 1000);
/** RFC 2046 §4.5.1: the type of what is not told. */
const unknownType = 'application/octet-stream';

/** Text without the end of a head is left as it is. */
export function normalMessage(text: string): string {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return text;
  const [start = '', ...rest] = text.slice(0, end).split('\r\n');
  // RFC 3261 §7.3.1: a header may be folded at any white space.
  const lines = rest
    .join('\r\n')
    .replaceAll(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
  const isInvite = start.startsWith('INVITE ');
  let isTyped = false;
  const headers = lines.flatMap((line) => {
    const colon = line.indexOf(':');
    if (colon < 0) return line === '' ? [] : [line];
    const name = fullHeaderName(line.slice(0, colon).trim());
    const value = line.slice(colon + 1).trim();
    switch (name.toLowerCase()) {
      case 'content-type':
        isTyped = true;
        return [`${name}: ${normalType(value)}`];
      // sip.js reads it before the type: here a description is always of a session, and nothing else is one.
      case 'content-disposition':
        return [];
      case 'expires':
        return isInvite && !isTime(value) ? [] : [`${name}: ${value}`];
      default:
        return [`${name}: ${value}`];
    }
  });
  const body = text.slice(end + 4);
  // RFC 3261 §20.15: Content-Type "MUST be present if the body is not empty"; without it sip.js throws amidst a dialog.
  const type = isTyped || body === '' ? [] : [`Content-Type: ${unknownType}`];
  return `${[start, ...headers, ...type].join('\r\n')}\r\n\r\n${body}`;
}

/** RFC 3261 §7.3.1: types are written in any case; sip.js compares them letter by letter, parameters and all. */
function normalType(value: string): string {
  const [type = ''] = value.split(';', 1);
  const written = type.replaceAll(/\s+/g, '').toLowerCase();
  return /^[\w.!%*+`'~-]+\/[\w.!%*+`'~-]+$/.test(written) ? written : unknownType;
}

/** RFC 3261 §20.19: seconds until a caller gives up, for which a timer can be set. */
function isTime(value: string): boolean {
  return /^\d{1,10}$/.test(value) && Number(value) <= mostSeconds;
}
