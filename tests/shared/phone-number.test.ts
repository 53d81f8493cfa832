import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { E164, formatNumber, toE164 } from '#shared/model/phone-number.ts';

describe('a phone number', () => {
  it.each([
    ['041 123 456', '+38641123456'],
    ['041/123-456', '+38641123456'],
    ['+386 41 123 456', '+38641123456'],
    ['00386 41 123 456', '+38641123456'],
    ['(01) 555 80 08', '+38615558008'],
    ['+43 1 58858', '+43158858'],
    // Right length, but not (yet) in the list of allotted ranges: the exchange knows better.
    ['+38665437691', '+38665437691'],
  ])('written %s is %s', (written, number) => {
    expect(toE164(written, 'SI')).toBe(number);
  });

  it.each(['113', '201', '', 'anonymous', '+', '+386', '12345678901234567890', 'abc', '041 123'])(
    'is not %j',
    (written) => {
      expect(toE164(written, 'SI')).toBeNull();
    },
  );

  it('is shown in the national form at home and in the international one abroad', () => {
    expect(formatNumber('+38641123456', 'SI')).toBe('041 123 456');
    expect(formatNumber('+43158858', 'SI')).toMatch(/^\+43 1 /);
    expect(formatNumber('201', 'SI')).toBe('201');
  });

  test.prop([fc.string()])(
    'whatever is written, is E.164 or nothing, and stays the same',
    (text) => {
      const number = toE164(text, 'SI');
      if (number === null) return;
      expect(E164.safeParse(number).success).toBe(true);
      expect(toE164(number, 'SI')).toBe(number);
    },
  );
});
