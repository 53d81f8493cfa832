/** A desk's local base with a million customers, loaded once by the desk's own code and kept in the user's cache. */
import { createHash } from 'node:crypto';
import {
  constants,
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { Customer } from '#shared/model/customer.ts';
import { toE164 } from '#shared/model/phone-number.ts';
import { seededRandom, syntheticCustomers } from '#shared/model/synthetic-customers.ts';
import type { TimelineEntry } from '#shared/model/timeline.ts';
import { createCustomerBase } from '../../src-main/customers/customer-base.ts';
import { secretFile } from '../../src-main/secret-file.ts';
import { baseKey } from '../../src-main/store/base-key.ts';
import { openStore } from '../../src-main/store/open-store.ts';
import { createOutbox } from '../../src-main/sync/outbox.ts';
import { capturingLog, wallClock } from '../support/memory-host.ts';

const root = join(import.meta.dirname, '..', '..');
/** What decides how the loaded file looks. */
const makers = [
  'src-main/{customers,store}/*.ts',
  'src-shared/model/{customer,timeline,synthetic-customers,synthetic-names}.ts',
  'migrations/desk/**/*.{sql,json}',
  'tests/bench/pop-base.ts',
];
const kept = ['base.db', 'base.key', 'sample.json'];
const historyLength = 6;

export interface PopBase {
  /** Customers of the base, each with a valid number of their own and a history. */
  readonly sample: readonly Customer[];
  /** Puts a copy into a desk's data folder. */
  copyTo(dataFolder: string): void;
}

/** @param count customers in the base. */
export async function popBase(
  count: number,
  seed: number,
  say: (text: string) => void,
): Promise<PopBase> {
  const cache = join(
    process.env['CENTRALA_CACHE'] ?? join(homedir(), '.cache'),
    'centrala',
    'bench',
  );
  const prefix = `pop-${count}-`;
  const folder = join(cache, prefix + fingerprint(count, seed));
  if (!existsSync(folder)) {
    mkdirSync(cache, { recursive: true });
    for (const name of readdirSync(cache))
      if (name.startsWith(prefix)) rmSync(join(cache, name), { recursive: true, force: true });
    say(`loading ${count} customers into ${folder} …`);
    const unfinished = `${folder}.${process.pid}`;
    await load(unfinished, count, seed);
    renameSync(unfinished, folder);
  }
  const sample = z
    .array(Customer)
    .parse(JSON.parse(readFileSync(join(folder, 'sample.json'), 'utf8')));
  return {
    sample,
    copyTo(dataFolder) {
      mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
      for (const name of kept)
        copyFileSync(join(folder, name), join(dataFolder, name), constants.COPYFILE_FICLONE);
    },
  };
}

function fingerprint(count: number, seed: number): string {
  const hash = createHash('sha256').update(`${count} ${seed}`);
  for (const file of globSync(makers, { cwd: root }).toSorted())
    hash.update(file).update(readFileSync(join(root, file)));
  return hash.digest('hex').slice(0, 16);
}

async function load(folder: string, count: number, seed: number): Promise<void> {
  const log = capturingLog();
  const key = await baseKey({ dataFolder: folder, secrets: secretFile, log });
  const store = openStore({ folder, key, log, clock: wallClock });
  const outbox = createOutbox({ store, clock: wallClock, userId: () => null });
  const base = createCustomerBase({ store, outbox });
  const random = seededRandom(seed + 1);
  const drawn: Customer[] = [];
  let batch: Customer[] = [];
  const flush = (): void =>
    store.transaction((tx) => {
      for (const body of batch)
        base.pulled.apply(tx, { entity: 'customer', id: body.customerId, body }, 1);
      batch = [];
    });
  for (const customer of syntheticCustomers(count, seed)) {
    if (random() < Math.min(1, 4_000 / count)) drawn.push(customer);
    if (batch.push(customer) === 20_000) flush();
  }
  flush();
  base.reindex();
  store.transaction((tx) => base.pulled.settle(tx));
  while (base.tidy());
  const sample = drawn.filter(({ numbers }) => {
    const number = numbers[0]?.number ?? '';
    return toE164(number, 'SI') === number && base.byNumber(number).length === 1;
  });
  store.transaction((tx) => {
    for (const customer of sample)
      for (const body of history(customer))
        base.entries.pulled.apply(tx, { entity: 'timeline', id: body.entryId, body }, 1);
  });
  store.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
  store.close();
  writeFileSync(join(folder, 'sample.json'), JSON.stringify(sample));
}

function history({ customerId }: Customer): readonly TimelineEntry[] {
  return Array.from({ length: historyLength }, (_, at) => ({
    // The customer's own id, told apart by a digit of the last group.
    entryId: `${customerId.slice(0, -1)}${at}`,
    customerId,
    at: `2026-0${at + 3}-12T09:30:00Z`,
    kind: at % 2 === 0 ? 'call' : 'refused',
    projectId: 'internet',
    code: at % 2 === 0 ? 'solved' : 'refused',
    reason: at % 2 === 0 ? 'explained' : 'too-dear',
    text: 'Vprašanje o računu; ponudba za hitrejši priključek mu je bila predraga.',
    amount: null,
    operatorName: 'Bor Novak',
  }));
}
