/** A wished device whose id is gone: a browser may give the same device another one (new origin, reset permission). */
export interface SeenDevice {
  readonly deviceId: string;
  readonly groupId: string;
  readonly label: string;
}

/**
 * The device of that name, best in its old group; never one that is wished by its own id, which stands for itself.
 * @param known wished devices as they were last seen
 */
export function deviceAgain<Device extends SeenDevice>(
  wish: string,
  wishes: readonly string[],
  present: readonly Device[],
  known: readonly SeenDevice[],
): Device | undefined {
  const seen = known.find(({ deviceId }) => deviceId === wish);
  if (!seen || seen.label === '') return undefined;
  const alike = present.filter(
    ({ deviceId, label }) => label === seen.label && !wishes.includes(deviceId),
  );
  return alike.find(({ groupId }) => groupId === seen.groupId) ?? alike[0];
}
