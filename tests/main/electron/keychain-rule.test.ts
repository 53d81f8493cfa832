import { describe, expect, it } from 'vitest';
import { isKeychain } from '../../../src-main/electron/keychain-rule.ts';

describe('the system’s keychain', () => {
  it.each([
    ['the only one of the platform', null],
    ['the one of GNOME', 'gnome_libsecret'],
    ['the one of KDE', 'kwallet6'],
  ])('is %s', (_what, backend) => {
    expect(isKeychain(true, backend)).toBe(true);
    expect(isKeychain(false, backend)).toBe(false);
  });

  it.each(['basic_text', 'unknown'])('is never the weak backend %s', (backend) => {
    expect(isKeychain(true, backend)).toBe(false);
  });
});
