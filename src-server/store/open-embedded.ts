/** Opens the embedded base (PGlite): the demo's and the tests' PostgreSQL, one process and one connection. */
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { drizzle } from 'drizzle-orm/pglite';
import { migrate } from 'drizzle-orm/pglite/migrator';
import { StartProblem } from '../start-problem.ts';
import { changeChannel, type Database, type Store } from './database.ts';
import { migrationsFolder } from './migrations-folder.ts';
import { lockFolder } from './pglite-lock.ts';
import * as schema from './schema.ts';

/** @param folder null keeps the base in memory. Errors: StartProblem. */
export async function openEmbedded(folder: string | null): Promise<Store> {
  if (folder === null) return storeOn(await PGlite.create('memory://'), undefined);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const lock = await lockFolder(folder);
    try {
      const base = join(folder, 'base');
      await makeBase(base);
      return await storeOn(await PGlite.create(base), lock);
    } catch (error) {
      await lock[Symbol.asyncDispose]();
      throw error;
    }
  } catch (error) {
    if (error instanceof StartProblem) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    if (
      code !== undefined &&
      ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'ENOSPC'].includes(code)
    )
      throw new StartProblem(
        `The data folder ${folder} cannot be written (${code}). ` +
          `Set CENTRALA_SERVER_DATA to a folder that can, or free it.`,
      );
    throw new StartProblem(
      `The base in ${folder} cannot be opened. Move the folder "base" away to begin with an empty one, ` +
        `or set DATABASE_URL to a real PostgreSQL.`,
      { cause: error },
    );
  }
}

/** A new base is made beside its place and moved there when it is whole: an end in the middle leaves no half of one. */
async function makeBase(base: string): Promise<void> {
  if (existsSync(base)) return;
  const unfinished = `${base}.new`;
  await rm(unfinished, { recursive: true, force: true });
  const client = await PGlite.create(unfinished);
  await client.close();
  await rename(unfinished, base);
}

async function storeOn(client: PGlite, lock: AsyncDisposable | undefined): Promise<Store> {
  const database = drizzle(client, { schema });
  await migrate(database, { migrationsFolder });
  return {
    kind: 'embedded',
    database: database as unknown as Database,
    async onChange(changed) {
      const stop = await client.listen(changeChannel, changed);
      return { [Symbol.asyncDispose]: () => stop() };
    },
    async close() {
      if (!client.closed) await client.close();
      await lock?.[Symbol.asyncDispose]();
    },
  };
}
