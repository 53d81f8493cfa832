import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fc, test as prop } from '@fast-check/vitest';
import { emptyDraft, type Draft } from '#shared/model/draft.ts';
import {
  createDraftKeeper,
  longestUnsaved,
  retryPause,
  typingPause,
} from '../../../src-renderer/desk/work/draft/draft-keeper.ts';

const noted = (note: string): Draft => ({ ...emptyDraft, note });

function bench(save?: (draft: Draft) => Promise<unknown>) {
  const stored: string[] = [];
  const keeper = createDraftKeeper({
    initial: emptyDraft,
    revision: 1,
    save: save ?? (async (draft) => void stored.push(draft.note)),
    mayRetry: () => true,
  });
  const type = (note: string) => keeper.change((before) => ({ ...before, note }));
  return { keeper, stored, type };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a pause in typing saves once, with the whole text', async () => {
  const { keeper, stored, type } = bench();
  for (const text of ['k', 'ka', 'kab']) {
    type(text);
    await vi.advanceTimersByTimeAsync(20);
  }
  expect(stored).toEqual([]);
  expect(keeper.view().status.kind).toBe('unsaved');
  await vi.advanceTimersByTimeAsync(typingPause);
  expect(stored).toEqual(['kab']);
  expect(keeper.view().status).toMatchObject({ kind: 'saved', at: expect.any(String) });
});

test('who types without a pause loses no more than the last moment', async () => {
  const { stored, type } = bench();
  let text = '';
  for (let letter = 0; letter < 100; letter++) {
    text += 'x';
    type(text);
    await vi.advanceTimersByTimeAsync(20);
    // What was there longest ago is on the disk by now.
    expect(text.length - (stored.at(-1) ?? '').length).toBeLessThanOrEqual(longestUnsaved / 20);
  }
});

test('what is typed while a save is on its way is saved after it, never before', async () => {
  const answers: (() => void)[] = [];
  const sent: string[] = [];
  const { keeper, type } = bench((draft) => {
    sent.push(draft.note);
    return new Promise<void>((resolve) => void answers.push(resolve));
  });
  type('a');
  const flushed = keeper.flush();
  type('ab');
  await vi.advanceTimersByTimeAsync(typingPause);
  expect(sent).toEqual(['a']);
  answers[0]?.();
  await vi.advanceTimersByTimeAsync(0);
  expect(sent).toEqual(['a', 'ab']);
  expect(keeper.view().status.kind).toBe('unsaved');
  answers[1]?.();
  await flushed;
  expect(keeper.view().status.kind).toBe('saved');
});

test('a disk that cannot be written keeps the text, says so, and is tried again', async () => {
  let full = true;
  const { keeper, stored, type } = bench(async (draft) => {
    if (full) throw new Error('disk full');
    stored.push(draft.note);
  });
  type('pomembno');
  await vi.advanceTimersByTimeAsync(typingPause);
  expect(keeper.view()).toMatchObject({ draft: { note: 'pomembno' }, status: { kind: 'failed' } });
  full = false;
  await vi.advanceTimersByTimeAsync(retryPause);
  expect(stored).toEqual(['pomembno']);
  expect(keeper.view().status.kind).toBe('saved');
});

test('an older snapshot, or one of our own, never takes the place of the text', async () => {
  const { keeper, type } = bench();
  type('prvo');
  keeper.offer(noted('tuje'), 2);
  expect(keeper.view().draft.note).toBe('prvo');
  await keeper.flush();
  type('drugo');
  await keeper.flush();
  // The echoes of our saves, and of the beginning, come late.
  keeper.offer(emptyDraft, 3);
  keeper.offer(noted('prvo'), 4);
  expect(keeper.view().draft.note).toBe('drugo');
  keeper.offer(noted('iz starega časa'), 4);
  expect(keeper.view().draft.note).toBe('drugo');
});

test('a newer draft from elsewhere is taken when nothing here is unsaved', () => {
  const { keeper } = bench();
  keeper.offer(noted('v drugem zavihku'), 2);
  expect(keeper.view().draft.note).toBe('v drugem zavihku');
});

test('nothing is saved after the call is gone', async () => {
  const { keeper, stored, type } = bench();
  type('prepozno');
  keeper.dispose();
  await vi.advanceTimersByTimeAsync(typingPause + retryPause);
  expect(stored).toEqual([]);
});

type Step =
  | { readonly do: 'type' | 'answer' | 'fail' | 'echo' | 'flush'; readonly ms?: number }
  | { readonly do: 'wait'; readonly ms: number };
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.constantFrom<Step>(
      { do: 'type' },
      { do: 'answer' },
      { do: 'fail' },
      { do: 'echo' },
      { do: 'flush' },
    ),
    fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 6000 }) }),
  ),
  { maxLength: 40 },
);

test('a flush in the breath after a failed save tries again', async () => {
  const asked: Draft[] = [];
  let fail = (): void => undefined;
  const { keeper, type } = bench((draft) => {
    asked.push(draft);
    return asked.length > 1
      ? Promise.resolve()
      : new Promise<void>((_resolve, reject) => {
          fail = () => reject(new Error('no'));
        });
  });
  type('text');
  void keeper.flush();
  fail();
  await Promise.resolve();
  await keeper.flush();
  await vi.advanceTimersByTimeAsync(retryPause);
  expect(asked).toHaveLength(2);
  expect(keeper.view().status.kind).toBe('saved');
});

/** Seeds that once found a fault are run every time. */
for (const seed of [undefined, 2_118_774_612])
  prop.prop([steps], seed === undefined ? {} : { seed })(
    'whatever comes in between, the screen shows the last text typed',
    async (plan) => {
      let typed = '';
      let revision = 1;
      let onDisk = emptyDraft;
      const told: Draft[] = [];
      const open: { resolve: () => void; reject: () => void }[] = [];
      const { keeper, type } = bench(
        (draft) =>
          new Promise<void>((resolve, reject) => {
            open.push({
              resolve: () => {
                onDisk = draft;
                told.push(draft);
                resolve();
              },
              reject: () => reject(new Error('no')),
            });
          }),
      );
      for (const [index, step] of plan.entries()) {
        if (step.do === 'type') type((typed = `text ${String(index)}`));
        else if (step.do === 'answer') open.shift()?.resolve();
        else if (step.do === 'fail') open.shift()?.reject();
        else if (step.do === 'echo')
          keeper.offer(told[index % (told.length || 1)] ?? emptyDraft, ++revision);
        else if (step.do === 'flush') void keeper.flush();
        else await vi.advanceTimersByTimeAsync(step.ms ?? 0);
        await Promise.resolve();
        expect(keeper.view().draft.note).toBe(typed);
        if (keeper.view().status.kind === 'saved') expect(onDisk.note).toBe(typed);
      }
      for (let round = 0; round < 10; round += 1) {
        open.shift()?.resolve();
        await vi.advanceTimersByTimeAsync(retryPause);
      }
      expect(keeper.view().status.kind).toBe('saved');
      expect(onDisk.note).toBe(typed);
    },
  );
