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

/**
 * The first wished device that is there, or null for the system's own choice.
 * @param known wished devices as they were last seen
 */
export function chooseDevice<Device extends PresentDevice>(
  wishes: readonly string[],
  present: readonly Device[],
  known: readonly PresentDevice[] = [],
): Device | null {
  return wishedDevices(wishes, present, known)[0] ?? null;
}

/**
 * The wished devices that are there, in the order of wish.
 * @param known wished devices as they were last seen: one whose id is gone is found again by its name, best in its old group
 */
export function wishedDevices<Device extends PresentDevice>(
  wishes: readonly string[],
  present: readonly Device[],
  known: readonly PresentDevice[] = [],
): readonly Device[] {
  const found = wishes.flatMap(
    (wish) => present.find((device) => device.deviceId === wish) ?? renamed(wish) ?? [],
  );
  return [...new Set(found)];

  function renamed(wish: string): Device | undefined {
    const seen = known.find((device) => device.deviceId === wish);
    if (!seen || seen.label === '') return undefined;
    // One that is wished by its own id stands for itself.
    const alike = present.filter(
      (device) => device.label === seen.label && !wishes.includes(device.deviceId),
    );
    return alike.find((device) => device.groupId === seen.groupId) ?? alike[0];
  }
}

/** The device behind these ids, which may be the system's choice: that shows in its group. null: it cannot be told. */
export function deviceOf<Device extends PresentDevice>(
  used: { readonly deviceId: string | undefined; readonly groupId: string | undefined },
  present: readonly Device[],
): Device | null {
  const real = realDevices(present);
  const found =
    real.find((device) => device.deviceId === used.deviceId) ??
    real.find((device) => device.groupId !== '' && device.groupId === used.groupId);
  return found ?? null;
}

/** The device behind the system's choice of these, best by its own entry; null: it cannot be told. */
export function systemsDevice<Device extends PresentDevice>(
  present: readonly Device[],
): Device | null {
  const entry = present.find((device) => device.deviceId === systemsChoice);
  return entry ? deviceOf(entry, present) : null;
}

/** Whether another device, or the system's choice, stands in for the one that is wished most. */
export function firstIsMissing(
  wishes: readonly string[],
  used: PresentDevice | null,
  known: readonly PresentDevice[] = [],
): boolean {
  const [first] = wishes;
  if (first === undefined) return false;
  return used === null || chooseDevice([first], [used], known) === null;
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
