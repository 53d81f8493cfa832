/** Seeded mutations of SIP messages: by byte, and by what a parser of SIP looks at. A seed gives the same message again. */

export type Random = () => number;

/** Mutates `message` in one to four places. `others`: messages to take parts from. */
export function mutated(message: string, others: readonly string[], random: Random): string {
  let text = message;
  const times = 1 + below(random, 4);
  for (let time = 0; time < times; time++)
    text = (pick(mutations, random) ?? truncated)(text, others, random);
  // What a WebSocket message may hold, and no more.
  return text.slice(0, 60_000);
}

type Mutation = (text: string, others: readonly string[], random: Random) => string;

const below = (random: Random, limit: number): number => Math.floor(random() * limit);

function pick<T>(all: readonly T[], random: Random): T | undefined {
  return all[below(random, all.length)];
}

/** Numbers, delimiters and words that have broken parsers. */
const hostile = [
  '',
  ' ',
  '\0',
  '\r\n',
  '\r\n\r\n',
  '\r\n ',
  '%',
  '%00',
  '"',
  '<',
  '>',
  ';',
  ',',
  ':',
  '@',
  '=',
  '\\',
  '1',
  '0',
  '-1',
  '4294967296',
  '99999999999999999999999',
  'NaN',
  '1e9',
  '__proto__',
  'constructor',
  '\u{1F480}',
  'č'.repeat(200),
  'a'.repeat(5000),
  '[::1]',
  '[::',
  'sip:',
  '<sip:a@b>;tag=',
  ';;;;;;',
  '"'.repeat(501),
  '('.repeat(300),
  ';a=b'.repeat(300),
  ',<sip:a@b>'.repeat(200),
];

function replaced(text: string, at: number, length: number, put: string): string {
  return text.slice(0, at) + put + text.slice(at + length);
}

const flipped: Mutation = (text, _others, random) =>
  replaced(text, below(random, text.length), 1, String.fromCharCode(below(random, 256)));

const truncated: Mutation = (text, _others, random) => text.slice(0, below(random, text.length));

const inserted: Mutation = (text, _others, random) =>
  replaced(text, below(random, text.length), 0, pick(hostile, random) ?? '');

const cutOut: Mutation = (text, _others, random) =>
  replaced(text, below(random, text.length), 1 + below(random, 40), '');

/** One line gets another line's value, a hostile one, or none. */
const valueChanged: Mutation = (text, others, random) =>
  onLine(text, random, (line) => {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon < 0 ? line.length : colon + 1);
    const other = pick(linesOf(pick(others, random) ?? text), random) ?? '';
    const value = random() < 0.6 ? pick(hostile, random) : other.slice(other.indexOf(':') + 1);
    return `${name} ${value ?? ''}`;
  });

const lineDropped: Mutation = (text, _others, random) => onLine(text, random, () => null);
const lineDoubled: Mutation = (text, _others, random) =>
  onLine(text, random, (line) => `${line}\r\n${line}`);
const lineRepeated: Mutation = (text, _others, random) =>
  onLine(text, random, (line) => Array.from({ length: 60 }, () => line).join('\r\n'));
const lineFolded: Mutation = (text, _others, random) =>
  onLine(text, random, (line) => {
    const at = below(random, line.length);
    return `${line.slice(0, at)}\r\n\t${line.slice(at)}`;
  });
const lineTaken: Mutation = (text, others, random) =>
  onLine(text, random, (line) => `${line}\r\n${pick(linesOf(pick(others, random) ?? ''), random)}`);
const lineCased: Mutation = (text, _others, random) =>
  onLine(text, random, (line) => (random() < 0.5 ? line.toUpperCase() : line.toLowerCase()));

const parameterChanged: Mutation = (text, _others, random) => {
  const all = [...text.matchAll(/;[\w-]+(=[^;,\r\n>]*)?/g)];
  const found = pick(all, random);
  if (!found) return inserted(text, [], random);
  const name = found[0].split('=')[0] ?? '';
  const put = random() < 0.3 ? '' : `${name}=${pick(hostile, random) ?? ''}`;
  return replaced(text, found.index, found[0].length, put);
};

const numberChanged: Mutation = (text, _others, random) => {
  const found = pick([...text.matchAll(/\d+/g)], random);
  if (!found) return flipped(text, [], random);
  const numbers = [
    '0',
    '1',
    '-1',
    '65536',
    '2147483648',
    '4294967295',
    '4294967296',
    '9'.repeat(30),
    '',
  ];
  return replaced(text, found.index, found[0].length, pick(numbers, random) ?? '');
};

/** The start line of one message with the rest of another. */
const startSwapped: Mutation = (text, others, random) => {
  const other = pick(others, random) ?? text;
  return other.slice(0, other.indexOf('\r\n')) + text.slice(text.indexOf('\r\n'));
};

const bodySwapped: Mutation = (text, others, random) => {
  const other = pick(others, random) ?? text;
  return (text.split('\r\n\r\n')[0] ?? '') + other.slice(other.indexOf('\r\n\r\n'));
};

const statusChanged: Mutation = (text, _others, random) =>
  text.replace(
    /^SIP\/2\.0 \d+/,
    `SIP/2.0 ${pick([0, 99, 100, 180, 199, 200, 299, 302, 401, 407, 420, 422, 480, 487, 491, 500, 503, 606, 700, 999, 99_999], random)}`,
  );

const methodChanged: Mutation = (text, _others, random) => {
  const method =
    pick(
      [
        'INVITE',
        'ACK',
        'BYE',
        'CANCEL',
        'OPTIONS',
        'UPDATE',
        'INFO',
        'NOTIFY',
        'REFER',
        'PRACK',
        'MESSAGE',
        'SUBSCRIBE',
        'REGISTER',
        'NEWMETHOD',
        'invite',
        '',
      ],
      random,
    ) ?? '';
  const line = text.replace(/^[A-Za-z]+ /, `${method} `);
  return random() < 0.5 ? line.replace(/^(CSeq:\s*\d+ )\S+/im, `$1${method}`) : line;
};

const cseqCut: Mutation = (text) => text.replace(/^(CSeq:\s*\d+).*$/im, '$1');

const lengthLied: Mutation = (text, _others, random) =>
  text.replace(/^Content-Length:.*$/im, `Content-Length: ${below(random, 5000)}`);

/** RFC 3261 §20.15 wants it with every body; not everybody sends it. */
const typeDropped: Mutation = (text) => text.replace(/^Content-Type:.*\r\n/im, '');

const endingsChanged: Mutation = (text, _others, random) =>
  random() < 0.5 ? text.replaceAll('\r\n', '\n') : text.replaceAll('\r\n', '\r');

const mutations: readonly Mutation[] = [
  flipped,
  flipped,
  truncated,
  inserted,
  inserted,
  cutOut,
  valueChanged,
  valueChanged,
  valueChanged,
  lineDropped,
  lineDoubled,
  lineRepeated,
  lineFolded,
  lineTaken,
  lineCased,
  parameterChanged,
  parameterChanged,
  numberChanged,
  numberChanged,
  startSwapped,
  bodySwapped,
  statusChanged,
  methodChanged,
  cseqCut,
  lengthLied,
  typeDropped,
  endingsChanged,
];

const linesOf = (text: string): readonly string[] => text.split('\r\n').filter(Boolean);

function onLine(text: string, random: Random, change: (line: string) => string | null): string {
  const lines = text.split('\r\n');
  const at = below(random, lines.length);
  const next = change(lines[at] ?? '');
  if (next === null) lines.splice(at, 1);
  else lines[at] = next;
  return lines.join('\r\n');
}
