/**
 * Digest access authentication (RFC 7616), as RFC 8760 puts it into SIP: SHA-256 offered first, MD5 after it, qop=auth.
 * Nonces carry their own age and a seal, so an old one is told from a made-up one; each nonce count is taken once.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { parseParams } from './values.ts';

export const digestAlgorithms = ['SHA-256', 'MD5'] as const;
export type DigestAlgorithm = (typeof digestAlgorithms)[number];

const hashName: Readonly<Record<DigestAlgorithm, string>> = { 'SHA-256': 'sha256', MD5: 'md5' };

type DigestVerdict =
  | { readonly kind: 'good'; readonly user: string }
  /** No credentials, wrong ones, or ones out of form. */
  | { readonly kind: 'refused' }
  /** Right in form, but the nonce is too old or its count was seen: ask again with stale=true. */
  | { readonly kind: 'stale' };

/** `response` of RFC 7616 §3.4.1 with qop=auth. */
export function digestResponse(
  algorithm: DigestAlgorithm,
  parts: {
    readonly user: string;
    readonly realm: string;
    readonly secret: string;
    readonly method: string;
    readonly uri: string;
    readonly nonce: string;
    readonly nc: string;
    readonly cnonce: string;
  },
): string {
  const hash = (text: string): string =>
    createHash(hashName[algorithm]).update(text, 'utf8').digest('hex');
  const a1 = hash(`${parts.user}:${parts.realm}:${parts.secret}`);
  const a2 = hash(`${parts.method}:${parts.uri}`);
  return hash(`${a1}:${parts.nonce}:${parts.nc}:${parts.cnonce}:auth:${a2}`);
}

export interface DigestGate {
  /** Values of WWW-Authenticate, the strongest first. */
  challenges(stale: boolean): readonly string[];
  /** @param fields the values of all Authorization headers. */
  check(request: {
    readonly method: string;
    readonly uri: string;
    readonly fields: readonly string[];
  }): DigestVerdict;
}

/**
 * @param secretOf the secret of a SIP user, or null where there is no such user.
 * @param nonceSeconds how long a nonce is good.
 */
export function createDigestGate({
  realm,
  clock,
  nonceSeconds,
  algorithms,
  secretOf,
}: {
  readonly realm: string;
  readonly clock: Clock;
  readonly nonceSeconds: number;
  readonly algorithms: readonly DigestAlgorithm[];
  readonly secretOf: (user: string) => string | null;
}): DigestGate {
  const seal = randomBytes(32);
  /** Highest count taken of each live nonce. */
  const counts = new Map<string, number>();

  const sealed = (age: string): string =>
    `${age}.${createHmac('sha256', seal).update(age).digest('base64url')}`;
  const bornAt = (nonce: string): number | null => {
    const [at = '', salt = ''] = nonce.split('.');
    return sealed(`${at}.${salt}`) === nonce ? Number(at) : null;
  };
  const tooOld = (born: number): boolean => clock.now() - born > nonceSeconds * 1000;

  return {
    challenges(stale) {
      const nonce = sealed(`${clock.now()}.${randomBytes(6).toString('base64url')}`);
      return algorithms.map(
        (algorithm) =>
          `Digest realm="${realm}", nonce="${nonce}", qop="auth", algorithm=${algorithm}${stale ? ', stale=true' : ''}`,
      );
    },
    check({ method, uri, fields }) {
      for (const field of fields) {
        const scheme = /^digest\s+(.*)$/is.exec(field);
        if (!scheme) continue;
        const given = parseParams(scheme[1] ?? '', ',');
        const get = (name: string): string => given.get(name) ?? '';
        if (get('realm') !== realm) continue;
        const algorithm = algorithms.find(
          (one) => one === (get('algorithm') || 'MD5').toUpperCase(),
        );
        const secret = secretOf(get('username'));
        const born = bornAt(get('nonce'));
        const count = /^[0-9a-f]{8}$/i.test(get('nc')) ? Number.parseInt(get('nc'), 16) : null;
        // RFC 7616 §3.4.6: the uri must name what the request names.
        if (!algorithm || get('qop') !== 'auth' || count === null || get('uri') !== uri) continue;
        if (get('cnonce') === '') continue;
        if (born === null) return { kind: 'stale' };
        const wanted = digestResponse(algorithm, {
          user: get('username'),
          realm,
          secret: secret ?? randomBytes(8).toString('hex'),
          method,
          uri,
          nonce: get('nonce'),
          nc: get('nc'),
          cnonce: get('cnonce'),
        });
        if (!same(wanted, get('response'))) continue;
        if (tooOld(born) || count <= (counts.get(get('nonce')) ?? 0)) return { kind: 'stale' };
        for (const nonce of counts.keys()) if (tooOld(bornAt(nonce) ?? 0)) counts.delete(nonce);
        counts.set(get('nonce'), count);
        return { kind: 'good', user: get('username') };
      }
      return { kind: 'refused' };
    },
  };
}

function same(wanted: string, given: string): boolean {
  const [a, b] = [Buffer.from(wanted), Buffer.from(given.toLowerCase())];
  return a.length === b.length && timingSafeEqual(a, b);
}
