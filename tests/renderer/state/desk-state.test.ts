import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeskEvent } from '#shared/contract/desk.ts';
import {
  applyEvent,
  emptyDeskState,
  linkLost,
  liveCall,
  watchBegan,
  watchSettled,
  type DeskState,
} from '../../../src-renderer/desk/state/desk-state.ts';
import { measuredCall } from '../../../src-renderer/desk/state/measured-call.ts';
import {
  colleagues,
  emptyCard,
  goodAudio,
  marijasCard,
  ringing,
  signedIn,
} from '../../support/fake-desk-data.ts';

const ids = [
  '0192f0ae-0000-7000-8000-000000000001',
  '0192f0ae-0000-7000-8000-000000000002',
  '0192f0ae-0000-7000-8000-000000000003',
] as const;

function called(
  callId: string,
  revision: number,
  changes: Parameters<typeof ringing>[1] = {},
): DeskEvent {
  return { type: 'call', revision, call: ringing(callId, changes), card: marijasCard() };
}

function after(events: readonly DeskEvent[], start: DeskState = emptyDeskState): DeskState {
  return events.reduce(applyEvent, start);
}

describe('the page’s state', () => {
  it('takes the newest of a thing and ignores what is older or repeated', () => {
    const newest = called(ids[0], 7, { muted: true });
    const state = after([newest, called(ids[0], 3), newest, called(ids[0], 7, { muted: false })]);
    expect(state.calls[ids[0]]?.call.muted).toBe(true);
    expect(state.order).toEqual([ids[0]]);
  });

  it('does not bring a gone call back when its older snapshot arrives late', () => {
    const state = after([
      called(ids[0], 1),
      { type: 'call.gone', revision: 5, callId: ids[0] },
      called(ids[0], 4),
    ]);
    expect(state.calls).toEqual({});
    expect(state.focusedCallId).toBeNull();
  });

  it('remembers after a day of calls no more than the last of them', () => {
    const day = Array.from({ length: 500 }, (_call, at): readonly DeskEvent[] => {
      const callId = `0192f0af-0000-7000-8000-${String(at).padStart(12, '0')}`;
      const level = { type: 'level', callId, out: 0.1, in: 0.2, spoken: 0.1 } as const;
      return [
        called(callId, 10 * at + 1),
        { ...level, revision: 10 * at + 2 },
        { type: 'call.gone', revision: 10 * at + 3, callId },
        { ...level, revision: 10 * at + 4 },
      ];
    });
    const up = called(ids[0], 1);
    const state = after([up, ...day.flat()]);
    expect(Object.keys(state.revisions).length).toBeLessThanOrEqual(60);
    expect(state.revisions[`call ${ids[0]}`]).toBe(1);
    // The last that went does not come back.
    const last = day.at(-1)?.[0];
    expect(after(last ? [last] : [], state)).toEqual(state);
  });

  it('does not let one thing’s revision speak for another', () => {
    const state = after([
      called(ids[0], 100),
      { type: 'session', revision: 1, session: signedIn },
      called(ids[1], 2),
    ]);
    expect(state.session).toEqual(signedIn);
    expect(state.order).toEqual([ids[0], ids[1]]);
  });

  const anyEvent = fc.oneof(
    fc.record({
      kind: fc.constant('call' as const),
      call: fc.integer({ min: 0, max: 2 }),
      muted: fc.boolean(),
    }),
    fc.record({ kind: fc.constant('gone' as const), call: fc.integer({ min: 0, max: 2 }) }),
    fc.record({ kind: fc.constant('session' as const), name: fc.string() }),
  );

  it('comes to the same facts whatever the order and however often events arrive', () => {
    fc.assert(
      fc.property(
        fc.array(anyEvent, { maxLength: 30 }),
        fc.infiniteStream(fc.nat()),
        (plan, random) => {
          const events = plan.map((one, index): DeskEvent => {
            const revision = index + 1;
            if (one.kind === 'session')
              return { type: 'session', revision, session: { ...signedIn, name: one.name } };
            const callId = ids[one.call] ?? ids[0];
            return one.kind === 'call'
              ? called(callId, revision, {
                  muted: one.muted,
                  startedAt: '2026-11-23T10:00:00.000Z',
                })
              : { type: 'call.gone', revision, callId };
          });
          const repeated = [...events, ...events];
          for (let at = repeated.length - 1; at > 0; at -= 1) {
            const other = (random.next().value ?? 0) % (at + 1);
            const [one, two] = [repeated[at], repeated[other]];
            if (one && two) [repeated[at], repeated[other]] = [two, one];
          }
          const inOrder = after(events);
          const shuffled = after(repeated);
          expect(shuffled.session).toEqual(inOrder.session);
          expect(shuffled.calls).toEqual(inOrder.calls);
          expect(new Set(shuffled.order)).toEqual(new Set(inOrder.order));
        },
      ),
    );
  });
});

describe('what is on the screen', () => {
  it('shows the card of a ringing call when no other card is open', () => {
    expect(after([called(ids[0], 1)]).focusedCallId).toBe(ids[0]);
  });

  it('never lets a ringing call take the screen from another card', () => {
    const state = after(
      [called(ids[0], 1, { phase: 'ended', end: 'hung-up-there' }), called(ids[1], 2)],
      { ...emptyDeskState, screen: 'settings' },
    );
    expect(state.focusedCallId).toBe(ids[0]);
    expect(state.screen).toBe('settings');
  });

  it('shows the call that was answered, from whatever screen', () => {
    const state = after([
      called(ids[0], 1, { phase: 'ended', end: 'hung-up-there' }),
      called(ids[1], 2),
      called(ids[1], 3, { phase: 'talking' }),
    ]);
    expect(state.focusedCallId).toBe(ids[1]);
    expect(state.screen).toBe('call');
  });

  it('shows the call that goes on when the page is reloaded, not the unfinished card', () => {
    const state = after([
      called(ids[0], 1, { phase: 'ended', end: 'hung-up-there' }),
      called(ids[1], 2, { phase: 'talking' }),
    ]);
    expect(state.focusedCallId).toBe(ids[1]);
  });

  it('goes to the call that is up when the shown card is finished', () => {
    const state = after([
      called(ids[0], 1, { phase: 'ended', end: 'hung-up-there' }),
      called(ids[1], 2, { phase: 'ended', end: 'missed' }),
      called(ids[2], 3, { phase: 'talking' }),
      { type: 'call.gone', revision: 4, callId: ids[0] },
    ]);
    expect(state.focusedCallId).toBe(ids[2]);
  });

  it('means the call that is talked in, not the held one', () => {
    const state = after([
      called(ids[0], 1, { phase: 'talking' }),
      called(ids[1], 2, { phase: 'held' }),
    ]);
    expect(liveCall(state)?.call.callId).toBe(ids[0]);
  });
});

describe('a new watch', () => {
  const before = after([called(ids[0], 40), called(ids[1], 41)], watchBegan(emptyDeskState));

  it('believes a main that counts from 1 again', () => {
    const state = after([called(ids[0], 1, { muted: true })], watchBegan(linkLost(before)));
    expect(state.calls[ids[0]]?.call.muted).toBe(true);
  });

  it('keeps all cards until the whole state is told, then drops those that went away', () => {
    const told = after([called(ids[1], 1)], watchBegan(linkLost(before)));
    expect(told.order).toEqual([ids[0], ids[1]]);
    expect(watchSettled(told).order).toEqual([ids[1]]);
    expect(watchSettled(told).focusedCallId).toBe(ids[1]);
  });

  it('keeps a call that first rang in this watch', () => {
    const told = after(
      [{ type: 'call', revision: 1, call: ringing(ids[2]), card: emptyCard() }],
      watchBegan(emptyDeskState),
    );
    expect(watchSettled(told).order).toEqual([ids[2]]);
  });

  it('says down only after it was up', () => {
    expect(linkLost(emptyDeskState).link).toBe('connecting');
    expect(linkLost(emptyDeskState).unanswered).toBe(true);
    expect(linkLost(before).link).toBe('down');
  });
});

describe('calls that belong together', () => {
  it('leave the customer’s card on the screen while a colleague is asked about it', () => {
    const asked = { direction: 'out', phase: 'alerting', consultFor: ids[0] } as const;
    const state = after([
      called(ids[0], 1, { phase: 'held' }),
      called(ids[1], 2, asked),
      called(ids[1], 3, { ...asked, phase: 'talking' }),
    ]);
    expect(state.focusedCallId).toBe(ids[0]);
    // Nobody else was asked about it: a call of its own, as every one that is dialled.
    expect(after([called(ids[1], 4, asked)], state).focusedCallId).toBe(ids[0]);
    const alone = after([called(ids[0], 1), called(ids[1], 2, { ...asked, consultFor: ids[2] })]);
    expect(alone.focusedCallId).toBe(ids[1]);
  });

  it('show the level that was measured last of a conference', () => {
    const level = (callId: string, revision: number): DeskEvent => ({
      type: 'level',
      revision,
      callId,
      out: 0.1,
      in: 0.1,
      spoken: 0.1,
    });
    const both = [called(ids[0], 1), called(ids[1], 2)];
    const state = after([...both, level(ids[0], 3), level(ids[1], 4), level(ids[0], 5)]);
    expect(measuredCall(state, [ids[0], ids[1]])).toBe(ids[0]);
    expect(measuredCall(after([level(ids[1], 6)], state), [ids[0], ids[1]])).toBe(ids[1]);
    expect(measuredCall(state, [])).toBeUndefined();
  });

  it('end the wish to transfer with the call', () => {
    const talking = after([called(ids[0], 1, { phase: 'talking' })]);
    const wishing = { ...talking, transferring: ids[0] };
    expect(after([called(ids[0], 2, { phase: 'held' })], wishing).transferring).toBe(ids[0]);
    expect(after([called(ids[0], 2, { phase: 'ended' })], wishing).transferring).toBeNull();
    const gone: DeskEvent = { type: 'call.gone', revision: 2, callId: ids[0] };
    expect(after([gone], wishing).transferring).toBeNull();
  });
});

describe('other things the desk tells', () => {
  it('are taken whole, and an older telling changes nothing', () => {
    const history = (revision: number, missed: number): DeskEvent => ({
      type: 'history',
      revision,
      entries: [],
      missed,
    });
    const wish = { id: ids[0], written: '041 123 456' };
    const state = after([
      history(2, 3),
      history(1, 9),
      { type: 'dial-wish', revision: 1, wish },
      { type: 'lights', revision: 1, lights: colleagues },
    ]);
    expect(state.history.missed).toBe(3);
    expect(state.dialWish).toEqual(wish);
    expect(state.lights).toEqual(colleagues);
  });

  it('keep the names of devices that were pulled out, and forget the wish to be Ready without them', () => {
    const gone = { ...goodAudio, devices: [], missing: ['microphone' as const] };
    const pulled = after([
      { type: 'audio', revision: 1, audio: goodAudio },
      { type: 'audio', revision: 2, audio: gone },
    ]);
    expect(pulled.deviceLabels['mic-1']).toBe('Jabra Evolve2 40');
    const asked = { ...pulled, readyWithoutGear: 'asked' as const };
    expect(after([{ type: 'audio', revision: 3, audio: gone }], asked).readyWithoutGear).toBe(
      'asked',
    );
    expect(
      after([{ type: 'audio', revision: 3, audio: goodAudio }], asked).readyWithoutGear,
    ).toBeNull();
  });
});
