/** SIP messages as text: parsed strictly (RFC 3261 §7 and §25), so that what is malformed is dropped and never guessed at. */
export type HeaderField = readonly [name: string, value: string];

export interface SipRequest {
  readonly kind: 'request';
  readonly method: string;
  readonly uri: string;
  readonly headers: readonly HeaderField[];
  readonly body: string;
}

export interface SipResponse {
  readonly kind: 'response';
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly HeaderField[];
  readonly body: string;
}

export type SipMessage = SipRequest | SipResponse;

export interface SipFault {
  readonly kind: 'fault';
  /** What is wrong; holds nothing of the message itself. */
  readonly fault: string;
}

/** RFC 3261 §7.3.3 and the registered compact forms since. */
const compact: Readonly<Record<string, string>> = {
  i: 'call-id',
  m: 'contact',
  e: 'content-encoding',
  l: 'content-length',
  c: 'content-type',
  f: 'from',
  s: 'subject',
  k: 'supported',
  t: 'to',
  v: 'via',
  o: 'event',
  u: 'allow-events',
  r: 'refer-to',
  b: 'referred-by',
  x: 'session-expires',
};

const token = /^[A-Za-z0-9\-.!%*_+`'~]+$/;
const once = ['from', 'to', 'call-id', 'cseq', 'content-length', 'max-forwards'];
const needed = ['via', 'from', 'to', 'call-id', 'cseq'];

const longName = (name: string): string => {
  const lower = name.toLowerCase();
  return compact[lower] ?? lower;
};

/** The values of all fields of that name, in order, as they stand. */
export function headerFields(message: SipMessage, name: string): readonly string[] {
  const wanted = name.toLowerCase();
  return message.headers.filter(([one]) => longName(one) === wanted).map(([, value]) => value);
}

/** The first field of that name. */
export function headerField(message: SipMessage, name: string): string | undefined {
  return headerFields(message, name)[0];
}

/** CSeq of a message that `parseMessage` let through. */
export function sequence(message: SipMessage): {
  readonly number: number;
  readonly method: string;
} {
  const [number = '0', method = ''] = (headerField(message, 'cseq') ?? '').split(/\s+/);
  return { number: Number(number), method };
}

export function parseMessage(text: string): SipMessage | SipFault {
  const fault = (what: string): SipFault => ({ kind: 'fault', fault: what });
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return fault('no empty line after the headers');
  // RFC 3261 §7.3.1: a line that begins with white space goes on from the line before it.
  const [start = '', ...lines] = text
    .slice(0, end)
    .replaceAll(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
  const headers: HeaderField[] = [];
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0)).trimEnd();
    if (!token.test(name)) return fault('a header line without a name');
    headers.push([name, line.slice(colon + 1).trim()]);
  }
  const names = headers.map(([name]) => longName(name));
  for (const name of needed) if (!names.includes(name)) return fault(`no ${name}`);
  for (const name of once)
    if (names.filter((one) => one === name).length > 1) return fault(`${name} more than once`);

  const startLine = parseStart(start);
  if (startLine.kind === 'fault') return startLine;
  const message = { ...startLine, headers, body: '' };
  const cseq = /^(\d{1,10})\s+(\S+)$/.exec(headerField(message, 'cseq') ?? '');
  if (!cseq || Number(cseq[1]) >= 2 ** 31) return fault('cseq out of form');
  if (message.kind === 'request' && cseq[2] !== message.method)
    return fault('cseq names another method');
  if (!/^SIP\s*\/\s*2\.0\s*\/\s*\S+\s+\S+/i.test(headerField(message, 'via') ?? ''))
    return fault('via out of form');

  const rest = Buffer.from(text.slice(end + 4), 'utf8');
  const written = headerField(message, 'content-length');
  if (written === undefined) return { ...message, body: rest.toString('utf8') };
  if (!/^\d{1,7}$/.test(written)) return fault('content-length out of form');
  // RFC 3261 §18.3: bytes beyond Content-Length are thrown away; too few of them is an error.
  if (Number(written) > rest.length) return fault('the body is shorter than content-length');
  return { ...message, body: rest.subarray(0, Number(written)).toString('utf8') };
}

type Start =
  | { readonly kind: 'request'; readonly method: string; readonly uri: string }
  | { readonly kind: 'response'; readonly status: number; readonly reason: string };

function parseStart(line: string): Start | SipFault {
  const status = /^SIP\/2\.0 ([1-6]\d\d) ?(.*)$/i.exec(line);
  if (status) return { kind: 'response', status: Number(status[1]), reason: status[2] ?? '' };
  const request = /^(\S+) (\S+) SIP\/2\.0$/i.exec(line);
  const [, method = '', uri = ''] = request ?? [];
  if (!token.test(method)) return { kind: 'fault', fault: 'start line out of form' };
  if (!/^[a-z][a-z0-9+.-]*:[^<>\s]+$/i.test(uri))
    return { kind: 'fault', fault: 'request-uri out of form' };
  return { kind: 'request', method, uri };
}

/** The message as it goes out; Content-Length (in bytes) is set here and nowhere else. */
export function serialise(message: SipMessage): string {
  const start =
    message.kind === 'request'
      ? `${message.method} ${message.uri} SIP/2.0`
      : `SIP/2.0 ${message.status} ${message.reason}`;
  const lines = message.headers
    .filter(([name]) => longName(name) !== 'content-length')
    .map(([name, value]) => `${name}: ${value}`);
  return [
    start,
    ...lines,
    `Content-Length: ${Buffer.byteLength(message.body, 'utf8')}`,
    '',
    message.body,
  ].join('\r\n');
}
