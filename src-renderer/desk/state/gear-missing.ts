import type { AudioState } from '#shared/contract/desk.ts';

export type Gear = Pick<AudioState, 'page' | 'microphone' | 'missing'>;

/** Whether what is spoken into or heard is not the wished one, or there is nothing to speak into. */
export function gearMissing(audio: Gear | null): boolean {
  return audio !== null && (audio.missing.some((one) => one !== 'ringer') || noMicrophone(audio));
}

/** Whether the customer would hear silence, as far as the sound page knows. */
export function noMicrophone({ page, microphone }: Omit<Gear, 'missing'>): boolean {
  return page === 'here' && (microphone === 'none' || microphone === 'refused');
}
