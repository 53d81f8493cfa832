/** The base's key wrapped by the system's keychain (safeStorage), never silently by a weak one. */
import { safeStorage } from 'electron';
import type { SecretBox } from '../host.ts';

/** On Linux without a keyring Electron would use a fixed password: that is no keychain (Electron, safeStorage). */
export function keychain(fallback: SecretBox): SecretBox {
  const backend = process.platform === 'linux' ? safeStorage.getSelectedStorageBackend() : 'system';
  if (!safeStorage.isEncryptionAvailable() || backend === 'basic_text') return fallback;
  return {
    kind: `keychain (${backend})`,
    wrap: (secret) =>
      Promise.resolve(safeStorage.encryptString(Buffer.from(secret).toString('base64'))),
    unwrap: (wrapped) =>
      Promise.resolve(Buffer.from(safeStorage.decryptString(Buffer.from(wrapped)), 'base64')),
  };
}

/** Used only where the system offers no keychain; its kind is logged and shown before the shift. */
export const userOnlyFile: SecretBox = {
  kind: 'file readable by this user only (no keychain on this system)',
  wrap: (secret) => Promise.resolve(secret),
  unwrap: (wrapped) => Promise.resolve(wrapped),
};
