/** The cache of the floor: big things made once a machine, outside the repository. */
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** CENTRALA_CACHE, or `centrala` in the XDG cache folder. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const own = env['CENTRALA_CACHE'];
  if (own !== undefined && own !== '') return path.resolve(own);
  const xdg = env['XDG_CACHE_HOME'];
  return path.join(
    xdg !== undefined && xdg !== '' ? xdg : path.join(homedir(), '.cache'),
    'centrala',
  );
}

/**
 * The folder `name` in the cache; made by `fill` when it is not there. It appears whole or not at all, and two runs at
 * once make it once.
 */
export async function cached(
  name: string,
  fill: (folder: string) => Promise<void>,
  cache: string = cacheFolder(),
): Promise<string> {
  const place = path.join(cache, name);
  if (existsSync(place)) return place;
  await mkdir(cache, { recursive: true });
  const release = await lock(path.join(cache, `${name}.lock`));
  try {
    if (existsSync(place)) return place;
    const making = await mkdtemp(path.join(cache, `${name}.making-`));
    await chmod(making, 0o755);
    try {
      await fill(making);
      await rename(making, place);
    } catch (error) {
      await rm(making, { recursive: true, force: true });
      throw error;
    }
    return place;
  } finally {
    await release();
  }
}

async function lock(file: string): Promise<() => Promise<void>> {
  for (;;) {
    try {
      await writeFile(file, String(process.pid), { flag: 'wx' });
      return () => rm(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = Number(await readFile(file, 'utf8').catch(() => ''));
    // The file is empty for an instant between its making and its writing.
    if (holder > 0 && !isAlive(holder)) await rm(file, { force: true });
    else await sleep(500);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
