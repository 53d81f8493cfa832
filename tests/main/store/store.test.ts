import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getTableColumns, getTableName, is } from 'drizzle-orm';
import { SQLiteTable } from 'drizzle-orm/sqlite-core';
import LibsqlDatabase from 'libsql';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { SecretBox } from '../../../src-main/host.ts';
import { secretFile } from '../../../src-main/secret-file.ts';
import { baseKey } from '../../../src-main/store/base-key.ts';
import { isDurable, openConnection, type Driver } from '../../../src-main/store/connection.ts';
import { openStore } from '../../../src-main/store/open-store.ts';
import * as schema from '../../../src-main/store/schema.ts';
import { StoreError } from '../../../src-main/store/store-error.ts';
import { deskBase, testKey } from '../../support/desk-base.ts';
import { memoryHost } from '../../support/memory-host.ts';

const reasonOf = (work: () => unknown): string | undefined => {
  try {
    work();
  } catch (error) {
    if (error instanceof StoreError) return error.reason;
    throw error;
  }
  return undefined;
};

describe('the local base', () => {
  test('is opened again with its key and keeps what was committed', () => {
    using base = deskBase();
    base.store.transaction((tx) => base.store.keep(tx, 'answer', { n: 42 }));
    base.store.close();
    const again = openStore({ ...base.host, folder: base.host.dataFolder, key: testKey });
    expect(again.kept('answer', z.object({ n: z.number() }))).toEqual({ n: 42 });
    expect(again.kept('answer', z.string())).toBeUndefined();
    again.close();
  });

  test('refuses a wrong key and stays unharmed', () => {
    using base = deskBase();
    base.store.transaction((tx) => base.store.keep(tx, 'answer', 1));
    base.store.close();
    const other = new Uint8Array(32).fill(8);
    const open = (key: Uint8Array) =>
      openStore({ ...base.host, folder: base.host.dataFolder, key });
    expect(reasonOf(() => open(other))).toBe('wrong-key');
    const again = open(testKey);
    expect(again.kept('answer', z.int())).toBe(1);
    again.close();
  });

  test('writes nothing readable, neither names nor the schema', () => {
    using base = deskBase();
    base.store.transaction((tx) => base.store.keep(tx, 'name', 'Marjetica Ramovš-Novak'));
    const bytes = () =>
      readdirSync(base.host.dataFolder).map((name) =>
        readFileSync(join(base.host.dataFolder, name)).toString('latin1'),
      );
    const readable = (text: string) => bytes().some((file) => file.includes(text));
    expect(base.store.encrypted).toBe(true);
    expect(readable('Marjetica')).toBe(false);
    base.store.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
    expect(readable('Marjetica')).toBe(false);
    expect(readable('CREATE TABLE')).toBe(false);
    expect(readable('SQLite format 3')).toBe(false);
  });

  test('commits with synchronous=FULL, also after writes', () => {
    using base = deskBase();
    expect(isDurable(base.store)).toBe(true);
    for (let round = 0; round < 3; round++)
      base.store.transaction((tx) => base.store.keep(tx, 'round', round));
    expect(isDurable(base.store)).toBe(true);
    expect(base.store.prepare<{ journal_mode: string }>('PRAGMA journal_mode').get()).toEqual({
      journal_mode: 'wal',
    });
  });

  test('takes a transaction back whole when something in it fails', () => {
    using base = deskBase();
    let committed = 0;
    const fail = () =>
      base.store.transaction((tx) => {
        tx.afterCommit(() => committed++);
        base.store.keep(tx, 'half', 1);
        throw new Error('no');
      });
    expect(fail).toThrow('no');
    expect(base.store.kept('half', z.int())).toBeUndefined();
    expect(committed).toBe(0);
    base.store.transaction((tx) => {
      base.store.transaction((inner) => {
        expect(inner).toBe(tx);
        base.store.keep(inner, 'half', 2);
      });
      tx.afterCommit(() => committed++);
      expect(committed).toBe(0);
    });
    expect(base.store.kept('half', z.int())).toBe(2);
    expect(committed).toBe(1);
  });

  test('says that the disk is full, and works on when there is room again', () => {
    using base = deskBase();
    const pages = base.store.prepare<{ page_count: number }>('PRAGMA page_count').get();
    base.store.prepare(`PRAGMA max_page_count = ${(pages?.page_count ?? 0) + 1}`).get();
    const big = () =>
      base.store.transaction((tx) => base.store.keep(tx, 'big', 'x'.repeat(100_000)));
    expect(reasonOf(big)).toBe('full');
    expect(base.store.kept('big', z.string())).toBeUndefined();
    base.store.prepare('PRAGMA max_page_count = 1000000').get();
    big();
    expect(base.store.kept('big', z.string())).toHaveLength(100_000);
  });

  test('says that another process holds the base', () => {
    using base = deskBase();
    const other = openConnection(join(base.host.dataFolder, 'base.db'), testKey);
    other.exec('BEGIN IMMEDIATE');
    expect(reasonOf(() => base.store.transaction(() => undefined))).toBe('locked');
    other.exec('ROLLBACK');
    other.close();
  });

  test('says that the file is damaged', () => {
    using base = deskBase();
    base.store.transaction((tx) => base.store.keep(tx, 'big', 'x'.repeat(200_000)));
    base.store.close();
    const path = join(base.host.dataFolder, 'base.db');
    const bytes = readFileSync(path);
    bytes.fill(0x5a, 4096 * 20, 4096 * 60);
    writeFileSync(path, bytes);
    const reason = reasonOf(() => {
      const store = openStore({ ...base.host, folder: base.host.dataFolder, key: testKey });
      try {
        store.kept('big', z.string());
      } finally {
        store.close();
      }
    });
    expect(['damaged', 'wrong-key', 'io']).toContain(reason);
  });

  test('refuses a base written by a newer desk', () => {
    using base = deskBase();
    base.store.prepare('PRAGMA user_version = 9999').run();
    base.store.close();
    expect(
      reasonOf(() => openStore({ ...base.host, folder: base.host.dataFolder, key: testKey })),
    ).toBe('damaged');
  });

  test('cannot be opened below a file', () => {
    using host = memoryHost();
    const file = join(host.dataFolder, 'file');
    writeFileSync(file, '');
    expect(reasonOf(() => openStore({ ...host, folder: join(file, 'x'), key: testKey }))).toBe(
      'read-only',
    );
  });

  test('has the columns that the drizzle schema tells of', () => {
    using base = deskBase();
    for (const table of Object.values(schema).filter((one) => is(one, SQLiteTable))) {
      const columns = base.store
        .prepare<{ name: string }>(`SELECT name FROM pragma_table_info('${getTableName(table)}')`)
        .all();
      expect(new Set(columns.map((column) => column.name))).toEqual(
        new Set(Object.values(getTableColumns(table)).map((column) => column.name)),
      );
    }
  });

  test('works, and says that it is plain, on a driver without a cipher', () => {
    using host = memoryHost();
    const store = openStore({
      ...host,
      folder: host.dataFolder,
      key: testKey,
      driver: (path) => new LibsqlDatabase(path) as unknown as Driver,
    });
    store.transaction((tx) => store.keep(tx, 'answer', 42));
    expect(store.kept('answer', z.int())).toBe(42);
    expect(store.db.select().from(schema.kept).all()).toContainEqual({
      name: 'answer',
      value: '42',
    });
    expect(store.encrypted).toBe(false);
    expect(host.log.lines.some((line) => line.level === 'error')).toBe(true);
    expect(reasonOf(() => store.transaction(() => store.db.run('nonsense')))).toBe('io');
    store.close();
  });
});

/** Its wrapping is longer than the key, as every keychain's is. */
const longKeychain: SecretBox = {
  keptIn: 'keychain',
  wrap: async (secret) =>
    Buffer.concat([Buffer.from('wrapped:'), secret.map((byte) => byte ^ 0xff)]),
  unwrap: async (wrapped) => wrapped.slice(8).map((byte) => byte ^ 0xff),
};

describe('the key of the base', () => {
  test('is made once, kept wrapped, readable by its owner alone', async () => {
    using host = memoryHost();
    const key = await baseKey(host);
    const path = join(host.dataFolder, 'base.key');
    expect(key).toHaveLength(32);
    expect(await baseKey(host)).toEqual(key);
    expect(Buffer.compare(readFileSync(path), key)).not.toBe(0);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('that cannot be unwrapped is told as a wrong key, and not replaced', async () => {
    using host = memoryHost();
    await baseKey(host);
    const before = readFileSync(join(host.dataFolder, 'base.key'));
    const secrets = { ...host.secrets, unwrap: () => Promise.reject(new Error('other user')) };
    await expect(baseKey({ ...host, secrets })).rejects.toMatchObject({ reason: 'wrong-key' });
    expect(readFileSync(join(host.dataFolder, 'base.key'))).toEqual(before);
  });

  test('goes from its plain file into the keychain as soon as there is one', async () => {
    using host = memoryHost();
    const path = join(host.dataFolder, 'base.key');
    const key = await baseKey({ ...host, secrets: secretFile });
    expect(readFileSync(path)).toEqual(Buffer.from(key));
    expect(await baseKey({ ...host, secrets: longKeychain })).toEqual(key);
    expect(readFileSync(path).includes(Buffer.from(key))).toBe(false);
    expect(await baseKey({ ...host, secrets: longKeychain })).toEqual(key);
  });

  test('that only a keychain can unwrap is a wrong key where there is none, and stays', async () => {
    using host = memoryHost();
    const path = join(host.dataFolder, 'base.key');
    const key = await baseKey({ ...host, secrets: longKeychain });
    await expect(baseKey({ ...host, secrets: secretFile })).rejects.toMatchObject({
      reason: 'wrong-key',
    });
    expect(await baseKey({ ...host, secrets: longKeychain })).toEqual(key);
    expect(readFileSync(path)).toHaveLength(40);
  });
});
