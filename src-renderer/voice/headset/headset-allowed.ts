/** A person has just allowed a headset on the desk page; the browser itself tells only of devices that are plugged in. */
import { headsetChannel } from '../../wire/headset-permission.ts';

export function headsetAllowed(allowed: () => void): Disposable {
  const channel = new BroadcastChannel(headsetChannel);
  channel.addEventListener('message', allowed);
  return { [Symbol.dispose]: () => channel.close() };
}
