/** Which certificates an exchange may show, and why one was not accepted. */
import { X509Certificate } from 'node:crypto';
import tls, { type PeerCertificate } from 'node:tls';
import type { CertificateFault } from '#shared/model/line.ts';

/** Mozilla's list, the machine's own store, and what the administrator added (PEM). */
export function trustedCertificates(extraCa: readonly string[]): string[] {
  // Absent before Node 22.15, as in older Electrons: there the machine's own store is not read.
  const system = 'getCACertificates' in tls ? tls.getCACertificates('system') : [];
  return [...new Set([...tls.rootCertificates, ...system, ...extraCa])];
}

/** What TLS says of a certificate (X509_V_ERR_…, and Node's own), in our words. */
const faults: Readonly<Record<string, CertificateFault>> = {
  CERT_HAS_EXPIRED: 'expired',
  CERT_NOT_YET_VALID: 'not-yet-valid',
  ERR_TLS_CERT_ALTNAME_INVALID: 'wrong-name',
  ERR_TLS_CERT_ALTNAME_FORMAT: 'wrong-name',
  HOSTNAME_MISMATCH: 'wrong-name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'unknown-authority',
  UNABLE_TO_GET_ISSUER_CERT: 'unknown-authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'unknown-authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'unknown-authority',
  CERT_UNTRUSTED: 'unknown-authority',
  CERT_REVOKED: 'revoked',
  CERT_IS_WEAK: 'weak',
  CERT_CHAIN_TOO_LONG: 'invalid',
  CERT_REJECTED: 'invalid',
  CERT_SIGNATURE_FAILURE: 'invalid',
  INVALID_CA: 'invalid',
  INVALID_PURPOSE: 'invalid',
  PATH_LENGTH_EXCEEDED: 'invalid',
};

/** What was wrong with the certificate; null where the connection failed for another reason. */
export function certificateFault(error: Error): CertificateFault | null {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  // OpenSSL's verdicts on weak keys and digests have no code in Node, and a server may refuse its own.
  if (/certificate key too weak|digest algorithm too weak|key too small/i.test(error.message))
    return 'weak';
  return faults[code] ?? null;
}

/**
 * The fault, then which certificate it was: "expired; for exchange.example; by Example CA; valid 2020-01-01 to 2021-01-01;
 * SHA-256 AB:CD:…". The first word is for the page to say in the operator's language, the rest for who mends it.
 */
export function certificateDetail(fault: CertificateFault, shown: PeerCertificate | null): string {
  if (!shown?.fingerprint256) return fault;
  const names = shown.subjectaltname ?? String(shown.subject?.CN ?? '');
  const issuer = shown.issuer ? String(shown.issuer.CN ?? shown.issuer.O ?? '') : '';
  return [
    fault,
    `for ${names.slice(0, 200)}`,
    `by ${issuer.slice(0, 100)}`,
    `valid ${day(shown.valid_from)} to ${day(shown.valid_to)}`,
    `SHA-256 ${shown.fingerprint256}`,
  ].join('; ');
}

function day(written: string): string {
  const at = new Date(written);
  return Number.isNaN(at.getTime()) ? written : at.toISOString().slice(0, 10);
}

const shortestRsaBits = 2048;
const shortestCurveBits = 224;

/**
 * For tls.connect: the name must fit, and the key must be one that cannot be guessed (NIST SP 800-57: 112 bits), whatever the
 * crypto library of this host would let pass.
 */
export function checkIdentity(host: string, shown: PeerCertificate): Error | undefined {
  const mismatch = tls.checkServerIdentity(host, shown);
  if (mismatch) return mismatch;
  const { publicKey } = new X509Certificate(shown.raw);
  const bits = publicKey.asymmetricKeyDetails?.modulusLength;
  const isWeak =
    bits === undefined
      ? 'bits' in shown && typeof shown.bits === 'number' && shown.bits < shortestCurveBits
      : bits < shortestRsaBits;
  return isWeak
    ? Object.assign(new Error('the key of the certificate is too short'), { code: 'CERT_IS_WEAK' })
    : undefined;
}
