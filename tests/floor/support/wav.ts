/** WAV files (RIFF, PCM 16 bit) as the floor's microphones play them and as callers record them. */
import { readFile, writeFile } from 'node:fs/promises';

export interface Sound {
  /** Samples a second. */
  readonly rate: number;
  /** One channel, -1 to 1. */
  readonly samples: Float32Array;
}

/** A sine of `hz` for `seconds`; `level` 0 to 1. */
export function tone(hz: number, seconds: number, rate = 48_000, level = 0.5): Sound {
  const samples = new Float32Array(Math.round(seconds * rate));
  for (let i = 0; i < samples.length; i++)
    samples[i] = level * Math.sin((2 * Math.PI * hz * i) / rate);
  return { rate, samples };
}

/**
 * A tone in syllables: 0.3 s with it, 0.3 s without. Noise suppression takes a steady tone for noise and has it out
 * within a second; this it lets through.
 */
export function syllables(hz: number, seconds: number, rate = 48_000, level = 0.5): Sound {
  const { samples } = tone(hz, seconds, rate, level);
  const fade = 0.02;
  for (let i = 0; i < samples.length; i++) {
    const at = (i / rate) % 0.6;
    const gain = at > 0.3 ? 0 : Math.min(1, at / fade, (0.3 - at) / fade);
    samples[i] = (samples[i] ?? 0) * gain;
  }
  return { rate, samples };
}

export async function writeWav(file: string, sound: Sound): Promise<void> {
  const bytes = sound.samples.length * 2;
  const wav = Buffer.alloc(44 + bytes);
  wav.write('RIFF', 0);
  wav.writeUInt32LE(36 + bytes, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(sound.rate, 24);
  wav.writeUInt32LE(sound.rate * 2, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(bytes, 40);
  for (let i = 0; i < sound.samples.length; i++)
    wav.writeInt16LE(Math.round((sound.samples[i] ?? 0) * 32_767), 44 + i * 2);
  await writeFile(file, wav);
}

/**
 * The first channel of a WAV file. The sizes in the header are not believed: a file that is still being recorded
 * tells them only when it is closed.
 */
export async function readWav(file: string): Promise<Sound> {
  return parseWav(await readFile(file));
}

export function parseWav(wav: Buffer): Sound {
  if (wav.length < 12 || wav.toString('latin1', 0, 4) !== 'RIFF') throw new Error('not a WAV file');
  let at = 12;
  let rate = 0;
  let channels = 1;
  while (at + 8 <= wav.length) {
    const id = wav.toString('latin1', at, at + 4);
    const size = wav.readUInt32LE(at + 4);
    if (id === 'fmt ') {
      channels = wav.readUInt16LE(at + 10);
      rate = wav.readUInt32LE(at + 12);
      if (wav.readUInt16LE(at + 22) !== 16) throw new Error('only 16 bit WAV files are read');
    }
    if (id === 'data') {
      const step = channels * 2;
      const count = Math.floor((wav.length - at - 8) / step);
      const samples = new Float32Array(count);
      for (let i = 0; i < count; i++) samples[i] = wav.readInt16LE(at + 8 + i * step) / 32_768;
      return { rate, samples };
    }
    at += 8 + size + (size % 2);
  }
  return { rate, samples: new Float32Array(0) };
}

/** The part of a sound from `from` for `seconds`; a negative `from` counts from the end. */
export function cut(sound: Sound, from: number, seconds: number): Sound {
  const start = from < 0 ? sound.samples.length + from * sound.rate : from * sound.rate;
  const first = Math.max(0, Math.round(start));
  return {
    rate: sound.rate,
    samples: sound.samples.slice(first, first + Math.round(seconds * sound.rate)),
  };
}
