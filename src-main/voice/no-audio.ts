import type { AudioState } from '#shared/contract/desk.ts';
import type { AudioWishes } from '#shared/contract/voice.ts';

/** What is known of the sound while there is no voice page. */
export function noAudio(wishes: AudioWishes): AudioState {
  return {
    page: 'gone',
    microphone: 'unknown',
    devices: [],
    microphoneInUse: null,
    speakerInUse: null,
    ringerInUse: null,
    missing: [],
    noiseSuppression: 'off',
    proven: false,
    headset: { state: 'none', product: null },
    wishes,
  };
}
