/** Where the base's key is kept when there is no keychain: a file that only this user can read. */
import type { SecretBox } from '../host.ts';

/**
 * A browser host has no keychain to ask. The key lies in the data folder with mode 0600, and says so: whoever can read the
 * user's files can read the base. A real desk runs in Electron, with the system's keychain.
 */
export const secretFile: SecretBox = {
  kind: 'file readable by this user only',
  wrap: (secret) => Promise.resolve(secret),
  unwrap: (wrapped) => Promise.resolve(wrapped),
};
