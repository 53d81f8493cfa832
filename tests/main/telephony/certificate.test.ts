import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import tls from 'node:tls';
import { expect, test } from 'vitest';
import { trustedCertificates } from '../../../src-main/telephony/certificate.ts';

const file = (name: string): string =>
  new URL(`../../support/tls/${name}`, import.meta.url).pathname;
const fingerprint = (pem: string): string => new X509Certificate(pem).fingerprint256;

test("an exchange is trusted by Mozilla's list, the machine's own store and what the administrator added", () => {
  const mine = readFileSync(file('ca.pem'), 'utf8');
  const trusted = new Set(trustedCertificates([mine]));
  for (const one of [...tls.rootCertificates, ...tls.getCACertificates('system'), mine])
    expect(trusted.has(one)).toBe(true);
});

test("an authority in the machine's own store is among them", () => {
  const module = new URL('../../../src-main/telephony/certificate.ts', import.meta.url).href;
  const script = `import { trustedCertificates } from ${JSON.stringify(module)};
    process.stdout.write(JSON.stringify(trustedCertificates([])));`;
  // Where OpenSSL looks for the store of this machine; a process reads it once.
  const written = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    env: { ...process.env, SSL_CERT_FILE: file('ca.pem') },
    encoding: 'utf8',
    maxBuffer: 16_777_216,
  });
  const trusted = (JSON.parse(written) as string[]).map(fingerprint);
  expect(trusted).toContain(fingerprint(readFileSync(file('ca.pem'), 'utf8')));
});
