/** What is running from this data folder, so that a second start finds the first. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

const StartRecord = z.object({
  pid: z.int(),
  desk: z.string(),
  server: z.string().nullable(),
  exchange: z.string().nullable(),
  host: z.enum(['electron', 'browser']),
});
export type StartRecord = z.infer<typeof StartRecord>;

const fileIn = (folder: string) => join(folder, 'running.json');

/** The running start, or null when there is none (a record left by a crash does not count). */
export function runningStart(folder: string): StartRecord | null {
  const file = fileIn(folder);
  if (!existsSync(file)) return null;
  try {
    const record = StartRecord.parse(JSON.parse(readFileSync(file, 'utf8')));
    process.kill(record.pid, 0);
    return record;
  } catch {
    return null;
  }
}

export function recordStart(folder: string, record: StartRecord): void {
  writeFileSync(fileIn(folder), JSON.stringify(record), { mode: 0o600 });
}

export function forgetStart(folder: string): void {
  rmSync(fileIn(folder), { force: true });
}
