import { readFile } from 'node:fs/promises';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseCentre } from '../../src-server/centre/read-centre-file.ts';
import { loadCentre } from '../../src-server/centre/load-centre.ts';
import { CentreFileError } from '../../src-server/centre/centre-fault.ts';
import { createLog } from '../../src-server/log.ts';
import { recordChanges } from '../../src-server/store/changes.ts';
import type { Database, Store } from '../../src-server/store/database.ts';
import { openStore } from '../../src-server/store/open-store.ts';
import { bodiesOf } from '../../src-server/sync/bodies.ts';
import { pull } from '../../src-server/sync/pull.ts';
import { forgetTombstones } from '../../src-server/sync/retention.ts';
import { bases, type TestBase } from './support/databases.ts';
import { centreFile } from './support/server-bench.ts';

const text = await readFile(centreFile, 'utf8');

describe.each(bases)('a centre that changes, on $name', ({ start }) => {
  let base: TestBase;
  let store: Store;
  let database: Database;
  let ana: Parameters<typeof pull>[1];

  beforeAll(async () => {
    base = await start();
    store = await openStore(base.place, createLog('silent'));
    ({ database } = store);
    await load(text);
    const [row] = await database.query.user.findMany({
      where: (user, { eq }) => eq(user.username, 'ana'),
    });
    ana = { userId: row?.id ?? '', username: 'ana', name: 'Ana', role: 'operator' };
  });
  afterAll(async () => {
    await store?.close();
    await base?.stop();
  });

  const load = (centre: string) => loadCentre(database, parseCentre(centre, 'centre.yaml', '.'));

  /** What comes after `cursor`, by "entity id", whether it is there. */
  async function news(
    cursor: string | null,
  ): Promise<{ told: Map<string, boolean>; cursor: string; reset: boolean }> {
    const page = await pull(database, ana, cursor, 10_000);
    const told = page.changes.map((one) => [`${one.entity} ${one.id}`, one.body !== null] as const);
    return { told: new Map(told), cursor: page.cursor, reset: page.reset };
  }

  test('loading the same file again changes nothing', async () => {
    const { cursor } = await news(null);
    await load(text);
    expect((await news(cursor)).told).toEqual(new Map());
  });

  test('who leaves a project is told that it is gone, who comes back is given it whole', async () => {
    let { cursor, told } = await news(null);
    await load(
      text.replace(
        'projects: [internet, taxi]\n  - username: bojan',
        'projects: [internet]\n  - username: bojan',
      ),
    );
    ({ cursor, told } = await news(cursor));
    expect(Object.fromEntries(told)).toEqual({ 'project taxi': false, 'form taxi': false });
    await load(text);
    ({ told } = await news(cursor));
    expect(Object.fromEntries(told)).toEqual({ 'project taxi': true, 'form taxi': true });
  });

  test('a new revision is told; the old one stays for the orders made by it', async () => {
    const { cursor } = await news(null);
    const form = text.slice(text.indexOf('  - formId: internet'), text.indexOf('  - formId: taxi'));
    const second = form
      .replace('revision: 1', 'revision: 2')
      .replace('maxLength: 200', 'maxLength: 300');
    await load(text.replace(form, form + second));
    expect(Object.fromEntries((await news(cursor)).told)).toEqual({ 'form internet': true });
    expect((await bodiesOf(database, 'form', ['internet'])).get('internet')).toMatchObject({
      revision: 2,
    });
    const rows = await database.query.forms.findMany();
    expect(rows.map((row) => `${row.formId} ${row.revision}`).sort()).toEqual([
      'internet 1',
      'internet 2',
      'taxi 1',
    ]);
  });

  test('other words under the same revision are refused, and nothing of that file is loaded', async () => {
    const changed = text
      .replace('Povem, kdo kliče', 'Drugače')
      .replace('Testni center', 'Drug center');
    await expect(load(changed)).rejects.toThrow(CentreFileError);
    const [row] = await database.query.organisation.findMany();
    expect(row?.name).toBe('Testni center');
  });

  test('a customer changed in the file is changed in the base; what the file leaves out stays', async () => {
    const { cursor } = await news(null);
    await load(text.replace('name: Janez Novak', 'name: Janez Novak st.'));
    const { told } = await news(cursor);
    const [thing] = told.keys();
    expect(told.size).toBe(1);
    const id = thing?.split(' ')[1] ?? '';
    expect((await bodiesOf(database, 'customer', [id])).get(id)).toMatchObject({
      name: 'Janez Novak st.',
      version: 2,
      numbers: [{ number: '+38631222333' }],
    });
  });

  test('tombstones are told, then forgotten; only a desk that missed one begins again', async () => {
    const before = await news(null);
    const [gone] = [...before.told.keys()]
      .filter((key) => key.startsWith('timeline'))
      .map((key) => key.slice(9));
    await database.transaction(async (transaction) => {
      await transaction.execute(sql`delete from timeline where entry_id = ${gone}`);
      await recordChanges(transaction, [{ entity: 'timeline', id: gone ?? '', gone: true }]);
    });
    const after = await news(before.cursor);
    expect(Object.fromEntries(after.told)).toEqual({ [`timeline ${gone}`]: false });
    expect(await forgetTombstones(database, 30)).toBe(0);
    expect((await news(before.cursor)).reset).toBe(false);
    expect(await forgetTombstones(database, 0)).toBe(1);
    expect((await news(after.cursor)).reset).toBe(false);
    expect((await news(before.cursor)).reset).toBe(true);
    // One that began after the tombstone was forgotten has nothing to miss, however slowly it reads.
    const slow = await pull(database, ana, null, 1);
    expect((await pull(database, ana, slow.cursor, 1)).reset).toBe(false);
    const fresh = await news(null);
    expect(fresh.told.has(`timeline ${gone}`)).toBe(false);
  });
});
