import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  headerField,
  headerFields,
  parseMessage,
  serialise,
} from '../../src-practice/sip/message.ts';
import { parseNameAddr, splitList, userOf } from '../../src-practice/sip/values.ts';

const good = [
  'INVITE sip:201@practice.test SIP/2.0',
  'v: SIP/2.0/WS a.invalid;branch=z9hG4bK1',
  'f: "Žagar; Marija, dr." <sip:+38641123456@x;user=phone>;tag=a',
  't: <sip:201@practice.test>',
  'i: one',
  'CSeq: 1 INVITE',
  'Subject: folded',
  '\tline',
  'l: 6',
  '',
  'žžžmore than was said',
].join('\r\n');

test('compact names, folded lines and a body counted in bytes', () => {
  const message = parseMessage(good);
  if (message.kind !== 'request') throw new Error(message.kind);
  expect(headerField(message, 'Call-ID')).toBe('one');
  expect(headerField(message, 'subject')).toBe('folded line');
  expect(message.body).toBe('žžž');
  const from = parseNameAddr(headerField(message, 'from') ?? '');
  expect(from).toMatchObject({
    display: 'Žagar; Marija, dr.',
    uri: 'sip:+38641123456@x;user=phone',
  });
  expect(from?.params.get('tag')).toBe('a');
});

test.each([
  ['a header line without a name', (text: string) => text.replace('Subject', 'Sub ject')],
  ['two Call-IDs', (text: string) => text.replace('Subject', 'Call-ID')],
  ['a CSeq of another method', (text: string) => text.replace('1 INVITE', '1 BYE')],
  ['a CSeq beyond 2^31', (text: string) => text.replace('1 INVITE', '2147483648 INVITE')],
  ['a body shorter than said', (text: string) => text.replace('l: 6', 'l: 600')],
  ['a negative length', (text: string) => text.replace('l: 6', 'l: -1')],
  ['no Via', (text: string) => text.replace('v: ', 'x-v: ')],
  [
    'a Request-URI in brackets',
    (text: string) => text.replace('sip:201@practice.test ', '<sip:201@x> '),
  ],
])('%s is a fault', (_what, spoil) => {
  expect(parseMessage(spoil(good)).kind).toBe('fault');
});

test('no text makes the parser throw, and what it takes survives the way out and in', () => {
  const line = fc.oneof(fc.constantFrom(...good.split('\r\n')), fc.string({ maxLength: 30 }));
  const text = fc.array(line, { maxLength: 16 }).map((lines) => lines.join('\r\n'));
  fc.assert(
    fc.property(fc.oneof(text, fc.string({ unit: 'binary', maxLength: 200 })), (any) => {
      const message = parseMessage(any);
      if (message.kind === 'fault') return;
      const again = parseMessage(serialise(message));
      expect(again.kind).toBe(message.kind);
      expect(again.kind === 'fault' ? null : again.body).toBe(message.body);
    }),
    { numRuns: 500 },
  );
  const message = parseMessage(good);
  if (message.kind === 'fault') throw new Error(message.fault);
  const again = parseMessage(serialise(message));
  if (again.kind === 'fault') throw new Error(again.fault);
  expect(headerFields(again, 'via')).toEqual(headerFields(message, 'via'));
});

test('no header value makes the readers of values throw', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), (value) => {
      expect(splitList(value).every((part) => part !== '')).toBe(true);
      const address = parseNameAddr(value);
      if (address) userOf(address.uri);
    }),
  );
  expect(userOf('sip:%zz@x')).toBeNull();
  expect(userOf('tel:+38641123456;phone-context=x')).toBe('+38641123456');
});
