/** What the person chose on this desk: language, theme, audio devices. A small file; nothing personal is in it. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { AudioWishes } from '#shared/contract/voice.ts';
import { Language } from '#shared/model/language.ts';
import type { Log } from '../log.ts';

const Preferences = z.object({
  language: Language.catch('sl'),
  theme: z.enum(['auto', 'light', 'dark']).catch('auto'),
  // A file of an older desk has no word on noise suppression; its devices stay chosen.
  audio: AudioWishes.extend({ noiseSuppression: z.boolean().catch(true) }).catch({
    microphones: [],
    speakers: [],
    ringers: [],
    ringVolume: 0.7,
    noiseSuppression: true,
  }),
});
export type Preferences = z.infer<typeof Preferences>;

export interface PreferenceFile {
  read(): Preferences;
  /** Kept in memory at once; a disk that refuses costs only the memory of it after a restart. */
  write(changes: Partial<Preferences>): void;
}

/** An unreadable file counts as an empty one: a wrong byte must not keep a desk from starting. */
export function openPreferences(folder: string, log: Log): PreferenceFile {
  const file = join(folder, 'preferences.json');
  let present = Preferences.parse(contentOf(file));
  return {
    read: () => present,
    write(changes) {
      present = { ...present, ...changes };
      try {
        writeFileSync(`${file}.new`, JSON.stringify(present), { mode: 0o600 });
        renameSync(`${file}.new`, file);
      } catch (error) {
        log.warn({ error }, 'preferences could not be written');
      }
    },
  };
}

function contentOf(file: string): unknown {
  try {
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return typeof content === 'object' && content !== null && !Array.isArray(content)
      ? content
      : {};
  } catch {
    return {};
  }
}
