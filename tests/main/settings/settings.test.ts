import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSettings, SettingsError } from '../../../src-main/settings/settings.ts';
import { startFailure } from '../../../src-main/settings/start-failure.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'centrala-settings-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const managed = (content: string): { CENTRALA_MANAGED: string } => {
  const file = join(folder, 'settings.json');
  writeFileSync(file, content);
  return { CENTRALA_MANAGED: file };
};
const none = { CENTRALA_MANAGED: '/nowhere/settings.json' };

describe('settings', () => {
  it('come from the environment', () => {
    const settings = readSettings(
      {
        ...none,
        CENTRALA_DATA: '/data',
        CENTRALA_SERVER: 'https://centre.example/',
        CENTRALA_PORT: '9000',
        CENTRALA_CA: '/a.pem:/b.pem',
      },
      'linux',
    );
    expect(settings).toEqual({
      dataFolder: '/data',
      server: 'https://centre.example',
      port: 9000,
      logLevel: 'info',
      certificates: ['/a.pem', '/b.pem'],
    });
  });

  it('leave the server open, so that the person is asked', () => {
    expect(readSettings({ ...none, CENTRALA_SERVER: '' }, 'linux').server).toBeNull();
  });

  it('of an administrator win over the environment', () => {
    const file = managed('{"server":"https://managed.example"}');
    expect(
      readSettings({ ...file, CENTRALA_SERVER: 'https://other.example' }, 'linux').server,
    ).toBe('https://managed.example');
  });

  it.each([
    [{ CENTRALA_PORT: 'eighty' }, /CENTRALA_PORT/],
    [{ CENTRALA_PORT: '70000' }, /CENTRALA_PORT/],
    [{ CENTRALA_SERVER: 'centre.example' }, /CENTRALA_SERVER/],
    [{ CENTRALA_SERVER: 'javascript:alert(1)' }, /CENTRALA_SERVER/],
    [{ CENTRALA_LOG: 'loud' }, /CENTRALA_LOG/],
  ])('that make no sense are refused by name: %j', (environment, sentence) => {
    expect(() => readSettings({ ...none, ...environment }, 'linux')).toThrow(sentence);
  });

  it.each(['not json', '{"servre":"https://x.example"}', '{"port":"many"}'])(
    'in a broken managed file stop the start: %s',
    (content) => {
      expect(() => readSettings(managed(content), 'linux')).toThrow(SettingsError);
    },
  );

  it.each(['win32', 'darwin', 'linux'] as const)('have a data folder on %s', (platform) => {
    expect(readSettings(none, platform).dataFolder).toMatch(/centrala$/i);
  });
});

describe('a failed start', () => {
  const withCode = (code: string, path?: string): Error =>
    Object.assign(new Error(code), { code, path });
  it.each([
    [withCode('EADDRINUSE'), /CENTRALA_PORT/],
    [withCode('EACCES', '/readonly'), /\/readonly.*CENTRALA_DATA/],
    [withCode('ENOSPC'), /disk is full/],
    [Object.assign(new Error('x'), { name: 'StoreError', reason: 'locked' }), /another Centrala/],
    [
      Object.assign(new Error('x'), { name: 'StoreError', reason: 'wrong-key' }),
      /another user, machine or keychain/,
    ],
  ])('is told in a sentence with a way out: %s', (error, sentence) => {
    expect(startFailure(error)).toMatch(sentence);
  });
});
