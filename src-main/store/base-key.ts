import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Host } from '../host.ts';
import { StoreError } from './store-error.ts';

/**
 * The key of the local base: 32 random bytes, made once, on the disk only as the host's secret box wrapped them.
 * Errors: StoreError `wrong-key` when the box cannot unwrap what it once wrapped.
 */
export async function baseKey(
  host: Pick<Host, 'dataFolder' | 'secrets' | 'log'>,
): Promise<Uint8Array> {
  const path = join(host.dataFolder, 'base.key');
  const wrapped = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return null;
    throw cause;
  });
  if (wrapped) return unwrapped(host.secrets, wrapped);
  const key = new Uint8Array(randomBytes(32));
  await mkdir(host.dataFolder, { recursive: true, mode: 0o700 });
  await writeWhole(path, await host.secrets.wrap(key));
  host.log.info({ event: 'base-key-made', kept: host.secrets.kind }, 'A key for the base was made');
  return key;
}

async function unwrapped(secrets: Host['secrets'], wrapped: Uint8Array): Promise<Uint8Array> {
  try {
    return new Uint8Array(await secrets.unwrap(wrapped));
  } catch (cause) {
    throw new StoreError('wrong-key', 'The key of the local base cannot be unwrapped', { cause });
  }
}

/** All of it or nothing, also when the power goes: a base without its key is lost. */
async function writeWhole(path: string, content: Uint8Array): Promise<void> {
  const draft = `${path}.new`;
  await writeFile(draft, content, { mode: 0o600 });
  const file = await open(draft, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
}
