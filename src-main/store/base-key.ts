import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Host } from '../host.ts';
import { StoreError } from './store-error.ts';

const keyBytes = 32;

/**
 * The key of the local base: 32 random bytes, made once, on the disk as the host's secret box wrapped them. One that was kept
 * in a plain file goes into the keychain as soon as there is one.
 * Errors: StoreError `wrong-key` when the box cannot unwrap what is there.
 */
export async function baseKey(
  host: Pick<Host, 'dataFolder' | 'secrets' | 'log'>,
): Promise<Uint8Array> {
  const path = join(host.dataFolder, 'base.key');
  const wrapped = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return null;
    throw cause;
  });
  if (wrapped) {
    // No keychain's wrapping is as short as the key itself.
    if (host.secrets.keptIn === 'file' || wrapped.length !== keyBytes)
      return unwrapped(host.secrets, wrapped);
    await writeWhole(path, await host.secrets.wrap(wrapped));
    host.log.info({ event: 'base-key-moved' }, 'The key of the base went into the keychain');
    return new Uint8Array(wrapped);
  }
  const key = new Uint8Array(randomBytes(keyBytes));
  await mkdir(host.dataFolder, { recursive: true, mode: 0o700 });
  await writeWhole(path, await host.secrets.wrap(key));
  host.log.info(
    { event: 'base-key-made', keptIn: host.secrets.keptIn },
    'A key for the base was made',
  );
  return key;
}

async function unwrapped(secrets: Host['secrets'], wrapped: Uint8Array): Promise<Uint8Array> {
  let key: Uint8Array;
  try {
    key = new Uint8Array(await secrets.unwrap(wrapped));
  } catch (cause) {
    throw new StoreError('wrong-key', 'The key of the local base cannot be unwrapped', { cause });
  }
  if (key.length === keyBytes) return key;
  throw new StoreError('wrong-key', 'The key of the local base is wrapped by another keychain');
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
