/** The key that signs session tokens: made once, kept in the data folder. */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StartProblem } from '../start-problem.ts';

/** @param folder null makes a new one that is forgotten with the process. Errors: StartProblem. */
export async function signingSecret(folder: string | null): Promise<string> {
  const fresh = randomBytes(32).toString('base64url');
  if (folder === null) return fresh;
  const path = join(folder, 'auth-secret');
  const closed = (error: unknown): StartProblem =>
    new StartProblem(
      `The data folder ${folder} cannot be written ` +
        `(${(error as NodeJS.ErrnoException).code ?? 'unknown'}). ` +
        'Set CENTRALA_SERVER_DATA to a folder that can.',
      { cause: error },
    );
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw closed(error);
  });
  try {
    await writeFile(path, fresh, { flag: 'wx', mode: 0o600 });
    return fresh;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw closed(error);
  }
  const kept = (await readFile(path, 'utf8').catch(() => '')).trim();
  if (kept.length < 32)
    throw new StartProblem(
      `The key in ${path} cannot be read or is too short. Delete the file; everybody then signs in again.`,
    );
  return kept;
}
