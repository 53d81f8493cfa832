/** Words of the log about a device: its USB ids, never its own texts. */
import type { HidDevice } from './hid-port.ts';

/** E.g. "0b0e:0307", as Chromium also writes it behind the names of USB audio devices. */
export function deviceId({
  vendorId,
  productId,
}: Pick<HidDevice, 'vendorId' | 'productId'>): string {
  return [vendorId, productId].map((id) => id.toString(16).padStart(4, '0')).join(':');
}

export function errorName(error: unknown): string {
  return typeof error === 'object' && error !== null && 'name' in error
    ? String(error.name)
    : 'unknown';
}
