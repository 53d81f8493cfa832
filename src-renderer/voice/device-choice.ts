/** Which of the devices that are there is used. */

export interface PresentDevice {
  readonly deviceId: string;
  readonly groupId: string;
  readonly label: string;
}

/** Chromium lists the system's choice a second time, under a name of its own. */
const systemsChoice = 'default';
const pseudoDevices: readonly string[] = [systemsChoice, 'communications', ''];

/** Without the browser's doubles, and without the nameless entries it gives before it was allowed to listen. */
export function realDevices<Device extends PresentDevice>(devices: readonly Device[]): Device[] {
  return devices.filter((device) => !pseudoDevices.includes(device.deviceId));
}

/** The first wished device that is there, or null for the system's own choice. */
export function chooseDevice<Device extends PresentDevice>(
  wishes: readonly string[],
  present: readonly Device[],
): Device | null {
  for (const wish of wishes) {
    const found = present.find((device) => device.deviceId === wish);
    if (found) return found;
  }
  return null;
}

/** Whether another device, or the system's choice, stands in for the one that is wished most. */
export function firstIsMissing(wishes: readonly string[], used: PresentDevice | null): boolean {
  return wishes[0] !== undefined && wishes[0] !== used?.deviceId;
}

/**
 * Whether what is captured now is still what is wished. A system's choice that moved to other hardware shows in the
 * group of its entry.
 */
export function stillFits(
  captured: { readonly deviceId: string | undefined; readonly groupId: string | undefined },
  chosen: PresentDevice | null,
  present: readonly PresentDevice[],
): boolean {
  if (chosen) return captured.deviceId === chosen.deviceId;
  const system = present.find((device) => device.deviceId === systemsChoice);
  return (
    system === undefined || captured.groupId === undefined || system.groupId === captured.groupId
  );
}
