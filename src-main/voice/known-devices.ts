/** Which devices the wishes mean, kept beside their ids: a browser may give the same device another id. */
import type { AudioState } from '#shared/contract/desk.ts';
import type { AudioWishes } from '#shared/contract/voice.ts';

/** The wishes with every wished device as it is seen now, or as it was last seen. */
export function withKnownDevices(
  wishes: AudioWishes,
  audio: Pick<AudioState, 'devices' | 'wishes'>,
): AudioWishes {
  const wished = new Set([...wishes.microphones, ...wishes.speakers, ...wishes.ringers]);
  const seen = [...audio.devices, ...(wishes.known ?? []), ...(audio.wishes.known ?? [])];
  const known = [...wished].flatMap(
    (deviceId) => seen.find((device) => device.deviceId === deviceId && device.label !== '') ?? [],
  );
  return { ...wishes, known };
}
