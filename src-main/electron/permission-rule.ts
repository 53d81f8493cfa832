/**
 * Which permission which page may have: our own pages the microphone, the choice of a speaker, telephony headsets and to put
 * text on the clipboard (never to read it), nobody anything else.
 */
import { appOrigin } from './app-origin.ts';

/**
 * A page asks for something.
 * @param url of the frame that asks.
 * @param mediaTypes what is wished for with `media`; a captured screen comes with none named, and is refused.
 */
export function mayBeGranted(
  permission: string,
  url: string,
  mediaTypes: readonly string[] | undefined,
): boolean {
  if (!isOurPage(url)) return false;
  switch (permission) {
    case 'media':
      return mediaTypes?.length === 1 && mediaTypes[0] === 'audio';
    case 'speaker-selection':
    case 'hid':
    // What `navigator.clipboard.writeText` asks for.
    case 'clipboard-sanitized-write':
      return true;
    default:
      return false;
  }
}

/**
 * Whether a page has something already, e.g. to read the names of the sound devices.
 * @param origin as Electron gives it, with or without a slash at its end.
 */
export function isGranted(
  permission: string,
  origin: string,
  mediaType: string | undefined,
): boolean {
  if (origin !== appOrigin && origin !== `${appOrigin}/`) return false;
  switch (permission) {
    case 'media':
      return mediaType !== 'video';
    case 'speaker-selection':
    case 'hid':
    // What `navigator.clipboard.writeText` asks for.
    case 'clipboard-sanitized-write':
      return true;
    default:
      return false;
  }
}

/** HID Usage Tables 1.12 §14. */
const telephonyPage = 0x0b;

interface AskedCollection {
  readonly usagePage?: number;
  readonly children?: readonly AskedCollection[];
}

/** What Electron tells of a device; its type promises more than old versions give. */
export interface AskedDevice {
  readonly collections?: readonly AskedCollection[];
}

/** So deep the voice page looks for the telephone too. */
const deepest = 8;

function holdsTelephone(collections: readonly AskedCollection[], depth = 0): boolean {
  return collections.some(
    ({ usagePage, children = [] }) =>
      usagePage === telephonyPage || (depth < deepest && holdsTelephone(children, depth + 1)),
  );
}

/**
 * Whether a page may open a device without asking: a telephony headset may be opened by our own pages. Keyboards, mice and all
 * else stay shut, whoever asks.
 */
export function mayOpenDevice(deviceType: string, origin: string, device: AskedDevice): boolean {
  return (
    deviceType === 'hid' &&
    (origin === appOrigin || origin === `${appOrigin}/`) &&
    holdsTelephone(device.collections ?? [])
  );
}

/** A page that is served by the app itself, and no other scheme, host or look-alike of it. */
export function isOurPage(url: string): boolean {
  return url.startsWith(`${appOrigin}/`);
}
