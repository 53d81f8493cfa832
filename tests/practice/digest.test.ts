import { expect, test } from 'vitest';
import { digestResponse } from '../../src-practice/sip/digest.ts';

test.each([
  ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
] as const)('the example of RFC 7616 §3.9.1 with %s', (algorithm, response) => {
  expect(
    digestResponse(algorithm, {
      user: 'Mufasa',
      realm: 'http-auth@example.org',
      secret: 'Circle of Life',
      method: 'GET',
      uri: '/dir/index.html',
      nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
      nc: '00000001',
      cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
    }),
  ).toBe(response);
});
