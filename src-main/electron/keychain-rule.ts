/**
 * Whether safeStorage is a keychain here. On Linux without a keyring Electron encrypts with a password that stands in its
 * source ("basic_text"), and before it knows the backend is "unknown" (Electron, safeStorage.getSelectedStorageBackend).
 * @param backend null where the platform has only one.
 */
export function isKeychain(available: boolean, backend: string | null): boolean {
  return available && backend !== 'basic_text' && backend !== 'unknown';
}
