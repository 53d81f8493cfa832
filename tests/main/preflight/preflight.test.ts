import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AudioState, SyncState } from '#shared/contract/desk.ts';
import { preflightChecks, type AttendanceStamp } from '#shared/model/preflight.ts';
import { LineError, type SelfCall } from '../../../src-main/calls/line.ts';
import { preflightChecksOf, type CheckDeps } from '../../../src-main/preflight/checks.ts';
import { createPreflight } from '../../../src-main/preflight/preflight.ts';
import { checkBase } from '../../../src-main/store/base-health.ts';
import { Listeners } from '../../../src-main/listeners.ts';
import { openStore } from '../../../src-main/store/open-store.ts';
import { deskBase, testKey } from '../../support/desk-base.ts';
import { capturingLog, manualClock } from '../../support/memory-host.ts';
import { until } from '../../support/until.ts';

const sound: AudioState = {
  page: 'here',
  microphone: 'ok',
  devices: [],
  microphoneInUse: 'Jabra Evolve2 65',
  speakerInUse: null,
  ringerInUse: null,
  missing: [],
  noiseSuppression: 'on',
  proven: true,
  headset: { state: 'ready', product: 'Jabra Evolve2 65' },
  wishes: { microphones: [], speakers: [], ringers: [], ringVolume: 1, noiseSuppression: true },
};
const synced: SyncState = {
  server: 'up',
  waiting: 0,
  refused: 0,
  loading: false,
  customers: 10,
};

function bench() {
  const clock = manualClock();
  const stamps: AttendanceStamp[] = [];
  const syncChanged = new Listeners<SyncState>();
  const facts = {
    audio: sound,
    test: { heard: 0.4, spoken: 0, looped: true },
    noVoice: false,
    phase: 'registered' as 'registered' | 'lost',
    selfCall: { ringMs: 35, roundTripMs: 20, loss: 0 } as SelfCall | LineError | 'hangs',
    aborted: 0,
    testsCalledOff: 0,
    testHangs: false,
    stampFails: false,
    sync: synced,
    base: { problem: null, tables: 8 } as Awaited<ReturnType<CheckDeps['base']>>,
  };
  const preflight = createPreflight({
    clock,
    log: capturingLog(),
    passed: (stamp) => {
      if (facts.stampFails) throw new Error('the disk is full');
      stamps.push(stamp);
    },
    checks: preflightChecksOf({
      clock,
      voice: {
        get audio() {
          return facts.audio;
        },
        testDevices: async (_seconds, signal) => {
          signal.addEventListener('abort', () => (facts.testsCalledOff += 1));
          if (facts.testHangs) return await new Promise<never>(() => undefined);
          if (facts.noVoice) throw new Error('there is no voice page');
          return facts.test;
        },
      },
      line: {
        get state() {
          const { phase } = facts;
          return { phase, extension: '201', problem: null, detail: null, retryAt: null };
        },
        callSelf: async (signal) => {
          signal.addEventListener('abort', () => (facts.aborted += 1));
          if (facts.selfCall === 'hangs') return await new Promise<never>(() => undefined);
          if (facts.selfCall instanceof LineError) throw facts.selfCall;
          return facts.selfCall;
        },
      },
      sync: {
        get state() {
          return facts.sync;
        },
        onChange: (changed) => syncChanged.add(changed),
        now: () => undefined,
      },
      base: async () => facts.base,
    }),
  });
  const over = () =>
    until('it is over', () => {
      if (preflight.state.state !== 'running') return true;
      clock.advance(500);
      return false;
    });
  return {
    facts,
    clock,
    stamps,
    preflight,
    syncChanged,
    async run() {
      preflight.run();
      await over();
      return preflight.state;
    },
    over,
    check: (name: string) => preflight.state.checks.find((check) => check.name === name),
  };
}

describe('the check before the shift', () => {
  test('goes through gear, line, network, server and base, and stamps the attendance once', async () => {
    const desk = bench();
    const seen: string[] = [];
    using _watch = desk.preflight.onChange(({ checks }) => {
      seen.push(checks.find(({ state }) => state === 'running')?.name ?? '');
    });
    const { state, checks } = await desk.run();
    expect(state).toBe('passed');
    expect([...new Set(seen.filter((name) => name !== ''))]).toEqual(preflightChecks);
    expect(checks.map(({ figures }) => figures)).toEqual([
      { device: 'Jabra Evolve2 65', level: 0.4 },
      { ringMs: 35 },
      { roundTripMs: 20, lossPercent: 0 },
      { unsent: 0, refused: 0 },
      { tables: 8 },
    ]);
    expect(desk.stamps).toHaveLength(1);
    expect(desk.stamps[0]?.checks).toEqual(checks);
    desk.clock.advance(60_000);
    expect(desk.stamps).toHaveLength(1);
    await desk.run();
    expect(new Set(desk.stamps.map(({ stampId }) => stampId)).size).toBe(2);
  });

  test.each<[string, Partial<AudioState>, string]>([
    ['no voice page', { page: 'gone' }, 'no-voice'],
    ['no permission', { microphone: 'refused' }, 'microphone-refused'],
    ['no microphone', { microphone: 'none' }, 'no-microphone'],
    ['another device than the wished one', { missing: ['microphone'] }, 'headset-missing'],
  ])('fails the headset for %s', async (_what, audio, problem) => {
    const desk = bench();
    desk.facts.audio = { ...sound, ...audio };
    expect((await desk.run()).state).toBe('failed');
    expect(desk.check('headset')).toMatchObject({ state: 'failed', problem });
    expect(desk.check('base')?.state).toBe('passed');
    expect(desk.stamps).toEqual([]);
  });

  test('takes a person who is heard for a headset that lets nothing through, and silence for none', async () => {
    const desk = bench();
    desk.facts.test = { heard: 0, spoken: 0.2, looped: false };
    expect((await desk.run()).state).toBe('passed');
    desk.facts.test = { heard: 0.001, spoken: 0.001, looped: false };
    await desk.run();
    expect(desk.check('headset')).toMatchObject({ problem: 'microphone-silent' });
    desk.facts.noVoice = true;
    await desk.run();
    expect(desk.check('headset')).toMatchObject({ problem: 'no-voice' });
  });

  test('does not call itself without a line, and says what of the line is wrong', async () => {
    const desk = bench();
    desk.facts.phase = 'lost';
    await desk.run();
    expect(desk.check('line')).toMatchObject({ problem: 'not-registered' });
    expect(desk.check('network')).toMatchObject({ problem: 'not-registered' });
    desk.facts.phase = 'registered';
    desk.facts.selfCall = new LineError('REFUSED', 'the exchange refused');
    await desk.run();
    expect(desk.check('line')).toMatchObject({ problem: 'self-call-failed' });
    expect(desk.check('network')).toMatchObject({ problem: 'self-call-failed' });
  });

  test.each<[Partial<SelfCall>, string | null]>([
    [{ roundTripMs: 250, loss: 0.03 }, null],
    [{ roundTripMs: 251 }, 'slow-network'],
    [{ loss: 0.031 }, 'lossy-network'],
    [{ loss: null }, 'no-packets'],
    [{ roundTripMs: null }, null],
  ])('judges a network with %o', async (measured, problem) => {
    const desk = bench();
    desk.facts.selfCall = { ringMs: 30, roundTripMs: 20, loss: 0, ...measured };
    await desk.run();
    expect(desk.check('network')?.problem).toBe(problem);
    // It is another run's figures that count next time.
    desk.facts.selfCall = { ringMs: 30, roundTripMs: 20, loss: 0 };
    await desk.run();
    expect(desk.check('network')?.problem).toBeNull();
  });

  test('waits a moment for the server, and counts what is unsent without failing for it', async () => {
    const desk = bench();
    desk.facts.sync = { ...synced, server: 'down' };
    desk.preflight.run();
    await until('the server', () => desk.check('server')?.state === 'running');
    desk.facts.sync = { ...synced, waiting: 3, refused: 1 };
    desk.syncChanged.tell(desk.facts.sync);
    await desk.over();
    expect(desk.check('server')).toMatchObject({
      state: 'passed',
      figures: { unsent: 3, refused: 1 },
    });
    // It was up the last time anybody looked, and is not when it is asked.
    desk.facts.sync = synced;
    desk.preflight.run();
    await until('the server', () => desk.check('server')?.state === 'running');
    desk.facts.sync = { ...synced, server: 'down' };
    await desk.over();
    expect(desk.check('server')).toMatchObject({ problem: 'server-down' });
    desk.facts.sync = { ...synced, loading: true };
    await desk.run();
    expect(desk.check('server')).toMatchObject({ problem: 'not-synced' });
  });

  test('gives a check that hangs only its time, and stops it', async () => {
    const desk = bench();
    desk.facts.selfCall = 'hangs';
    await desk.run();
    expect(desk.check('line')).toMatchObject({ problem: 'self-call-failed' });
    expect(desk.check('base')).toMatchObject({ state: 'passed' });
    expect(desk.facts.aborted).toBe(1);
    expect(desk.clock.waiting).toBe(0);
  });

  test('gives the ear to a call at once', async () => {
    const desk = bench();
    desk.facts.testHangs = true;
    desk.preflight.run();
    await until('the tone', () => desk.check('headset')?.state === 'running');
    desk.preflight.callCame();
    expect(desk.facts.testsCalledOff).toBe(1);
  });

  test('gives way to a call at once, also what it has not begun', async () => {
    const desk = bench();
    desk.facts.selfCall = 'hangs';
    desk.preflight.run();
    await until('the self call', () => desk.check('line')?.state === 'running');
    desk.preflight.callCame();
    expect(desk.preflight.state.state).toBe('failed');
    expect(desk.check('headset')).toMatchObject({ state: 'passed' });
    expect(desk.check('line')).toMatchObject({ problem: 'in-a-call' });
    expect(desk.check('base')).toMatchObject({ problem: 'in-a-call' });
    expect(desk.facts.aborted).toBe(1);
    desk.facts.selfCall = { ringMs: 30, roundTripMs: 20, loss: 0 };
    expect((await desk.run()).state).toBe('passed');
    expect(desk.stamps).toHaveLength(1);
  });

  test('is the person\u2019s who ran it: forgotten with the next one, and nothing comes after', async () => {
    const desk = bench();
    await desk.run();
    desk.preflight.forget();
    expect(desk.preflight.state.state).toBe('none');
    desk.facts.selfCall = 'hangs';
    desk.preflight.run();
    await until('the self call', () => desk.check('line')?.state === 'running');
    desk.preflight.forget();
    desk.clock.advance(60_000);
    await Promise.resolve();
    expect(desk.preflight.state.state).toBe('none');
    expect(desk.stamps).toHaveLength(1);
  });
});

test('a stamp that cannot be kept is no pass, at no moment', async () => {
  const desk = bench();
  desk.facts.stampFails = true;
  const seen = new Set<string>();
  using _watch = desk.preflight.onChange(({ state }) => void seen.add(state));
  expect((await desk.run()).state).toBe('failed');
  expect(desk.check('base')).toMatchObject({ state: 'failed', problem: 'base-not-writable' });
  expect(seen).not.toContain('passed');
  desk.facts.stampFails = false;
  expect((await desk.run()).state).toBe('passed');
  expect(desk.stamps).toHaveLength(1);
});

describe('the check of the base', () => {
  test('reads through what is only here, and writes', async () => {
    using base = deskBase();
    expect(await checkBase(base.store)).toMatchObject({ problem: null, tables: 9 });
  });

  test('says when nothing can be written', async () => {
    using base = deskBase();
    base.store.prepare('PRAGMA query_only = 1').run();
    expect(await checkBase(base.store)).toMatchObject({ problem: 'base-not-writable' });
    base.store.prepare('PRAGMA query_only = 0').run();
  });
});

test('a base with a spoilt page does not pass, and says so', async () => {
  using base = deskBase();
  base.store.transaction(() => {
    const put = base.store.prepare(
      `INSERT INTO history (call_id, user_id, started_at, entry) VALUES (?, 'u-ana', '2026', ?)`,
    );
    for (let row = 0; row < 400; row++) put.run(`call-${row}`, 'x'.repeat(2000));
  });
  base.store.close();
  const { dataFolder: folder, log, clock } = base.host;
  const file = join(folder, 'base.db');
  const bytes = readFileSync(file);
  bytes.fill(0x5a, bytes.length - 40_000, bytes.length - 36_000);
  writeFileSync(file, bytes);
  const store = openStore({ folder, key: testKey, log, clock });
  expect(await checkBase(store)).toMatchObject({ problem: 'base-damaged' });
  store.close();
});
