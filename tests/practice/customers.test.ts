import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { chooseCaller } from '../../src-practice/customers/caller.ts';
import {
  calledConversation,
  callerConversation,
  promptTexts,
  topicOf,
} from '../../src-practice/customers/conversation.ts';
import { decodeAdpcmWav, openPrompts, stretch } from '../../src-practice/media/prompts.ts';
import { levelOf } from '../../src-practice/media/tones.ts';

const folder = join(import.meta.dirname, '..', '..', 'assets', 'prompts');
const customers = [
  { numbers: ['+38641123456', '+38615001234'], language: 'sl' as const },
  { numbers: ['+38631555666'], language: 'en' as const },
];

test.each(['sl', 'en'] as const)(
  'every line of every conversation can be heard in %s',
  (language) => {
    const prompts = openPrompts(folder);
    const conversations = ['internet', 'bank', 'taxi', 'mobilni', 'complaints'].flatMap((queue) => [
      callerConversation(queue, true),
      callerConversation(queue, false),
    ]);
    const names = [...conversations, calledConversation()].flatMap(({ lines, halo }) => [
      ...lines.flat(),
      ...halo,
    ]);
    expect(new Set(names)).toEqual(new Set(Object.keys(promptTexts[language])));
    for (const name of new Set(names)) {
      const sound = prompts.sound(language, name, 1);
      expect(levelOf(sound ?? new Int16Array(1))).toBeGreaterThan(-35);
      expect((sound?.length ?? 0) / 48_000).toBeLessThan(7);
    }
    expect(prompts.sound(language, 'nothing-of-the-kind', 1)).toBeNull();
  },
);

test('all prompts together stay below 600 kB', () => {
  const bytes = ['sl', 'en'].flatMap((language) =>
    readdirSync(join(folder, language)).map((name) => statSync(join(folder, language, name)).size),
  );
  expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(600_000);
});

test('a file that is no ADPCM prompt is refused', () => {
  expect(() => decodeAdpcmWav(Buffer.from('RIFX'))).toThrow('not a WAV file');
  const pcm = Buffer.concat([
    Buffer.from('RIFF\0\0\0\0WAVEfmt '),
    Buffer.from([16, 0, 0, 0, 1, 0, 1, 0, 64, 31, 0, 0, 128, 62, 0, 0, 2, 0, 16, 0]),
  ]);
  expect(() => decodeAdpcmWav(pcm)).toThrow('not mono IMA ADPCM');
});

test('resampling keeps the length in seconds and never overflows', () => {
  const square = Int16Array.from({ length: 800 }, (_, at) => (at % 8 < 4 ? 32_767 : -32_768));
  const made = stretch(square, 8000, 48_000);
  expect(made.length).toBe(4800);
  expect(levelOf(made)).toBeLessThan(0.5);
});

test('a queue is recognised by its name', () => {
  expect(topicOf('Internet-hotline')).toBe('internet');
  expect(topicOf('complaints')).toBe('general');
});

test('one caller in ten withholds the number, one in six of the others is a stranger', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 31 }), (seed) => {
      let state = seed;
      const random = (): number => {
        // Park and Miller's generator.
        state = (state * 48_271) % 2_147_483_647;
        return state / 2_147_483_647;
      };
      random();
      const callers = Array.from({ length: 3000 }, () => chooseCaller(customers, 'SI', random));
      const hidden = callers.filter(({ number }) => number === null).length;
      const strangers = callers.filter(({ number, known }) => number !== null && !known);
      expect(hidden / 3000).toBeGreaterThan(0.07);
      expect(hidden / 3000).toBeLessThan(0.13);
      expect(strangers.length / (3000 - hidden)).toBeGreaterThan(0.12);
      expect(strangers.length / (3000 - hidden)).toBeLessThan(0.22);
      const known = customers.flatMap(({ numbers }) => numbers);
      for (const { number } of strangers) {
        expect(number).toMatch(/^\+386\d{8}$/);
        expect(known).not.toContain(number);
      }
    }),
    { numRuns: 10 },
  );
  expect(chooseCaller([], 'SI', () => 0.5)).toMatchObject({ known: false });
});
