/**
 * Digest authentication with the algorithms of RFC 8760 beside MD5.
 * RFC 7616 §3.4.1: response = KD(H(A1), nonce:nc:cnonce:qop:H(A2)).
 */
import { createHash, getHashes, randomBytes } from 'node:crypto';

export interface Challenge {
  readonly realm: string;
  readonly nonce: string;
  readonly algorithm: DigestAlgorithm;
  /** RFC 7616 §3.4.2: A1 is bound to the first nonce. */
  readonly session: boolean;
  readonly opaque: string | null;
  /** RFC 3261 §22.4: without qop the RFC 2069 form. auth-int alone is not offered. */
  readonly qop: 'auth' | null;
  /** The answer was right, its nonce too old. */
  readonly stale: boolean;
}

type DigestAlgorithm = 'MD5' | 'SHA-256' | 'SHA-512-256';

export interface DigestRequest {
  readonly method: string;
  readonly uri: string;
  readonly username: string;
  readonly password: string;
  readonly cnonce: string;
  /** How often this nonce was used, from 1. */
  readonly nonceCount: number;
}

const hashes: Readonly<Record<DigestAlgorithm, string>> = {
  MD5: 'md5',
  'SHA-256': 'sha256',
  'SHA-512-256': 'sha512-256',
};
/** By strength, where several are offered. */
const byStrength: readonly DigestAlgorithm[] = ['SHA-512-256', 'SHA-256', 'MD5'];

/** The challenge in one WWW-Authenticate or Proxy-Authenticate value, or null where it cannot be answered. */
export function readChallenge(value: string): Challenge | null {
  const fields = new Map<string, string>();
  const [, params] = /^\s*Digest\s+(.*)$/is.exec(value.slice(0, 4000)) ?? [];
  // RFC 7616 §3.3: name = token or quoted-string, divided by commas.
  for (const [, name = '', quoted, token = ''] of (params ?? '').matchAll(
    /([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g,
  ))
    fields.set(name.toLowerCase(), quoted?.replaceAll(/\\(.)/g, '$1') ?? token);
  const algorithm = algorithmOf(fields.get('algorithm'));
  const realm = fields.get('realm');
  const nonce = fields.get('nonce');
  if (realm === undefined || nonce === undefined || !algorithm) return null;
  const qop = fields.get('qop');
  const qops = qop?.split(',').map((one) => one.trim().toLowerCase());
  if (qops && !qops.includes('auth')) return null;
  return {
    realm,
    nonce,
    ...algorithm,
    opaque: fields.get('opaque') ?? null,
    qop: qops ? 'auth' : null,
    stale: fields.get('stale')?.toLowerCase() === 'true',
  };
}

/**
 * Of several challenges the strongest that can be answered; null where none can. RFC 8760 §2.4 has a client take the topmost one
 * that it supports, unless its own policy is another: ours trusts no order.
 */
export function strongest(challenges: readonly Challenge[]): Challenge | null {
  for (const algorithm of byStrength) {
    const found = challenges.find((one) => one.algorithm === algorithm);
    if (found) return found;
  }
  return null;
}

function algorithmOf(value: string | undefined): Pick<Challenge, 'algorithm' | 'session'> | null {
  if (value === undefined) return { algorithm: 'MD5', session: false };
  const written = value.toUpperCase();
  const session = written.endsWith('-SESS');
  const name = session ? written.slice(0, -'-SESS'.length) : written;
  const algorithm = byStrength.find((one) => one === name);
  // Not every build of the crypto library has every hash.
  if (!algorithm || !getHashes().includes(hashes[algorithm])) return null;
  return { algorithm, session };
}

/** The value of an Authorization header that answers the challenge. */
export function authorization(challenge: Challenge, request: DigestRequest): string {
  const { realm, nonce, algorithm, session, opaque, qop } = challenge;
  const hash = (text: string): string => createHash(hashes[algorithm]).update(text).digest('hex');
  const count = request.nonceCount.toString(16).padStart(8, '0');
  const secret = hash(`${request.username}:${realm}:${request.password}`);
  const ha1 = session ? hash(`${secret}:${nonce}:${request.cnonce}`) : secret;
  const ha2 = hash(`${request.method}:${request.uri}`);
  const response = qop
    ? hash([ha1, nonce, count, request.cnonce, qop, ha2].join(':'))
    : hash([ha1, nonce, ha2].join(':'));
  return [
    `Digest algorithm=${algorithm}${session ? '-sess' : ''}`,
    `username="${quotable(request.username)}"`,
    `realm="${quotable(realm)}"`,
    `nonce="${nonce}"`,
    `uri="${request.uri}"`,
    `response="${response}"`,
    ...(opaque === null ? [] : [`opaque="${opaque}"`]),
    ...(qop ? [`qop=${qop}`, `nc=${count}`] : []),
    ...(qop || session ? [`cnonce="${request.cnonce}"`] : []),
  ].join(', ');
}

/** RFC 3261 §25.1 quoted-string. */
function quotable(text: string): string {
  return text.replaceAll(/["\\]/g, String.raw`\$&`);
}

export function freshCnonce(): string {
  return randomBytes(12).toString('hex');
}
