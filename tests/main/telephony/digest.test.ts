import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { authorization, readChallenge, strongest } from '../../../src-main/telephony/digest.ts';

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
  session: false,
  stale: false,
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
  const header = authorization({ ...challenge, algorithm: 'MD5', qop: null }, request);
  expect(header).not.toContain('cnonce');
});

test.each([
  ['an algorithm we do not know', 'Digest realm="r", nonce="n", algorithm=AKAv1-MD5'],
  ['integrity protection only', 'Digest realm="r", nonce="n", qop="auth-int"'],
  ['no nonce', 'Digest realm="r"'],
  ['another scheme', 'Basic realm="r", nonce="n"'],
  ['nothing', ''],
])('a challenge with %s cannot be answered', (_what, value) => {
  expect(readChallenge(value)).toBeNull();
});

test('of several qops auth is taken', () => {
  expect(readChallenge('Digest realm="r", nonce="n", qop="auth-int, auth"')?.qop).toBe('auth');
});

test('a challenge is read as it may be written (RFC 7616 §3.3)', () => {
  expect(
    readChallenge(
      String.raw`digest Realm="a, \"b\"",nonce = "n=1", opaque="", STALE=True,algorithm="SHA-256" , qop=auth,charset=UTF-8`,
    ),
  ).toEqual({
    realm: 'a, "b"',
    nonce: 'n=1',
    algorithm: 'SHA-256',
    session: false,
    opaque: '',
    qop: 'auth',
    stale: true,
  });
});

test('no challenge, whatever it holds, is more than can be read', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      const read = readChallenge(`Digest ${text}`);
      const answered = read ? authorization(read, request) : 'response=';
      expect(answered).toContain('response=');
    }),
    { numRuns: 2000 },
  );
});

test('SHA-512-256 answers as RFC 7616 §3.4 composes it', () => {
  const hash = (text: string): string => createHash('sha512-256').update(text).digest('hex');
  const header = authorization({ ...challenge, algorithm: 'SHA-512-256' }, request);
  const ha1 = hash('Mufasa:http-auth@example.org:Circle of Life');
  const ha2 = hash('GET:/dir/index.html');
  const parts = [ha1, challenge.nonce, '00000001', request.cnonce, 'auth', ha2];
  expect(header).toContain(`response="${hash(parts.join(':'))}"`);
  expect(header).toContain('algorithm=SHA-512-256');
});

test('a session variant binds the secret to the nonce (RFC 7616 §3.4.2)', () => {
  const read = readChallenge('Digest realm="r", nonce="n", algorithm=SHA-256-sess, qop="auth"');
  expect(read).toMatchObject({ algorithm: 'SHA-256', session: true });
  if (!read) return;
  const header = authorization(read, request);
  expect(header).toContain('algorithm=SHA-256-sess');
  expect(header).not.toContain(authorization({ ...read, session: false }, request).slice(60, 140));
});

test('of several challenges the strongest is answered, whatever their order', () => {
  const read = (algorithm: string) =>
    readChallenge(`Digest realm="r", nonce="${algorithm}", algorithm=${algorithm}`);
  const offered = ['MD5', 'SHA-256', 'SHA-512-256', 'unheard-of'].flatMap((one) => read(one) ?? []);
  expect(strongest(offered)?.nonce).toBe('SHA-512-256');
  expect(strongest(offered.slice(0, 2))?.nonce).toBe('SHA-256');
  expect(strongest([])).toBeNull();
});

test('quotes in a name cannot end the header early (RFC 3261 §25.1)', () => {
  const header = authorization({ ...challenge, algorithm: 'MD5' }, { ...request, username: 'a"b' });
  expect(header).toContain(String.raw`username="a\"b"`);
});
