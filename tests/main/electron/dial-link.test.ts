import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import {
  linkAmong,
  linkedNumber,
  numberInClipboard,
} from '../../../src-main/electron/dial-link.ts';

test.each([
  ['tel:+38641123456', '+38641123456'],
  ['TEL:041%20123%20456', '041 123 456'],
  ['tel:+386-41-123-456;ext=12', '+386-41-123-456'],
  ['tel:7042;phone-context=+38612345', '7042'],
  ['tel:7042;phone-context=evil.example', '7042'],
  ['tel://041123456', '041123456'],
  ['callto://+38641123456/', '+38641123456'],
  ['callto:041123456?call', '041123456'],
  ['sip:201@centre.example', '201'],
  ['sip:%2B38641123456@centre.example;transport=tcp;user=phone', '+38641123456'],
  ['sip:ana:secret@centre.example', 'ana'],
  ['sips:201@centre.example?Replaces=call%3Bto-tag%3D1&Route=%3Csip:evil%3E', '201'],
  ['sip:041123456;phone-context=%2B386@centre.example?subject=hello', '041123456'],
])('%s brings %s', (link, written) => {
  expect(linkedNumber(link)).toBe(written);
});

test.each([
  'tel:',
  'tel:%20',
  'tel:%',
  'tel:%00%0d%0a',
  'sip:centre.example',
  'sip:@centre.example',
  'http://041123456',
  'javascript:041123456',
  'file:///etc/passwd',
  '041123456',
  '',
  `tel:${'1'.repeat(201)}`,
  `tel:1;${'x'.repeat(1_000)}`,
])('%s brings nothing', (link) => {
  expect(linkedNumber(link)).toBeNull();
});

test('what cannot be seen does not get into the dial box', () => {
  expect(linkedNumber('tel:041%0D%0AInvite:%20x%1B[2J')).toBe('041 Invite: x [2J');
  expect(linkedNumber('tel:041%E2%80%AE123')).toBe('041 123');
});

test('the link is found among the arguments of a second start, whatever else stands there', () => {
  expect(linkAmong(['--allow-file-access-from-files', '/opt/app.asar', 'tel:112'])).toBe('tel:112');
  expect(linkAmong(['app.asar', 'CallTo:+386'])).toBe('CallTo:+386');
  expect(linkAmong(['app.asar', '--tel:112', 'https://tel:1'])).toBeNull();
  expect(linkAmong([])).toBeNull();
});

test.each([
  ['041 123 456', '041 123 456'],
  [' +386 (0)41/123-456 \n', '+386 (0)41/123-456'],
  ['tel:+38641123456', '+38641123456'],
  ['01–234–56–78', '01–234–56–78'],
  ['112', '112'],
])('the clipboard %j is the number %s', (text, written) => {
  expect(numberInClipboard(text)).toBe(written);
});

test.each([
  '',
  'hello',
  'call 041123456',
  'hunter2',
  'P455w0rd',
  '4',
  '4111 1111 1111 1111 1111 1',
  '041123456\nand the rest of a letter',
  'https://bank.example/?pin=1234',
  '1'.repeat(10_000),
])('the clipboard %j holds no number', (text) => {
  expect(numberInClipboard(text)).toBeNull();
});

property.prop([fc.oneof(fc.webUrl(), fc.string({ unit: 'binary', maxLength: 1_000 }))], {
  numRuns: 10_000,
})('no link fails, and what it brings is short and visible', (text) => {
  for (const link of [
    text,
    `tel:${text}`,
    `sip:${text}@host`,
    `callto:${encodeURIComponent(text)}`,
  ]) {
    const written = linkedNumber(link);
    if (written === null) continue;
    expect(written.length).toBeLessThanOrEqual(200);
    expect(written).not.toMatch(/\p{C}/u);
    expect(written.trim()).not.toBe('');
  }
});
