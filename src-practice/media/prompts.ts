/** The prompts that customers speak: IMA ADPCM WAV files of 8 kHz in assets/prompts/<language>/<name>.wav. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sampleRate } from './peer.ts';

export interface Prompts {
  /** Sound at 48 kHz, played `pitch` times as fast as recorded. Null: there is no such prompt. */
  sound(language: string, name: string, pitch: number): Int16Array | null;
}

/** Prompts from a folder; each file is read once. */
export function openPrompts(folder: string): Prompts {
  const files = new Map<string, Int16Array | null>();
  return {
    sound(language, name, pitch) {
      const path = join(folder, language, `${name}.wav`);
      let samples = files.get(path);
      if (samples === undefined) {
        samples = readPrompt(path);
        files.set(path, samples);
      }
      return samples === null ? null : stretch(samples, promptRate * pitch, sampleRate);
    },
  };
}

const promptRate = 8000;

function readPrompt(path: string): Int16Array | null {
  try {
    return decodeAdpcmWav(readFileSync(path));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

// Tables of the IMA digital audio focus group's recommendation (1992).
const indexSteps = [-1, -1, -1, -1, 2, 4, 6, 8];
const stepSizes = [
  7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55, 60, 66, 73,
  80, 88, 97, 107, 118, 130, 143, 157, 173, 190, 209, 230, 253, 279, 307, 337, 371, 408, 449, 494,
  544, 598, 658, 724, 796, 876, 963, 1060, 1166, 1282, 1411, 1552, 1707, 1878, 2066, 2272, 2499,
  2749, 3024, 3327, 3660, 4026, 4428, 4871, 5358, 5894, 6484, 7132, 7845, 8630, 9493, 10442, 11487,
  12635, 13899, 15289, 16818, 18500, 20350, 22385, 24623, 27086, 29794, 32767,
];

/**
 * The samples of a mono IMA ADPCM WAV file (format 0x11) of 8 kHz.
 * @throws where it is anything else.
 */
export function decodeAdpcmWav(file: Buffer): Int16Array {
  if (file.toString('latin1', 0, 4) !== 'RIFF' || file.toString('latin1', 8, 12) !== 'WAVE')
    throw new Error('not a WAV file');
  let blockAlign = 0;
  let data = Buffer.alloc(0);
  for (let at = 12; at + 8 <= file.length;) {
    const name = file.toString('latin1', at, at + 4);
    const size = file.readUInt32LE(at + 4);
    const chunk = file.subarray(at + 8, at + 8 + size);
    if (name === 'fmt ') {
      const [format, channels, rate] = [
        chunk.readUInt16LE(0),
        chunk.readUInt16LE(2),
        chunk.readUInt32LE(4),
      ];
      if (format !== 0x11 || channels !== 1 || rate !== promptRate)
        throw new Error('not mono IMA ADPCM of 8 kHz');
      blockAlign = chunk.readUInt16LE(12);
    } else if (name === 'data') data = Buffer.from(chunk);
    at += 8 + size + (size % 2);
  }
  if (blockAlign < 5) throw new Error('no format chunk');
  const samples: number[] = [];
  for (let at = 0; at + 4 < data.length; at += blockAlign)
    decodeBlock(data.subarray(at, at + blockAlign), samples);
  return Int16Array.from(samples);
}

function decodeBlock(block: Buffer, samples: number[]): void {
  let value = block.readInt16LE(0);
  let index = Math.min(88, block[2] ?? 0);
  samples.push(value);
  for (const byte of block.subarray(4)) {
    for (const nibble of [byte & 15, byte >> 4]) {
      const step = stepSizes[index] ?? 7;
      const size =
        (step >> 3) +
        (nibble & 4 ? step : 0) +
        (nibble & 2 ? step >> 1 : 0) +
        (nibble & 1 ? step >> 2 : 0);
      value = Math.max(-32_768, Math.min(32_767, value + (nibble & 8 ? -size : size)));
      index = Math.max(0, Math.min(88, index + (indexSteps[nibble & 7] ?? 0)));
      samples.push(value);
    }
  }
}

/** Resamples by cubic interpolation (Catmull-Rom). */
export function stretch(samples: Int16Array, from: number, to: number): Int16Array {
  const made = new Int16Array(Math.floor((samples.length * to) / from));
  const get = (index: number): number =>
    samples[Math.max(0, Math.min(samples.length - 1, index))] ?? 0;
  for (let at = 0; at < made.length; at += 1) {
    const place = (at * from) / to;
    const index = Math.floor(place);
    const part = place - index;
    const [a, b, c, d] = [get(index - 1), get(index), get(index + 1), get(index + 2)];
    const value =
      b + 0.5 * part * (c - a + part * (2 * a - 5 * b + 4 * c - d + part * (3 * (b - c) + d - a)));
    made[at] = Math.max(-32_768, Math.min(32_767, Math.round(value)));
  }
  return made;
}
