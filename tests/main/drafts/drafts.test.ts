import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { emptyDraft } from '#shared/model/draft.ts';
import { createDraftBase } from '../../../src-main/drafts/draft-base.ts';
import { openStore } from '../../../src-main/store/open-store.ts';
import { deskBase, testKey } from '../../support/desk-base.ts';
import { memoryHost } from '../../support/memory-host.ts';

const ring = (callId: string) => ({
  callId,
  direction: 'in' as const,
  number: '+38641123456',
  dialled: null,
  queue: 'internet',
  projectId: null,
  customerId: null,
});
// Made at 2026-11-23T09:00:00Z.
const early = '019aafe6-5a80-7000-8000-000000000001';
const late = '019aafe6-5a81-7000-8000-000000000002';

describe('drafts', () => {
  test('survive the death of the process: whatever was told as stored is there', async () => {
    using host = memoryHost();
    for (let round = 0; round < 3; round++) {
      const writer = spawn(
        process.execPath,
        [join(import.meta.dirname, 'draft-writer.ts'), host.dataFolder],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      let told = 0;
      const ended = new Promise((resolve) => writer.once('exit', resolve));
      for await (const chunk of writer.stdout) {
        told = Number(String(chunk).trimEnd().split('\n').at(-1));
        if (told > 40 + round * 17) writer.kill('SIGKILL');
      }
      await ended;
      const store = openStore({ ...host, folder: host.dataFolder, key: testKey });
      const drafts = createDraftBase({ store, clock: host.clock, userId: () => 'u-ana' });
      const [kept] = drafts.unfinished();
      store.close();
      expect(told).toBeGreaterThan(40);
      expect(Number(kept?.draft.note)).toBeGreaterThanOrEqual(told);
      expect(kept?.ring.projectId).toBe('internet');
    }
  });

  test('come back oldest first with what was chosen, and go when the call is finished', () => {
    using base = deskBase();
    const drafts = createDraftBase({
      store: base.store,
      clock: base.host.clock,
      userId: () => 'u-ana',
    });
    drafts.save(ring(late), { ...emptyDraft, note: 'drugi' }, null, null);
    drafts.save(ring(early), { ...emptyDraft, note: 'p' }, null, null);
    drafts.save(ring(early), { ...emptyDraft, note: 'prvi' }, 'c-1', 'internet');
    const kept = drafts.unfinished();
    expect(kept.map((one) => one.draft.note)).toEqual(['prvi', 'drugi']);
    expect(kept[0]?.ring).toMatchObject({ customerId: 'c-1', projectId: 'internet' });
    expect(kept.map((one) => one.startedAt)).toEqual(kept.map((one) => one.startedAt).toSorted());
    expect(new Set(kept.map((one) => one.startedAt)).size).toBe(2);
    base.store.transaction((tx) => drafts.finish(tx, early));
    expect(drafts.read(early)).toBeNull();
    expect(drafts.unfinished()).toHaveLength(1);
  });

  test('are shown only to the person who typed them', () => {
    using base = deskBase();
    let who: string | null = 'u-ana';
    const drafts = createDraftBase({
      store: base.store,
      clock: base.host.clock,
      userId: () => who,
    });
    drafts.save(ring(early), emptyDraft, null, null);
    who = 'u-bor';
    expect(drafts.unfinished()).toEqual([]);
    who = 'u-ana';
    expect(drafts.unfinished()).toHaveLength(1);
  });
});
