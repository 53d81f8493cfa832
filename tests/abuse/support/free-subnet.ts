/**
 * A private subnet that nothing of this machine has. A run that was killed leaves its bridge behind, and two runs may be
 * under way: with one subnet for all, the exchange would answer into the other one's bridge.
 */

/**
 * `addresses` as `ip -4 -o addr` prints them; the look-out begins at `first` (any whole number). The first three numbers
 * of an address, as `10.213.77`. Throws when all 254 are taken.
 */
export function freeSubnet(addresses: string, first: number): string {
  const count = 254;
  for (let step = 0; step < count; step++) {
    const subnet = `10.213.${((first + step) % count) + 1}`;
    if (!addresses.includes(` ${subnet}.`)) return subnet;
  }
  throw new Error('every subnet of 10.213.0.0/16 is taken; remove old ones with "ip link del"');
}
