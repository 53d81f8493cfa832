import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { MutationResult } from '#shared/model/mutation.ts';
import { openStore, type Store } from '../../../src-main/store/open-store.ts';
import { CentralError } from '../../../src-main/sync/central-error.ts';
import { createOutbox, type Outbox, type QueuedMutation } from '../../../src-main/sync/outbox.ts';
import { createPush, type Push } from '../../../src-main/sync/push.ts';
import { capturingLog, manualClock, memoryHost } from '../../support/memory-host.ts';
import { testKey } from '../../support/desk-base.ts';

/** What happens next: work is done, time passes, the process ends between any two steps, the network does its worst. */
const Step = fc.oneof(
  { weight: 4, arbitrary: fc.constant('work' as const) },
  { weight: 2, arbitrary: fc.constant('work-undone' as const) },
  { weight: 4, arbitrary: fc.constant('time' as const) },
  { weight: 1, arbitrary: fc.constant('crash' as const) },
);
const Network = fc.constantFrom<
  'fine' | 'lost' | 'answer-lost' | 'half-answered' | 'twice' | 'nonsense'
>('fine', 'lost', 'answer-lost', 'half-answered', 'twice', 'nonsense');

/** The server's rule: a repeat is answered the same and does nothing. */
function honestServer(refuses: (text: string) => boolean) {
  const results = new Map<string, MutationResult>();
  const applied: string[] = [];
  return {
    applied,
    answer(mutations: readonly QueuedMutation[]): readonly MutationResult[] {
      return mutations.map(({ mutationId, args }) => {
        const before = results.get(mutationId);
        if (before) return before;
        const text = (args as { note: string }).note;
        const result: MutationResult = refuses(text)
          ? { mutationId, status: 'refused', code: 'not-allowed', details: {} }
          : { mutationId, status: 'applied' };
        if (result.status === 'applied') applied.push(text);
        results.set(mutationId, result);
        return result;
      });
    },
  };
}

test('each mutation is applied exactly once and in order, whatever is lost, repeated or killed', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(Step, { maxLength: 25 }),
      fc.array(Network, { maxLength: 40 }),
      async (steps, weather) => {
        using host = memoryHost();
        const server = honestServer((text) => Number(text) % 7 === 3);
        const outlook = [...weather];
        const clock = manualClock();
        const central = {
          async push(_token: string, _desk: string, mutations: readonly QueuedMutation[]) {
            const today = outlook.shift() ?? 'fine';
            if (today === 'lost') throw new CentralError('OFFLINE', 'lost');
            const results = server.answer(mutations);
            if (today === 'twice') server.answer(mutations);
            if (today === 'answer-lost') throw new CentralError('OFFLINE', 'lost');
            if (today === 'half-answered') return results.slice(0, Math.ceil(results.length / 2));
            if (today === 'nonsense')
              return [{ mutationId: 'nobody’s', status: 'applied' as const }];
            return results;
          },
        };
        const desk = openDesk();
        const expected: string[] = [];
        const refused: string[] = [];
        for (const step of steps) {
          if (step === 'work') {
            const note = String(expected.length + refused.length);
            (Number(note) % 7 === 3 ? refused : expected).push(note);
            desk.store.transaction((tx) => desk.enqueue(tx, note));
          } else if (step === 'work-undone') {
            desk.enqueueAndFail('999');
          } else if (step === 'time') {
            clock.advance(40_000);
            await desk.push.idle();
          } else desk.crash();
        }
        for (let round = 0; round < 100 && desk.outbox.counts().waiting > 0; round++) {
          desk.push.wake();
          await desk.push.idle();
          clock.advance(40_000);
        }
        await desk.push.idle();
        expect(server.applied).toEqual(expected);
        expect(desk.outbox.counts()).toEqual({ waiting: 0, refused: refused.length });
        desk.push[Symbol.dispose]();
        desk.store.close();

        function openDesk() {
          let store: Store;
          let outbox: Outbox;
          let push: Push;
          const open = (): void => {
            store = openStore({ folder: host.dataFolder, key: testKey, log: host.log, clock });
            outbox = createOutbox({ store, clock, userId: () => 'u' });
            push = createPush({
              outbox,
              central,
              deskId: 'd',
              tokens: () => new Map([['u', 't']]),
              clock,
              log: capturingLog(),
              reached: () => undefined,
              unauthorized: () => undefined,
            });
            const awake = push;
            outbox.onChange(() => awake.wake());
          };
          open();
          return {
            get store() {
              return store;
            },
            get outbox() {
              return outbox;
            },
            get push() {
              return push;
            },
            enqueue: (tx: Parameters<Outbox['enqueue']>[0], note: string) =>
              outbox.enqueue(tx, {
                name: 'customer.edit',
                subject: note,
                args: { note } as never,
              }),
            enqueueAndFail(note: string) {
              try {
                store.transaction((tx) => {
                  this.enqueue(tx, note);
                  throw new Error('undone');
                });
              } catch {
                // Its fact was not stored, so there is nothing to send.
              }
            },
            /** Nothing of what memory holds survives; what is on its way is never heard of again. */
            crash() {
              push[Symbol.dispose]();
              store.close();
              open();
            },
          };
        }
      },
    ),
    { numRuns: 60 },
  );
}, 60_000);
