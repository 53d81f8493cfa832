import { readdirSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { normalMessage } from '../../../src-main/telephony/normal-message.ts';

const message = (headers: readonly string[], body = '', method = 'INVITE'): string =>
  [`${method} sip:201@x SIP/2.0`, ...headers, '', body].join('\r\n');

/** The headers of the message once it is normal. */
const headersOf = (text: string): readonly string[] =>
  (normalMessage(text).split('\r\n\r\n')[0] ?? '').split('\r\n').slice(1);

test('compact names are written out', () => {
  expect(
    headersOf(message(['k: timer', 'X: 1800;refresher=uac', 'o: refer', 'b: <sip:a@x>', 'v: z'])),
  ).toEqual([
    'Supported: timer',
    'Session-Expires: 1800;refresher=uac',
    'Event: refer',
    'Referred-By: <sip:a@x>',
    'Via: z',
  ]);
});

test.each([
  ['Application/SDP; charset=utf-8', 'application/sdp'],
  ['application / sdp', 'application/sdp'],
  ['multipart/mixed;boundary="a;b"', 'multipart/mixed'],
  ['', 'application/octet-stream'],
  ['sdp', 'application/octet-stream'],
])('the type %j is read as %s', (written, type) => {
  expect(headersOf(message([`c: ${written}`], 'v=0'))).toEqual([`Content-Type: ${type}`]);
});

test('a body without a type gets one, nothing else does', () => {
  expect(headersOf(message([], 'v=0'))).toEqual(['Content-Type: application/octet-stream']);
  expect(headersOf(message(['Max-Forwards: 70']))).toEqual(['Max-Forwards: 70']);
});

test.each(['2147484', '99999999999', 'soon', '-1', ''])(
  'an INVITE that expires in %j never does',
  (value) => {
    expect(headersOf(message([`Expires: ${value}`]))).toEqual([]);
  },
);

test('times that can be kept stay, and those of other requests', () => {
  expect(headersOf(message(['Expires: 60']))).toEqual(['Expires: 60']);
  expect(headersOf(message(['Expires: 9999999'], '', 'NOTIFY'))).toEqual(['Expires: 9999999']);
});

test('a folded header is one line, and its value whole', () => {
  expect(headersOf(message(['Subject: a', '  b', '\tc', 'To: <sip:a@x>']))).toEqual([
    'Subject: a b c',
    'To: <sip:a@x>',
  ]);
});

test('bodies and first lines are never touched, and what is normal stays so', () => {
  const folder = new URL('../../support/sip-torture/', import.meta.url);
  const torture = readdirSync(folder)
    .filter((name) => name.endsWith('.dat'))
    .map((name) => readFileSync(new URL(name, folder)).toString('utf8'));
  const cut = fc
    .tuple(fc.constantFrom(...torture), fc.nat(2000), fc.string({ maxLength: 8, unit: 'binary' }))
    .map(([text, at, put]) => text.slice(0, at) + put + text.slice(at));
  fc.assert(
    fc.property(
      fc.oneof(fc.constantFrom(...torture), cut, fc.string({ unit: 'binary' })),
      (text) => {
        const once = normalMessage(text);
        expect(normalMessage(once)).toBe(once);
        const bodyOf = (of: string): string => of.split('\r\n\r\n').slice(1).join('\r\n\r\n');
        expect(bodyOf(once)).toBe(bodyOf(text));
        expect(once.split('\r\n')[0]).toBe(text.split('\r\n')[0]);
      },
    ),
    { numRuns: 500 },
  );
});
