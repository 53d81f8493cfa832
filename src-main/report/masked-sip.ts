/**
 * A SIP message (RFC 3261) that may leave the house: what is known to be harmless is kept, every number, name, host, tag and
 * id has a stand-in, and all else is struck out. Nothing passes because nobody thought of it.
 */
import { fullHeaderName } from '#shared/model/sip-header-names.ts';
import type { Pseudonyms } from './pseudonyms.ts';
import { maskedSdp } from './masked-sdp.ts';

const struckOut = '…';

const methods = new Set(
  'INVITE ACK BYE CANCEL REGISTER OPTIONS PRACK SUBSCRIBE NOTIFY PUBLISH INFO REFER MESSAGE UPDATE'.split(
    ' ',
  ),
);
/** Option tags, event packages and other registered words (IANA, SIP parameters). */
const words = new Set([
  ...methods,
  ...[...methods].map((method) => method.toLowerCase()),
  ...'100rel timer replaces norefersub outbound path gruu ice from-change histinfo join tdialog multiple-refer'.split(
    ' ',
  ),
  ...'answermode early-session eventlist pref privacy sdp-anat sec-agree target-dialog trickle-ice'.split(
    ' ',
  ),
  ...'message-summary dialog presence reg conference application/sdp application/sipfrag'.split(
    ' ',
  ),
  ...'message/sipfrag application/dtmf-relay application/simple-message-summary text/plain'.split(
    ' ',
  ),
  ...'application/dialog-info+xml active pending terminated deactivated timeout noresource'.split(
    ' ',
  ),
  ...'giveup rejected probation id none user header session critical uac uas refresher reason'.split(
    ' ',
  ),
]);

const wordLists = new Set(
  'allow supported require unsupported proxy-require allow-events accept content-type event subscription-state privacy'.split(
    ' ',
  ),
);
const addresses = new Set(
  'from to contact route record-route p-asserted-identity p-preferred-identity remote-party-id diversion history-info refer-to referred-by path service-route'.split(
    ' ',
  ),
);
const numbers = /^\d{1,6}(?:;refresher=(?:uac|uas))?$/;
const numeric = new Set(
  'max-forwards content-length expires min-expires min-se session-expires rseq retry-after'.split(
    ' ',
  ),
);
const products =
  /^(?:Asterisk PBX|FreeSWITCH[\w-]*|Kamailio|OpenSIPS|3CX[A-Za-z]*|Centrala|SIP\.js)(?:[ /]\(?v?\d[\d.]{0,12}\)?)?/i;

export function maskedSip(text: string, stands: Pseudonyms): string {
  const [head = '', ...rest] = text.split(/\r?\n\r?\n/);
  const [start = '', ...lines] = head.replaceAll(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
  const headers = lines.map((line) => maskedHeader(line, stands));
  const body = rest.join('\n\n');
  return [maskedStart(start, stands), ...headers, '', ...maskedBody(headers, body, stands)]
    .join('\n')
    .trim();
}

/** What may be said of the first line alone: the ladder's own words. */
export function maskedStart(line: string, stands: Pseudonyms): string {
  const answer = /^SIP\/2\.0 (\d{3})(?: |$)/.exec(line);
  if (answer) return `SIP/2.0 ${answer[1]}`;
  const [method = '', uri = '', version = ''] = line.split(' ');
  if (!methods.has(method) || version !== 'SIP/2.0') return struckOut;
  return `${method} ${maskedUri(uri, stands)} SIP/2.0`;
}

function maskedHeader(line: string, stands: Pseudonyms): string {
  const colon = line.indexOf(':');
  const written = line.slice(0, colon).trim();
  const name = fullHeaderName(written);
  const value = line.slice(colon + 1).trim();
  const masked = colon < 0 ? null : maskedValue(name.toLowerCase(), value, stands);
  return masked === null ? struckOut : `${name}: ${masked}`;
}

/** null: nothing is known of such a header, not even that its name says nothing. */
function maskedValue(name: string, value: string, stands: Pseudonyms): string | null {
  if (wordLists.has(name)) return maskedWords(value);
  if (addresses.has(name)) return maskedAddresses(value, stands);
  if (numeric.has(name)) return numbers.test(value) ? value : struckOut;
  switch (name) {
    case 'call-id':
      return stands.of('call', value);
    case 'cseq':
      return /^\d{1,10} [A-Z]+$/.test(value) && methods.has(value.split(' ')[1] ?? '')
        ? `${Number(value.split(' ')[0]) % 1_000_000} ${value.split(' ')[1]}`
        : struckOut;
    case 'via':
      return value
        .split(',')
        .map((via) => maskedVia(via, stands))
        .join(', ');
    case 'reason':
      return /^(?:SIP|Q\.850) *; *cause *= *\d{1,3}/.exec(value)?.[0] ?? struckOut;
    case 'replaces':
      return maskedReplaces(value, stands);
    case 'user-agent':
    case 'server':
      return products.exec(value)?.[0] ?? struckOut;
    case 'rack':
    case 'alert-info':
    case 'call-info':
    case 'authorization':
    case 'proxy-authorization':
    case 'www-authenticate':
    case 'proxy-authenticate':
    case 'x-queue':
    case 'x-queue-wait':
    case 'date':
    case 'warning':
    case 'content-disposition':
      return struckOut;
    default:
      return null;
  }
}

function maskedWords(value: string): string {
  return value
    .split(/([,;= ]+)/)
    .map((part, index) => {
      if (index % 2 === 1 || part === '') return part;
      return words.has(part) || /^\d{1,5}$/.test(part) || part === 'expires' ? part : struckOut;
    })
    .join('');
}

/** name-addr or addr-spec, with parameters; several are separated by commas outside quotes and brackets. */
function maskedAddresses(value: string, stands: Pseudonyms): string {
  const parts = value.match(/(?:"(?:[^"\\]|\\.)*"|<[^>]*>|[^,"<])+/g) ?? [];
  return parts.map((part) => maskedAddress(part.trim(), stands)).join(', ');
}

function maskedAddress(address: string, stands: Pseudonyms): string {
  if (address === '*') return '*';
  const named = /^(?:"((?:[^"\\]|\\.)*)"|([^<"]*))\s*<([^>]*)>(.*)$/.exec(address);
  if (!named) {
    const [uri = '', ...parameters] = address.split(';');
    return `<${maskedUri(uri, stands)}>${maskedParameters(parameters, stands)}`;
  }
  const [, quoted, plain, uri = '', after = ''] = named;
  const name = (quoted ?? plain ?? '').trim();
  // Exchanges write the number as the name too: it keeps the number's stand-in.
  const shown = name === '' ? '' : `"${standInForName(name, stands)}" `;
  return `${shown}<${maskedUri(uri, stands)}>${maskedParameters(after.split(';').slice(1), stands)}`;
}

function standInForName(name: string, stands: Pseudonyms): string {
  return /^[+\d\s()./*#-]+$/.test(name) ? stands.ofUser(name) : stands.of('name', name);
}

/** sip:user:password@host:port;parameters?headers */
function maskedUri(uri: string, stands: Pseudonyms): string {
  const parts = /^(sips?|tel|urn):(?:([^@;?]*)@)?([^;?]*)([^?]*)(\?.*)?$/i.exec(uri);
  if (!parts) return struckOut;
  const [, scheme = '', user, host = '', parameters = '', headers] = parts;
  if (/^(?:tel|urn)$/i.test(scheme)) return `${scheme}:${stands.ofUser(host)}`;
  const before = user === undefined ? '' : `${stands.ofUser(user.split(':')[0] ?? '')}@`;
  const after = maskedParameters(parameters.split(';').slice(1), stands);
  return `${scheme}:${before}${maskedHost(host, stands)}${after}${headers ? '?…' : ''}`;
}

function maskedHost(host: string, stands: Pseudonyms): string {
  const [, name = host, port = ''] = /^(\[[^\]]*\]|[^:]*)(:\d{1,5})?$/.exec(host) ?? [];
  return `${stands.of('host', name)}${port}`;
}

function maskedParameters(parameters: readonly string[], stands: Pseudonyms): string {
  return parameters
    .map((parameter) => {
      const [written = '', value = ''] = parameter.trim().split('=');
      const name = written.toLowerCase();
      if (name === 'tag') return `;tag=${stands.of('tag', value)}`;
      if (/^(?:lr|ob|rport|privacy|screen|counter|index|user)$/.test(name)) return `;${name}`;
      if (name === 'transport' && /^(?:udp|tcp|tls|wss?)$/i.test(value))
        return `;transport=${value}`;
      if (name === 'expires' && /^\d{1,5}$/.test(value)) return `;expires=${value}`;
      if (name === 'reg-id' && /^\d$/.test(value)) return `;reg-id=${value}`;
      return `;${struckOut}`;
    })
    .join('');
}

function maskedVia(via: string, stands: Pseudonyms): string {
  const [sentBy = '', ...parameters] = via.trim().split(';');
  const [, protocol, host] = /^(SIP\/2\.0\/(?:UDP|TCP|TLS|WSS?))\s+(\S+)$/i.exec(sentBy) ?? [];
  if (protocol === undefined || host === undefined) return struckOut;
  const branch = parameters.find((one) => one.startsWith('branch='))?.slice('branch='.length);
  const after = branch === undefined ? '' : `;branch=${stands.of('branch', branch)}`;
  return `${protocol} ${maskedHost(host, stands)}${after}`;
}

/** RFC 3891: the other call's id and tags, with the stand-ins they have there. */
function maskedReplaces(value: string, stands: Pseudonyms): string {
  const [callId = '', ...parameters] = value.split(';');
  const tags = parameters.map((parameter) => {
    const [, name, tag] = /^(to-tag|from-tag)=(.*)$/.exec(parameter.trim()) ?? [];
    return name === undefined || tag === undefined ? struckOut : `${name}=${stands.of('tag', tag)}`;
  });
  return [stands.of('call', callId), ...tags].join(';');
}

/** Only SDP says something without saying who: the rest (digits keyed, status texts) is counted. */
function maskedBody(headers: readonly string[], body: string, stands: Pseudonyms): string[] {
  if (body.trim() === '') return [];
  const isSdp = headers.some((header) => header.startsWith('Content-Type: application/sdp'));
  return isSdp ? maskedSdp(body, stands) : [`[a body of ${body.length} characters]`];
}
