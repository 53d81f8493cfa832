/**
 * Makes the practice customers' prompts anew: `node tools/make-prompts.ts`. Needs espeak-ng and sox (Debian packages).
 * The words stand in src-practice/customers/conversation.ts.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promptTexts } from '../src-practice/customers/conversation.ts';

const voices = { sl: 'sl+f3', en: 'en-gb+f3' } as const;
const target = join(import.meta.dirname, '..', 'assets', 'prompts');

function makePrompt(voice: string, words: string, file: string, workFolder: string): void {
  const raw = join(workFolder, 'raw.wav');
  execFileSync('espeak-ng', ['-v', voice, '-s', '160', '-p', '52', '-w', raw, words]);
  const edge = ['silence', '1', '0.02', '0.5%', 'reverse'];
  // The telephone's band; silence trimmed at both ends, a breath left behind.
  const effects = ['highpass', '250', 'lowpass', '3500', ...edge, ...edge];
  const format = ['-r', '8000', '-c', '1', '-e', 'ima-adpcm'];
  execFileSync(
    'sox',
    ['-D', '-v', '0.7', raw, ...format, file, ...effects, 'norm', '-6', 'pad', '0.02', '0.15'],
    { stdio: 'inherit' },
  );
}

function makeAll(): void {
  const workFolder = mkdtempSync(join(tmpdir(), 'prompts-'));
  try {
    for (const language of ['sl', 'en'] as const) {
      const folder = join(target, language);
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
      for (const [name, words] of Object.entries(promptTexts[language]))
        makePrompt(voices[language], words, join(folder, `${name}.wav`), workFolder);
      const bytes = readdirSync(folder)
        .map((name) => statSync(join(folder, name)).size)
        .reduce((sum, size) => sum + size, 0);
      process.stdout.write(`${language}: ${Math.round(bytes / 1000)} kB\n`);
    }
  } finally {
    rmSync(workFolder, { recursive: true, force: true });
  }
}

makeAll();
