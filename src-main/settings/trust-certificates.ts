/** Makes every TLS connection of this process trust the system's authorities and those of the administrator. */
import { readFileSync } from 'node:fs';
import * as tls from 'node:tls';
import { SettingsError } from './settings.ts';

/** PEM texts of the named files. Errors: SettingsError for a file that cannot be read. */
export function readCertificates(files: readonly string[]): readonly string[] {
  return files.map((file) => {
    try {
      return readFileSync(file, 'utf8');
    } catch (cause) {
      throw new SettingsError(`The certificate file ${file} cannot be read.`, { cause });
    }
  });
}

/**
 * Node.js looks at its own list only; a centre with a private authority has it in the system's store or in a file. Verification itself is
 * never switched off. Older runtimes (before Node.js 24.5) keep their own list for the server; the line has its own way.
 */
export function trustCertificates(pems: readonly string[]): void {
  // Left over from somebody's trial, it would have fetch take any certificate.
  delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  if (typeof tls.setDefaultCACertificates !== 'function') return;
  tls.setDefaultCACertificates([
    ...tls.getCACertificates('default'),
    ...tls.getCACertificates('system'),
    ...pems,
  ]);
}
