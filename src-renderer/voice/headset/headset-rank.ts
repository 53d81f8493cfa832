/** Which of several headsets has its buttons heard. */
import { deviceId } from './device-words.ts';
import type { HidDevice } from './hid-port.ts';
import type { HeadsetLayout } from './report-layout.ts';

export interface FoundHeadset {
  readonly device: HidDevice;
  readonly layout: HeadsetLayout;
}

/**
 * The less, the better: the one that is spoken into before any other, and one with a hook switch before one that can only
 * mute.
 * @param used label of the microphone or speaker in use
 */
export function rankOf({ device, layout }: FoundHeadset, used: string | null): number {
  const hooked = layout.controls.some(({ name }) => name === 'hook');
  return (isUsed(device, used) ? 0 : 2) + (hooked ? 0 : 1);
}

/** Browsers name the audio device after the product, on most systems with its USB ids behind; no id leads from one to the other. */
function isUsed(device: HidDevice, used: string | null): boolean {
  if (used === null) return false;
  const label = used.toLowerCase();
  const product = device.productName.trim().toLowerCase();
  return label.includes(`(${deviceId(device)})`) || (product !== '' && label.includes(product));
}
