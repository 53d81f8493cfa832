import { readFileSync } from 'node:fs';
import { arch, release, totalmem, type } from 'node:os';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { migrationsFolder } from '../store/migrate.ts';

/** This program, what it runs on, and the machine's kind; never its name. */
export function versions(): Readonly<Record<string, string>> {
  const { node, electron, chrome, v8 } = process.versions;
  return {
    version: ownVersion(),
    node,
    electron: electron ?? 'none',
    chrome: chrome ?? 'none',
    v8,
    system: `${type()} ${release()} ${arch()}`,
    memory: `${Math.round(totalmem() / 1024 ** 3)} GB`,
  };
}

function ownVersion(): string {
  try {
    const file = join(dirname(dirname(migrationsFolder())), 'package.json');
    return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(file, 'utf8'))).version;
  } catch {
    return 'unknown';
  }
}
