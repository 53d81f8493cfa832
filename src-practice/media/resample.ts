/** What libwebrtc hands over, made what the exchange works with: its rate is the codec's, 8 kHz for PCMU. */
import type { AudioBlock } from './wrtc.ts';

/**
 * Makes mono blocks of `rate` Hz from blocks of any rate and channel count, one after another without a seam
 * (linear interpolation, one input sample late).
 */
export function blockResampler(rate: number): (block: AudioBlock) => Int16Array {
  let last = 0;
  return ({ samples, sampleRate, channelCount, numberOfFrames }) => {
    if (channelCount === 1 && sampleRate === rate) return samples;
    const made = new Int16Array(Math.round((numberOfFrames * rate) / sampleRate));
    const get = (frame: number): number =>
      frame < 0 ? last : (samples[Math.min(frame, numberOfFrames - 1) * channelCount] ?? 0);
    for (let at = 0; at < made.length; at += 1) {
      const place = ((at + 1) * sampleRate) / rate - 1;
      const frame = Math.floor(place);
      const part = place - frame;
      made[at] = Math.round(get(frame) * (1 - part) + get(frame + 1) * part);
    }
    last = get(numberOfFrames - 1);
    return made;
  };
}
