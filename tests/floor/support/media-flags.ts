/** Chromium's switches for a call without a person, a sound card or a certificate. */
export function mediaFlags(micWav: string | undefined): readonly string[] {
  return [
    '--no-sandbox',
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    '--autoplay-policy=no-user-gesture-required',
    '--disable-features=WebRtcHideLocalIpsWithMdns',
    ...(micWav === undefined ? [] : [`--use-file-for-fake-audio-capture=${micWav}`]),
  ];
}
