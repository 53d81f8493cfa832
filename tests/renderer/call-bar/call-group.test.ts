import { describe, expect, it } from 'vitest';
import type { Call } from '#shared/model/call.ts';
import { callGroup } from '../../../src-renderer/desk/call-bar/call-group.ts';
import {
  applyEvent,
  emptyDeskState,
  liveCall,
  type CallEntry,
  type DeskState,
} from '../../../src-renderer/desk/state/desk-state.ts';
import { emptyCard, ringing } from '../../support/fake-desk-data.ts';

type Changes = readonly [callId: 'A' | 'B' | 'C', changes: Partial<Call>];

/** The page after main told these calls, one after the other. */
function after(...told: readonly Changes[]): DeskState {
  return told.reduce(
    (state, [callId, changes], at) =>
      applyEvent(state, {
        type: 'call',
        revision: at + 1,
        call: ringing(callId, { ...state.calls[callId]?.call, ...changes }),
        card: emptyCard(),
      }),
    emptyDeskState,
  );
}

const talking = { phase: 'talking' } as const;
const held = { phase: 'held' } as const;
const namesOf = (entries: readonly (CallEntry | undefined)[]) =>
  entries.map((entry) => entry?.call.callId ?? null);

/** A and B wait, C is talked to; A was talked to last. */
const three: readonly Changes[] = [
  ['A', talking],
  ['A', held],
  ['B', talking],
  ['B', held],
  ['A', talking],
  ['A', held],
  ['C', talking],
];

describe('of three calls', () => {
  it('a swap goes to the one talked to last, and back again', () => {
    expect(callGroup(after(...three)).swapTo?.call.callId).toBe('A');
    const swapped = after(...three, ['C', held], ['A', talking]);
    expect(callGroup(swapped).swapTo?.call.callId).toBe('C');
  });

  it('two are joined: the one talked to and the one a swap goes to', () => {
    expect(namesOf(callGroup(after(...three)).joinable)).toEqual(['C', 'A']);
  });

  it('the bar keeps the call that was put on hold, and a swap takes it back', () => {
    const state = after(...three, ['C', held], ['A', talking], ['A', held]);
    expect(liveCall(state)?.call.callId).toBe('A');
    expect(callGroup(state).swapTo?.call.callId).toBe('A');
  });

  it('the bar shows who hears, not the newer call that still rings there', () => {
    const state = after(
      ['A', held],
      ['B', { phase: 'alerting', direction: 'out' }],
      ['A', talking],
    );
    expect(liveCall(state)?.call.callId).toBe('A');
  });
});

describe('a consultation beside a call that waits', () => {
  const asking: readonly Changes[] = [
    ['A', talking],
    ['A', held],
    ['B', talking],
    ['B', held],
    ['C', { ...talking, direction: 'out', consultFor: 'B' }],
  ];

  it('is between two: a swap and a conference leave the third alone', () => {
    const group = callGroup(after(...asking));
    expect(namesOf([group.consult, group.about, group.swapTo])).toEqual(['C', 'B', 'B']);
    expect(namesOf(group.joinable)).toEqual(['B', 'C']);
    const back = callGroup(after(...asking, ['C', held], ['B', talking]));
    expect(namesOf([back.swapTo, ...back.joinable])).toEqual(['C', 'B', 'C']);
  });

  it('leaves the third alone also while its customer is being sent to the colleague', () => {
    const sent = { transfer: { to: '203', state: 'asked' } } as const;
    const group = callGroup(after(...asking, ['B', sent]));
    expect(namesOf([group.swapTo, ...group.joinable])).toEqual([null]);
    expect(group.canComplete).toBe(false);
  });

  it('is not completed while the operator is with somebody else', () => {
    const group = callGroup(after(...asking, ['C', held], ['A', talking]));
    expect(namesOf([group.consult, group.about])).toEqual([null, null]);
    expect(group.canComplete).toBe(false);
  });
});
