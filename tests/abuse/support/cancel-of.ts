/** The CANCEL that belongs to an INVITE (RFC 3261 §9.1). */
import { readSip, writeSip } from '../../support/sip-text.ts';

/** Null for what is no INVITE, or lacks what a CANCEL must repeat. */
export function cancelOf(invite: string): string | null {
  // RFC 3261 §7.3.1: a line that begins with white space goes on with the one before; §7.3.3: compact forms.
  const unfolded = invite
    .replaceAll(/\r\n[ \t]+/g, ' ')
    .replaceAll(/^(v|f|t|i)\s*:/gim, (_, letter: string) => `${longNames[letter.toLowerCase()]}:`);
  const message = readSip(unfolded);
  const number = /^\s*(\d+)\s+INVITE\s*$/i.exec(message.header('cseq'))?.[1];
  const [via] = message.headers('via');
  if (!/^INVITE /i.test(message.first) || number === undefined || via === undefined) return null;
  return writeSip(message.first.replace(/^INVITE/i, 'CANCEL'), [
    `Via: ${via.split(',')[0]}`,
    'Max-Forwards: 70',
    `From: ${message.header('from')}`,
    `To: ${message.header('to')}`,
    `Call-ID: ${message.header('call-id')}`,
    `CSeq: ${number} CANCEL`,
  ]);
}

const longNames: Readonly<Record<string, string>> = { v: 'Via', f: 'From', t: 'To', i: 'Call-ID' };
