/** Which certificates an exchange may show, and in words why one was not accepted. */
import tls, { type PeerCertificate } from 'node:tls';

/** Mozilla's list, the machine's own store, and what the administrator added (PEM). */
export function trustedCertificates(extraCa: readonly string[]): string[] {
  // Absent before Node 22.15, as in older Electrons: there the machine's own store is not read.
  const system = 'getCACertificates' in tls ? tls.getCACertificates('system') : [];
  return [...new Set([...tls.rootCertificates, ...system, ...extraCa])];
}

const certificateFaults = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REJECTED',
  'CERT_REVOKED',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'CERT_CHAIN_TOO_LONG',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'ERR_TLS_CERT_ALTNAME_FORMAT',
  'HOSTNAME_MISMATCH',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'PATH_LENGTH_EXCEEDED',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** Whether a connection failed because of the certificate, so that trying again is of no use. */
export function isCertificateFault(error: Error): boolean {
  return 'code' in error && typeof error.code === 'string' && certificateFaults.has(error.code);
}

/** Which certificate it was and why it was refused. */
export function certificateProblem(error: Error, shown: PeerCertificate | null): string {
  const code = 'code' in error ? String(error.code) : '';
  const reason = `${code}: ${error.message}`;
  if (!shown?.fingerprint256) return reason;
  const names = shown.subjectaltname ?? String(shown.subject?.CN ?? '');
  const issuer = shown.issuer ? String(shown.issuer.CN ?? shown.issuer.O ?? '') : '';
  return `${reason} (certificate for ${names}, issued by ${issuer}, valid ${shown.valid_from} to ${shown.valid_to}, SHA-256 ${shown.fingerprint256})`;
}
