/** Where the base's key is kept when there is no keychain: a file that only this user can read. */
import type { SecretBox } from './host.ts';

/**
 * The key lies in the data folder as it is, with mode 0600: whoever can read the user's files can read the base. For the browser
 * host, and for Electron on a system without a keychain; the settings screen says so.
 */
export const secretFile: SecretBox = {
  keptIn: 'file',
  wrap: (secret) => Promise.resolve(secret),
  unwrap: (wrapped) => Promise.resolve(wrapped),
};
