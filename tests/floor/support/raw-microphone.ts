/**
 * Has a page send what its microphone file holds. Echo cancellation and noise suppression are made for people: they
 * take a test's tone for an echo or for noise, and fade it out. Given to a page before it opens the microphone.
 */
export function rawMicrophone(): void {
  const devices = navigator.mediaDevices;
  const original = devices.getUserMedia.bind(devices);
  const raw = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
  Reflect.set(devices, 'getUserMedia', (wish?: MediaStreamConstraints) => {
    const audio = wish?.audio;
    return original({ ...wish, audio: { ...(typeof audio === 'object' ? audio : {}), ...raw } });
  });
}
