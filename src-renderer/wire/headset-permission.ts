/** Asks the person which headset's buttons the desk may use; the browser shows its own list, and only after a click. */

interface AskingHid {
  requestDevice(options: {
    readonly filters: readonly { readonly usagePage: number }[];
  }): Promise<readonly unknown[]>;
}

/** The voice page hears here that it may look again. */
export const headsetChannel = 'centrala-headset';

const telephonyPage = 0x0b;

function hid(): AskingHid | null {
  const { hid: found }: Navigator & { readonly hid?: AskingHid } = navigator;
  return found ?? null;
}

/** False in Electron, where every telephony headset may be used without asking, and where the browser has no WebHID. */
export function canAskForHeadset(): boolean {
  return hid() !== null && window.centrala?.host !== 'electron';
}

/** Call it in a click. True: a headset was chosen, and the voice page opens it now. Never rejects. */
export async function askForHeadset(): Promise<boolean> {
  try {
    const chosen = (await hid()?.requestDevice({ filters: [{ usagePage: telephonyPage }] })) ?? [];
    if (chosen.length === 0) return false;
  } catch {
    // No click before it, or the administrator forbids it.
    return false;
  }
  const channel = new BroadcastChannel(headsetChannel);
  channel.postMessage('allowed');
  channel.close();
  return true;
}
