import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dialTarget } from '#shared/model/dial-target.ts';

const plan = { region: 'SI', outsidePrefix: '0' };
const dialled = (written: string) => dialTarget(written, plan)?.target ?? null;

describe('the dial box understands', () => {
  test.each([
    ['041 123 456'],
    ['041/123-456'],
    ['041.123.456'],
    ['(041) 123 456'],
    ['0 (41) 123 456'],
    ['+386 41 123 456'],
    ['+386 (0)41 123 456'],
    ['+386 (0) 41 123 456'],
    ['00386 41 123 456'],
    ['386 41 123 456'],
    ['041–123–456'],
    ['041\u00A0123\u202F456'],
    ['041 123 456\u200E'],
    // The exchange's own prefix, dialled by hand.
    ['0 041 123 456'],
    ['0041 123 456'],
    ['0 00386 41 123 456'],
    ['tel:+386-41-123-456'],
    ['TEL:+38641123456'],
    ['tel:%2B38641123456'],
    ['tel:041123456;phone-context=+386'],
    ['tel:41123456;phone-context=+386'],
    ['tel:+38641123456;ext=12;isub=1'],
    ['callto://+38641123456'],
    ['callto:041123456'],
    ['sip:041123456@pbx.example'],
    ['sip:+38641123456;user=phone@pbx.example'],
    ['"Marija" <sip:041123456@pbx.example;tag=1>'],
    ['041 123 456 int. 12'],
    ['041 123 456, ext. 12'],
    ['pokliči 041 123 456 prosim'],
    ['Marija Žagar, Cankarjeva 4, 041 123 456'],
    ['041 123 456 / 457'],
    ['０４１ １２３ ４５６'],
    ['٠٤١ ١٢٣ ٤٥٦'],
    ['۰۴۱۱۲۳۴۵۶'],
    ['०४१ १२३ ४५६'],
    ['O41 123 456'],
  ])('%s', (written) => {
    expect(dialTarget(written, plan)).toMatchObject({
      target: '0+38641123456',
      number: '+38641123456',
    });
  });

  test.each([
    ['112', '112'],
    ['１１２', '112'],
    ['113', '113'],
    ['2 01', '201'],
    ['*60', '*60'],
    ['*21*202#', '*21*202#'],
    ['tel:201;phone-context=pbx.example', '201'],
    ['sip:202@pbx.example', '202'],
    ['interna 201', '201'],
    ['080 12 34', '0+386801234'],
    ['080 TAXI', '0+386808294'],
    ['+1 800 FLOWERS', '0+18003569377'],
    ['0041 44 668 18 00', '0+41446681800'],
    ['00 1 212 555 0123', '0+12125550123'],
  ])('%s as %s', (written, target) => {
    expect(dialled(written)).toBe(target);
  });
});

test.each([
  [''],
  ['Marija'],
  ['burek'],
  ['+'],
  ['+386'],
  ['++386'],
  ['***'],
  ['sip:ana@pbx.example'],
  ['tel:'],
  ['tel:%'],
  ['12345678901234567890'],
  ['Cankarjeva 12'],
  ['Cankarjeva 112, Kamnik'],
  ['1241 Kamnik'],
  ['12. 3. 2026'],
  ['2026-11-23'],
  ['22,90 €'],
  ['3,14'],
  ['EMŠO 0101990500123'],
  ['SI56 0110 0600 0000 123'],
  ['041 123 456 ali 031 222 333'],
  ['POKLIČI'],
])('"%s" is not dialled', (written) => {
  expect(dialled(written)).toBeNull();
});

const nationals = ['41123456', '31222333', '12345678', '45556677', '801234', '70111222'];
const separator = fc.constantFrom('', ' ', '-', '.', '/', '\u00A0', '–', ' - ');
const zeroOf = fc.constantFrom('0', '\uFF10', '\u0660', '\u06F0', '\u0966');

/** The number as somebody might write it: prefix, groups, separators, brackets, script, words around it. */
const written = fc
  .record({
    national: fc.constantFrom(...nationals),
    prefix: fc.constantFrom('0', '+386', '00386', '+386 (0)'),
    cuts: fc.uniqueArray(fc.integer({ min: 2, max: 6 }), { maxLength: 3 }),
    separator,
    zero: zeroOf,
    frame: fc.constantFrom(
      (number: string) => number,
      (number: string) => `  ${number} `,
      (number: string) => `tel:${number.replaceAll(' ', '')}`,
      (number: string) => `callto:${number.replaceAll(' ', '')}`,
      (number: string) => `pokliči ${number} prosim`,
      (number: string) => `Tel.: ${number}`,
    ),
  })
  .map(({ national, prefix, cuts, separator: between, zero, frame }) => {
    const groups = national
      .split('')
      .map((digit, at) => (cuts.includes(at) ? between + digit : digit));
    const number = `${prefix}${prefix === '0' ? '' : ' '}${groups.join('')}`;
    const start = zero.codePointAt(0) ?? 0;
    const inScript = number.replaceAll(/\d/g, (digit) =>
      String.fromCodePoint(start + Number(digit)),
    );
    return { national, text: frame(inScript) };
  });

test('however a number is written, it is the same number', () => {
  fc.assert(
    fc.property(written, ({ national, text }) => {
      expect(dialTarget(text, plan)?.number).toBe(`+386${national}`);
    }),
    { numRuns: 10_000 },
  );
});

test('nothing but a number is ever dialled', () => {
  const scraps = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc
      .array(
        fc.constantFrom(
          ...'0,4,1,386,+,(,),/, ,-,.,;ext=,tel:,sip:,@,%,*,#,A,č,٣,12. 3. 2026,<,>,\u202E,\u0000'.split(
            ',',
          ),
        ),
        { maxLength: 25 },
      )
      .map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(scraps, fc.constantFrom('SI', 'HR', 'AT', 'US'), (text, region) => {
      const found = dialTarget(text, { region, outsidePrefix: '9' });
      if (!found) return;
      expect(found.target).toMatch(
        found.number === null ? /^(?=.*\d)[0-9*#]{2,20}$/ : /^9\+[1-9]\d{3,14}$/,
      );
      expect(found.number === null || found.target === `9${found.number}`).toBe(true);
    }),
    { numRuns: 20_000 },
  );
});
