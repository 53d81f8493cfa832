import { expect, test } from 'vitest';
import { authorization, readChallenge } from '../../../src-main/telephony/digest.ts';

/** RFC 7616 §3.9.1: the same request answered with both algorithms. */
const request = {
  method: 'GET',
  uri: '/dir/index.html',
  username: 'Mufasa',
  password: 'Circle of Life',
  cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
  nonceCount: 1,
};
const challenge = {
  realm: 'http-auth@example.org',
  nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
  opaque: 'FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS',
  qop: 'auth',
} as const;

test.each([
  ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
  ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
] as const)('%s answers as RFC 7616 §3.9.1 computes it', (algorithm, response) => {
  const header = authorization({ ...challenge, algorithm }, request);
  expect(header).toContain(`response="${response}"`);
  expect(header).toContain(`algorithm=${algorithm}`);
  expect(header).toContain('nc=00000001');
});

test('a challenge without qop is answered in the old form (RFC 2617 §3.2.2.1)', () => {
  const header = authorization(
    { realm: 'r', nonce: 'n', algorithm: 'MD5', opaque: null, qop: null },
    request,
  );
  expect(header).not.toContain('cnonce');
});

test.each([
  ['an algorithm we do not know', { realm: 'r', nonce: 'n', algorithm: 'SHA-512-256' }],
  ['integrity protection only', { realm: 'r', nonce: 'n', qop: ['auth-int'] }],
  ['no nonce', { realm: 'r' }],
  ['nothing', undefined],
])('a challenge with %s cannot be answered', (_what, parsed) => {
  expect(readChallenge(parsed)).toBeNull();
});

test('of several qops auth is taken', () => {
  expect(readChallenge({ realm: 'r', nonce: 'n', qop: ['auth-int', 'auth'] })?.qop).toBe('auth');
});
