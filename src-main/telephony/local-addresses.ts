/** This machine's addresses: when they change, the other side must learn where its sound is to go. */
import { networkInterfaces } from 'node:os';

/** All of them but loopback, in a form that can be compared. */
export function localAddresses(): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all
    .filter(({ internal }) => !internal)
    .map(({ address }) => address)
    .sort()
    .join(' ');
}
