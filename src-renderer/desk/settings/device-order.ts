/** Ordered device wishes: the first that is there is used. Pure. */
import type { AudioDevice } from '#shared/contract/voice.ts';
import { deviceAgain } from '#shared/model/device-again.ts';

export interface WishedDevice {
  readonly deviceId: string;
  readonly label: string;
  /** The one plugged in now, which may have another id than was wished. */
  readonly presentId: string | null;
}

/**
 * The wished devices in their order, those not plugged in too, by the names they had.
 * @param known wished devices as they were last seen
 */
export function wishedDevices(
  wishes: readonly string[],
  devices: readonly AudioDevice[],
  labels: Readonly<Record<string, string>>,
  known: readonly AudioDevice[] = [],
): readonly WishedDevice[] {
  return wishes.map((deviceId) => {
    const device =
      devices.find((one) => one.deviceId === deviceId) ??
      deviceAgain(deviceId, wishes, devices, known);
    const label = device?.label ?? labels[deviceId] ?? '';
    return { deviceId, label, presentId: device?.deviceId ?? null };
  });
}

/** The list with `deviceId` moved by one place up (−1) or down (1); at an end it stays as it is. */
export function withMoved(list: readonly string[], deviceId: string, by: -1 | 1): string[] {
  const at = list.indexOf(deviceId);
  const to = at + by;
  if (at < 0 || to < 0 || to >= list.length) return [...list];
  const rest = list.filter((one) => one !== deviceId);
  return [...rest.slice(0, to), deviceId, ...rest.slice(to)];
}

/** The list with `deviceId` behind the others; at most twenty are kept. */
export function withAdded(list: readonly string[], deviceId: string): string[] {
  return [...list.filter((one) => one !== deviceId), deviceId].slice(-20);
}
