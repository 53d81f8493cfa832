/** The last lines of the desk's own log. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';

const read = 128 * 1024;

/** Oldest first; none where there is no log file, or it cannot be read. */
export function logTail(dataFolder: string, lines: number): readonly string[] {
  let file: number;
  try {
    file = openSync(join(dataFolder, 'logs', 'desk.log'), 'r');
  } catch {
    return [];
  }
  try {
    const { size } = fstatSync(file);
    const from = Math.max(0, size - read);
    const bytes = Buffer.alloc(size - from);
    readSync(file, bytes, 0, bytes.length, from);
    const all = bytes.toString('utf8').split('\n');
    // The first line may have been cut in two.
    return (from > 0 ? all.slice(1) : all).filter((line) => line !== '').slice(-lines);
  } catch {
    return [];
  } finally {
    closeSync(file);
  }
}
