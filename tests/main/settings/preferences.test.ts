import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPreferences } from '../../../src-main/settings/preferences.ts';

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'centrala-preferences-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('preferences', () => {
  it('are remembered', () => {
    openPreferences(folder, quiet).write({ language: 'en', theme: 'dark' });
    expect(openPreferences(folder, quiet).read()).toMatchObject({ language: 'en', theme: 'dark' });
  });

  it.each(['', 'garbage', '[]', '"text"', '{"language":"xx","theme":7,"audio":null}'])(
    'begin with the usual when the file holds %j',
    (content) => {
      writeFileSync(join(folder, 'preferences.json'), content);
      expect(openPreferences(folder, quiet).read()).toMatchObject({
        language: 'sl',
        theme: 'auto',
      });
    },
  );

  it('of a desk that knew no noise suppression keep the chosen devices', () => {
    const audio = { microphones: ['usb'], speakers: [], ringers: [], ringVolume: 0.3 };
    writeFileSync(join(folder, 'preferences.json'), JSON.stringify({ audio }));
    expect(openPreferences(folder, quiet).read().audio).toEqual({
      ...audio,
      noiseSuppression: true,
    });
  });

  it('hold for this run when the disk refuses', () => {
    const preferences = openPreferences(folder, quiet);
    mkdirSync(join(folder, 'preferences.json.new'));
    preferences.write({ language: 'en' });
    expect(preferences.read().language).toBe('en');
  });
});
