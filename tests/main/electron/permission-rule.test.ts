import { describe, expect, it } from 'vitest';
import {
  isGranted,
  isOurPage,
  mayBeGranted,
  mayOpenDevice,
} from '../../../src-main/electron/permission-rule.ts';

const voicePage = 'app://desk/voice.html';

describe('a page of our own', () => {
  it('may have the microphone and choose a speaker', () => {
    expect(mayBeGranted('media', voicePage, ['audio'])).toBe(true);
    expect(mayBeGranted('speaker-selection', voicePage, undefined)).toBe(true);
    expect(isGranted('media', 'app://desk', 'audio')).toBe(true);
    expect(mayBeGranted('hid', voicePage, undefined)).toBe(true);
    expect(isGranted('hid', 'app://desk/', undefined)).toBe(true);
    expect(isGranted('media', 'app://desk/', undefined)).toBe(true);
  });

  it('may put a text on the clipboard, as "copy report" does', () => {
    expect(mayBeGranted('clipboard-sanitized-write', 'app://desk/desk.html', undefined)).toBe(true);
    expect(isGranted('clipboard-sanitized-write', 'app://desk', undefined)).toBe(true);
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

describe('a device', () => {
  const headset = { collections: [{ usagePage: 0x0c }, { usagePage: 0x0b }] };
  const keyboard = { collections: [{ usagePage: 0x01 }] };

  it('is opened by our own pages where it is a telephony headset', () => {
    expect(mayOpenDevice('hid', 'app://desk', headset)).toBe(true);
    expect(mayOpenDevice('hid', 'app://desk/', headset)).toBe(true);
  });

  it('is opened where the telephone is a part of something else', () => {
    const nested = { collections: [{ usagePage: 0x0c, children: [{ usagePage: 0x0b }] }] };
    expect(mayOpenDevice('hid', 'app://desk', nested)).toBe(true);
  });

  it.each([
    ['a keyboard', 'hid', 'app://desk', keyboard],
    ['one that does not say what it is', 'hid', 'app://desk', {}],
    ['a serial port', 'serial', 'app://desk', headset],
    ['another origin', 'hid', 'https://desk', headset],
    ['an origin that begins like ours', 'hid', 'app://desk.evil', headset],
    ['no origin', 'hid', '', headset],
  ] as const)('is not opened: %s', (_what, type, origin, device) => {
    expect(mayOpenDevice(type, origin, device)).toBe(false);
  });
});
