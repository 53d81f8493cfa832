/** Sentences of the practice customers one after the other: Opus, noise suppression and guard treat them as what they are. */
import path from 'node:path';
import { openPrompts } from '../../src-practice/media/prompts.ts';
import type { Sound } from '../floor/support/wav.ts';

const promptRate = 48_000;
const sentences = ['bank-wish', 'general-more', 'internet-wish', 'mobilni-more', 'taxi-wish'];

/** About 16 seconds. */
export function customersSpeech(rate: 8_000 | 48_000): Sound {
  const prompts = openPrompts(path.resolve(import.meta.dirname, '../../assets/prompts'));
  const samples = sentences.flatMap((name) => [...(prompts.sound('en', name, 1) ?? [])]);
  // The prompts were recorded at 8 kHz: nothing is lost by leaving samples out.
  return {
    rate,
    samples: Float32Array.from(
      samples.filter((_, index) => index % (promptRate / rate) === 0),
      (sample) => sample / 32_768,
    ),
  };
}
