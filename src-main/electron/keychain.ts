/** The base's key wrapped by the system's keychain (safeStorage), never silently by a weak one. */
import { safeStorage } from 'electron';
import type { SecretBox } from '../host.ts';
import { isKeychain } from './keychain-rule.ts';

/** @param fallback used where the system offers no keychain; it says itself how it keeps the key. */
export function keychain(fallback: SecretBox): SecretBox {
  const backend = process.platform === 'linux' ? safeStorage.getSelectedStorageBackend() : null;
  if (!isKeychain(safeStorage.isEncryptionAvailable(), backend)) return fallback;
  return {
    keptIn: 'keychain',
    wrap: (secret) =>
      Promise.resolve(safeStorage.encryptString(Buffer.from(secret).toString('base64'))),
    unwrap: (wrapped) =>
      Promise.resolve(Buffer.from(safeStorage.decryptString(Buffer.from(wrapped)), 'base64')),
  };
}
