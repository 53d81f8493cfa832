/**
 * A lock on the embedded base's folder. PGlite takes none, and a second process in the same folder destroys the base
 * (electric-sql/pglite#1106). The lock of a process that is no more is taken over.
 */
import { open, readFile, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { StartProblem } from '../start-problem.ts';

const Holder = z.object({ pid: z.int(), host: z.string(), born: z.string() });
type Holder = z.infer<typeof Holder>;

/** Errors: StartProblem when another process holds the folder. */
export async function lockFolder(folder: string): Promise<AsyncDisposable> {
  const path = join(folder, 'central.lock');
  const mine: Holder = { pid: process.pid, host: hostname(), born: await birthOf(process.pid) };
  for (let attempt = 0; attempt < 5; attempt++) {
    if (await create(path, mine)) return { [Symbol.asyncDispose]: () => release(path, mine) };
    const holder = await read(path);
    if (holder && (await lives(holder)))
      throw new StartProblem(
        `Another server (process ${holder.pid} on ${holder.host}) already uses the data folder ${folder}. ` +
          `Stop it, or set CENTRALA_SERVER_DATA to another folder. If it runs no more, delete ${path}.`,
      );
    await setAside(path, holder);
  }
  throw new StartProblem(`The data folder ${folder} is being opened by several servers at once.`);
}

async function create(path: string, holder: Holder): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o600);
    await file.writeFile(JSON.stringify(holder));
    await file.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function read(path: string): Promise<Holder | null> {
  // A lock being written right now is empty for a moment.
  for (let attempt = 0; attempt < 10; attempt++) {
    const text = await readFile(path, 'utf8').catch(() => null);
    if (text === null) return null;
    try {
      return Holder.parse(JSON.parse(text));
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  return null;
}

/** Moves a dead holder's lock away; when a quicker process has put its own there meanwhile, that one is put back. */
async function setAside(path: string, dead: Holder | null): Promise<void> {
  const aside = `${path}.${process.pid}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  const moved = await read(aside);
  if (moved && JSON.stringify(moved) !== JSON.stringify(dead) && (await lives(moved)))
    await rename(aside, path);
  else await rm(aside, { force: true });
}

async function release(path: string, mine: Holder): Promise<void> {
  const holder = await read(path);
  if (JSON.stringify(holder) === JSON.stringify(mine)) await rm(path, { force: true });
}

async function lives(holder: Holder): Promise<boolean> {
  if (holder.host !== hostname()) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return holder.born === '' || holder.born === (await birthOf(holder.pid));
}

/** Tells a process from a later one with the same id: its start in clock ticks (proc(5), field 22); '' where unknown. */
async function birthOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}
