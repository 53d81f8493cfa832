import { expect, test } from 'vitest';
import type { JournalledCall, LeftCall } from '../../../src-main/calls/call-journal.ts';
import type { Ring } from '../../../src-main/calls/card-source.ts';
import { newCall } from '../../../src-main/calls/live-call.ts';
import { createJournalBase } from '../../../src-main/journal/journal-base.ts';
import { deskBase } from '../../support/desk-base.ts';

const ring: Ring = {
  callId: '018f3a4e-5b6c-7d8e-9f00-0123456789ab',
  direction: 'in',
  number: '+38641123456',
  written: '041123456',
  dialled: null,
  queue: 'internet',
  projectId: null,
  customerId: null,
};

function entry(callId: string, startedAt: string): JournalledCall {
  const party = {
    number: ring.number,
    written: '041123456',
    displayName: null,
    withheld: false,
  };
  const facts = { callId, direction: 'in', party, dialled: null, queue: 'internet' } as const;
  return {
    call: newCall({ ...facts, waitedSeconds: 31, divertedFrom: null }, startedAt),
    ring: { ...ring, callId },
    dialog: {
      sipCallId: 'a@b',
      localTag: 'here',
      remoteTag: 'there',
      remoteUri: 'sip:041123456@pbx',
    },
  };
}

function journalled() {
  const base = deskBase();
  const who: { userId: string | null } = { userId: 'ana' };
  const journal = createJournalBase({
    store: base.store,
    log: base.host.log,
    userId: () => who.userId,
  });
  return { ...base, who, journal, [Symbol.dispose]: () => base[Symbol.dispose]() };
}

const first = entry('018f3a4e-5b6c-7d8e-9f00-0123456789ab', '2026-11-23T09:00:00.000Z');
const second = entry('018f3a4e-5b6c-7d8e-9f00-0123456789ac', '2026-11-23T08:00:00.000Z');
const at = Date.parse('2026-11-23T09:30:00.000Z');
const left = (kept: JournalledCall, aliveAt: number | null = at): LeftCall => ({
  ...kept,
  aliveAt,
});

test('what was kept is left, oldest first, as it was kept last', () => {
  using desk = journalled();
  const { journal } = desk;
  journal.keep(first, at);
  journal.keep(second, at);
  const held: JournalledCall = { ...first, call: { ...first.call, muted: true } };
  journal.keep(held, at);
  expect(journal.left()).toEqual([left(second), left(held)]);
  journal.remove(second.call.callId);
  journal.remove(second.call.callId);
  expect(journal.left()).toEqual([left(held)]);
});

test('each person finds only the own calls, nobody none', () => {
  using desk = journalled();
  const { journal, who } = desk;
  journal.keep(first, at);
  who.userId = 'bor';
  expect(journal.left()).toEqual([]);
  journal.keep(second, at);
  who.userId = null;
  journal.keep(first, at);
  expect(journal.left()).toEqual([]);
  who.userId = 'ana';
  expect(journal.left()).toEqual([left(first)]);
});

test('what is still up is known to have been up then; what an earlier version wrote is not', () => {
  using desk = journalled();
  const { journal, who, store } = desk;
  journal.keep(first, at);
  journal.keep(second, at);
  const earlier = store.prepare('UPDATE call_journal SET alive_at = NULL WHERE call_id = ?');
  store.transaction(() => void earlier.run(first.call.callId));
  expect(journal.left()).toEqual([left(second), left(first, null)]);
  who.userId = 'bor';
  journal.alive(at + 60_000);
  who.userId = 'ana';
  expect(journal.left()).toEqual([left(second), left(first, null)]);
  journal.alive(at + 120_000);
  expect(journal.left()).toEqual([left(second, at + 120_000), left(first, at + 120_000)]);
});

test.each(['{', '{}', 'null', '{"phase":"talking"}'])(
  'a row that nobody can read (%s) is dropped with a log line, the others stay',
  (garbage) => {
    using desk = journalled();
    const { journal, store, host } = desk;
    journal.keep(first, at);
    journal.keep(second, at);
    const spoil = store.prepare('UPDATE call_journal SET call = ? WHERE call_id = ?');
    store.transaction(() => void spoil.run(garbage, second.call.callId));
    expect(journal.left()).toEqual([left(first)]);
    expect(host.log.lines.filter(({ level }) => level === 'warn')).toMatchObject([
      { facts: { callId: second.call.callId } },
    ]);
    expect(journal.left()).toEqual([left(first)]);
  },
);
