/** Lines of the desk's log that may leave the house: what happened and which codes, never a text that came from outside. */
import * as z from 'zod';

const LogLine = z.record(z.string(), z.unknown());
const levels: Readonly<Record<number, string>> = {
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
};

/** Facts whose values are words of our own code. */
const codeFacts = new Set([
  'event',
  'code',
  'phase',
  'reason',
  'state',
  'end',
  'check',
  'problem',
  'command',
  'method',
  'entity',
  'role',
  'warning',
  'audio',
]);
const code = /^(?:[a-z]{2,20}(?:[-.][a-z]{1,20}){0,4}|[A-Z]{2,20}(?:_[A-Z]{1,20}){0,4})$/;
const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;
/** A number this large may be somebody's. */
const largest = 100_000;

/**
 * @param isPersonal whether a word is part of somebody's name, address or user name.
 * @returns null for what is no line of the log.
 */
export function maskedLogLine(line: string, isPersonal: (word: string) => boolean): string | null {
  const facts = parsed(line);
  if (!facts) return null;
  const { time, level, msg, ...rest } = facts;
  const shown = Object.entries(rest).flatMap(([key, value]) => {
    const text = maskedFact(key, value, isPersonal);
    return text === null || !/^[a-zA-Z]{1,30}$/.test(key) || isPersonal(key)
      ? []
      : [`${key}=${text}`];
  });
  const at = z.iso.datetime().safeParse(time);
  return [
    at.success ? at.data : '…',
    (typeof level === 'number' && levels[level]) || '…',
    typeof msg === 'string' ? maskedMessage(msg, isPersonal) : '…',
    ...shown,
  ].join(' ');
}

function parsed(line: string): z.infer<typeof LogLine> | null {
  try {
    const read = LogLine.safeParse(JSON.parse(line));
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}

/** null: it is not shown at all. */
function maskedFact(
  key: string,
  value: unknown,
  isPersonal: (word: string) => boolean,
): string | null {
  if (typeof value === 'boolean' || value === null) return String(value);
  if (typeof value === 'number') return Math.abs(value) < largest ? String(value) : '…';
  if (typeof value === 'string') {
    if (uuid.test(value)) return value;
    if (key === 'message') return maskedWarning(value, isPersonal);
    return codeFacts.has(key) && code.test(value) && !isPersonal(value) ? value : '…';
  }
  if (key === 'error' && typeof value === 'object' && 'name' in value) {
    const name = String(value.name);
    return /^[A-Z][A-Za-z]{2,30}$/.test(name) && !isPersonal(name) ? name : '…';
  }
  return null;
}

/** What the voice page says of a headset: its USB ids, our words, the class of an error. Whatever else a page warns of is struck out. */
const ofHeadsets =
  /^(?:the headset [\da-f]{4}:[\da-f]{4}|headsets)(?: [a-z]{1,12}){1,8}(?:: [A-Z][A-Za-z]{2,25}Error)?$/;

function maskedWarning(message: string, isPersonal: (word: string) => boolean): string {
  return ofHeadsets.test(message) && !message.split(/[ :]+/).some(isPersonal) ? message : '…';
}

/** Our messages are small letters after the first; what looks otherwise came from outside. */
function maskedMessage(message: string, isPersonal: (word: string) => boolean): string {
  return message
    .split(' ')
    .map((word, index) => {
      const bare = word.replace(/[,;:.]$/, '');
      const ours = index === 0 ? /^[A-Za-z]?[a-z'-]*$/.test(bare) : /^[a-z'-]*$/.test(bare);
      return ours && bare.length <= 20 && !isPersonal(bare) ? word : '…';
    })
    .join(' ');
}
