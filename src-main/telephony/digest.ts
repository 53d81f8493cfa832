/**
 * Digest authentication with SHA-256 beside MD5.
 * RFC 8760 §2.1: "the same password … may be used with … SHA-256"; RFC 7616 §3.4.1: response = KD(H(A1), nonce:nc:cnonce:qop:H(A2)).
 */
import { createHash, randomBytes } from 'node:crypto';

export interface Challenge {
  readonly realm: string;
  readonly nonce: string;
  readonly algorithm: DigestAlgorithm;
  readonly opaque: string | null;
  /** RFC 3261 §22.4: without qop the RFC 2069 form. auth-int alone is not offered. */
  readonly qop: 'auth' | null;
}

type DigestAlgorithm = 'MD5' | 'SHA-256';

export interface DigestRequest {
  readonly method: string;
  readonly uri: string;
  readonly username: string;
  readonly password: string;
  readonly cnonce: string;
  /** How often this nonce was used, from 1. */
  readonly nonceCount: number;
}

/** The challenge in a WWW-Authenticate value as sip.js parsed it, or null where it cannot be answered. */
export function readChallenge(parsed: unknown): Challenge | null {
  if (typeof parsed !== 'object' || parsed === null) return null;
  const fields: Readonly<Record<string, unknown>> = { ...parsed };
  const algorithm = algorithmOf(fields['algorithm']);
  const { realm, nonce, opaque, qop } = fields;
  if (typeof realm !== 'string' || typeof nonce !== 'string' || !algorithm) return null;
  const qops = Array.isArray(qop) ? qop : qop === undefined ? [] : [qop];
  if (qops.length > 0 && !qops.includes('auth')) return null;
  return {
    realm,
    nonce,
    algorithm,
    opaque: typeof opaque === 'string' ? opaque : null,
    qop: qops.length > 0 ? 'auth' : null,
  };
}

function algorithmOf(value: unknown): DigestAlgorithm | null {
  if (value === undefined) return 'MD5';
  const name = typeof value === 'string' ? value.toUpperCase() : '';
  return name === 'MD5' || name === 'SHA-256' ? name : null;
}

/** The value of an Authorization header that answers the challenge. */
export function authorization(challenge: Challenge, request: DigestRequest): string {
  const { realm, nonce, algorithm, opaque, qop } = challenge;
  const hash = (text: string): string =>
    createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
      .update(text)
      .digest('hex');
  const count = request.nonceCount.toString(16).padStart(8, '0');
  const ha1 = hash(`${request.username}:${realm}:${request.password}`);
  const ha2 = hash(`${request.method}:${request.uri}`);
  const response = qop
    ? hash([ha1, nonce, count, request.cnonce, qop, ha2].join(':'))
    : hash([ha1, nonce, ha2].join(':'));
  return [
    `Digest algorithm=${algorithm}`,
    `username="${request.username}"`,
    `realm="${realm}"`,
    `nonce="${nonce}"`,
    `uri="${request.uri}"`,
    `response="${response}"`,
    ...(opaque === null ? [] : [`opaque="${opaque}"`]),
    ...(qop ? [`qop=${qop}`, `cnonce="${request.cnonce}"`, `nc=${count}`] : []),
  ].join(', ');
}

export function freshCnonce(): string {
  return randomBytes(12).toString('hex');
}
