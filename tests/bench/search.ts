/** Search on one million customers: our index against LIKE '%x%' and plain FTS5 ordered by rank, in the same run. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Customer } from '#shared/model/customer.ts';
import { seededRandom, syntheticCustomers } from '#shared/model/synthetic-customers.ts';
import { createCustomerBase, type CustomerBase } from '../../src-main/customers/customer-base.ts';
import { nationalDigits, wordsOf } from '../../src-main/customers/search-words.ts';
import { openStore, type Store } from '../../src-main/store/open-store.ts';
import { createOutbox } from '../../src-main/sync/outbox.ts';
import { capturingLog, wallClock } from '../support/memory-host.ts';
import { alternating, print, timed, type Side } from './figures.ts';

/** `--short`: fifty thousand customers. */
const customers = process.argv.includes('--short') ? 50_000 : 1_000_000;
const seed = 20_261_123;

export async function benchSearch(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-search-'));
  const open = (name: string) =>
    openStore({
      folder: join(folder, name),
      key: new Uint8Array(32).fill(3),
      log: capturingLog(),
      clock: wallClock,
    });
  try {
    const store = open('ours');
    const outbox = createOutbox({ store, clock: wallClock, userId: () => null });
    const base = createCustomerBase({ store, outbox });
    const sample = load(store, base);
    const indexSeconds =
      timed(() => {
        base.reindex();
        while (base.tidy());
      }) / 1000;
    checkpoint(store);
    const fileMiB = statSync(join(folder, 'ours', 'base.db')).size / 1024 / 1024;
    const peerStore = open('peer');
    loadPeer(peerStore);
    runCases(store, base, peerStore, sample, { indexSeconds, fileMiB });
    peerStore.close();
    store.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function load(store: Store, base: CustomerBase): readonly Customer[] {
  const random = seededRandom(seed + 1);
  const sample: Customer[] = [];
  let batch: Customer[] = [];
  const flush = () =>
    store.transaction((tx) => {
      for (const body of batch)
        base.pulled.apply(tx, { entity: 'customer', id: body.customerId, body }, 1);
      batch = [];
    });
  for (const customer of syntheticCustomers(customers, seed)) {
    if (random() < 5_000 / customers) sample.push(customer);
    if (batch.push(customer) === 20_000) flush();
  }
  flush();
  store.transaction((tx) => base.pulled.settle(tx));
  return sample;
}

/** The same million in a table searched by LIKE and in a plain FTS5 index. */
function loadPeer(store: Store): void {
  store
    .prepare('CREATE TABLE peer (id INTEGER PRIMARY KEY, name TEXT, number TEXT, address TEXT)')
    .run();
  store
    .prepare(
      `CREATE VIRTUAL TABLE peer_words USING fts5(name, number, address, content = 'peer', content_rowid = 'id',
         tokenize = "unicode61 remove_diacritics 2")`,
    )
    .run();
  const insert = store.prepare('INSERT INTO peer (name, number, address) VALUES (?, ?, ?)');
  store.transaction(() => {
    for (const one of syntheticCustomers(customers, seed))
      insert.run(
        one.name,
        one.numbers.map(({ number }) => number).join(' '),
        `${one.address?.street ?? ''} ${one.address?.town ?? ''}`,
      );
    store.prepare(`INSERT INTO peer_words (peer_words) VALUES ('rebuild')`).run();
  });
}

interface Size {
  readonly indexSeconds: number;
  readonly fileMiB: number;
}

function runCases(
  store: Store,
  base: CustomerBase,
  peerStore: Store,
  sample: readonly Customer[],
  size: Size,
): void {
  const random = seededRandom(seed + 2);
  const one = (at: number): Customer => sample[at % sample.length] ?? missing();
  const number = (at: number): string => one(at).numbers[0]?.number ?? '';
  const like = peerStore.prepare(
    'SELECT id, name, number, address FROM peer WHERE name LIKE ? OR number LIKE ? LIMIT 20',
  );
  const ranked = peerStore.prepare(
    `SELECT p.* FROM peer_words w JOIN peer p ON p.id = w.rowid WHERE peer_words MATCH ? ORDER BY rank LIMIT 20`,
  );
  const byLike = (text: (at: number) => string): Side => ({
    name: "LIKE '%x%'",
    run: (at) => like.all(`%${text(at)}%`, `%${text(at)}%`),
  });
  const byRank = (query: (at: number) => string): Side => ({
    name: 'fts5 order by rank',
    run: (at) => ranked.all(query(at)),
  });
  const report = (
    name: string,
    count: number,
    ours: (at: number) => unknown,
    peer: Side,
    more: Readonly<Record<string, number>> = {},
  ): void => {
    for (let at = 0; at < 50; at++) ours(at + 7);
    // The peers are too slow to be asked as often as we are.
    const peerCount = Math.min(count, 60);
    const together = alternating(peerCount, ours, [peer]);
    const { ours: own } = alternating(count, ours, []);
    const theirs = together.peers[0] ?? missing();
    print({
      bench: 'search',
      case: name,
      n: count,
      ...own,
      unit: 'ms',
      peer: theirs.name,
      peerP95: theirs.p95,
      ratio: together.ours.p95 / theirs.p95,
      ...more,
    });
  };

  const first = (at: number) => one(at).name.split(' ')[0] ?? '';
  const last = (at: number) => one(at).name.split(' ')[1] ?? '';
  const starts = Array.from({ length: 5_000 }, (_, at) => {
    const word = random() < 0.5 ? first(at) : last(at);
    return word.slice(0, 2 + Math.floor(random() * Math.max(1, word.length - 2)));
  });
  const middles = Array.from({ length: 5_000 }, (_, at) => {
    const digits = nationalDigits(number(at));
    const length = 4 + Math.floor(random() * 3);
    const from = Math.floor(random() * (digits.length - length + 1));
    return digits.slice(from, from + length);
  });
  const slips = Array.from({ length: 3_000 }, (_, at) => withOneSlip(one(at).name, random));
  const found = slips.filter((text, at) => {
    const sought = nameOf(one(at));
    return base.search(text, 20).some((customer) => nameOf(customer) === sought);
  });

  report('exact', 20_000, (at) => base.byNumber(number(at)), byLike(number), { ...size });
  report('prefix', 5_000, (at) => base.search(starts[at % 5_000] ?? '', 20), {
    name: 'fts5 order by rank',
    run: (at) => ranked.all(`"${starts[at % 5_000]}" *`),
  });
  report(
    'middle',
    5_000,
    (at) => base.search(middles[at % 5_000] ?? '', 20),
    byLike((at) => middles[at % 5_000] ?? ''),
  );
  report(
    'two-words',
    5_000,
    (at) => base.search(`${first(at)} ${last(at)}`, 20),
    byRank((at) => `"${first(at)}" "${last(at)}"`),
  );
  report(
    'ranked',
    3_000,
    (at) => base.search(`${last(at)} ${one(at).address?.town ?? ''}`, 20),
    byRank((at) => `"${last(at)}" OR "${one(at).address?.town ?? ''}"`),
  );
  report(
    'typo',
    3_000,
    (at) => base.search(slips[at % 3_000] ?? '', 20),
    byLike((at) => slips[at % 3_000] ?? ''),
    { recall: (100 * found.length) / slips.length },
  );
  report(
    'like',
    1_000,
    (at) => base.search(one(at).name, 20),
    byLike((at) => one(at).name),
  );
  checkpoint(store);
}

/** The name as it is typed, each word once: hundreds may share it, and any of them is what was looked for. */
function nameOf(customer: Customer): string {
  return [...new Set(wordsOf(customer.name))].join(' ');
}

/** One letter lost, doubled, changed for another, or changed with its neighbour; marks are left out as people do. */
function withOneSlip(name: string, random: () => number): string {
  const words = wordsOf(name).map((word) => word.split(''));
  const word = words[Math.floor(random() * words.length)] ?? [];
  const at = Math.floor(random() * word.length);
  const letter = String.fromCharCode(97 + Math.floor(random() * 26));
  const kind = Math.floor(random() * 4);
  if (kind === 0 && word.length > 2) word.splice(at, 1);
  else if (kind === 1) word.splice(at, 0, letter);
  else if (kind === 2) word.splice(at, 1, letter);
  else if (at + 1 < word.length) word.splice(at, 2, word[at + 1] ?? '', word[at] ?? '');
  else word.push(letter);
  return words.map((letters) => letters.join('')).join(' ');
}

function checkpoint(store: Store): void {
  store.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
}

function missing(): never {
  throw new Error('the sample is empty');
}
