import { describe, expect, it } from 'vitest';
import { isGranted, isOurPage, mayBeGranted } from '../../../src-main/electron/permission-rule.ts';

const voicePage = 'app://desk/voice.html';

describe('a page of our own', () => {
  it('may have the microphone and choose a speaker', () => {
    expect(mayBeGranted('media', voicePage, ['audio'])).toBe(true);
    expect(mayBeGranted('speaker-selection', voicePage, undefined)).toBe(true);
    expect(isGranted('media', 'app://desk', 'audio')).toBe(true);
    expect(isGranted('media', 'app://desk/', undefined)).toBe(true);
  });

  it.each([
    ['a camera', ['video']],
    ['a camera with the microphone', ['audio', 'video']],
    ['a captured screen', []],
    ['what is not named', undefined],
  ])('may not have %s', (_what, mediaTypes) => {
    expect(mayBeGranted('media', voicePage, mediaTypes)).toBe(false);
  });

  it('is not told the names of cameras', () => {
    expect(isGranted('media', 'app://desk', 'video')).toBe(false);
  });

  it.each([
    'notifications',
    'geolocation',
    'clipboard-read',
    'display-capture',
    'fileSystem',
    'hid',
    'serial',
    'usb',
    'openExternal',
    'unknown',
  ])('may not have %s', (permission) => {
    expect(mayBeGranted(permission, voicePage, undefined)).toBe(false);
    expect(isGranted(permission, 'app://desk', undefined)).toBe(false);
  });
});

describe('any other page', () => {
  it.each([
    'https://desk/voice.html',
    'app://desk.evil.example/voice.html',
    'app://deskevil/voice.html',
    'app://desk@evil.example/',
    'app://desk',
    'file:///voice.html',
    'about:blank',
    '',
  ])('%s is not ours and may have nothing', (url) => {
    expect(isOurPage(url)).toBe(false);
    expect(mayBeGranted('media', url, ['audio'])).toBe(false);
    expect(mayBeGranted('speaker-selection', url, undefined)).toBe(false);
  });

  it.each(['https://desk', 'app://desk.evil.example', 'app://evil', 'null', ''])(
    'of %s has nothing',
    (origin) => {
      expect(isGranted('media', origin, 'audio')).toBe(false);
    },
  );
});
