import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { callAfter, isConnected, type CallEvent } from '#shared/model/call-machine.ts';
import { Call, callEnds } from '#shared/model/call.ts';

const at = '2026-11-23T09:00:00.000Z';
const call = (direction: 'in' | 'out'): Call => ({
  callId: '018f3a4e-5b6c-7d8e-9f00-0123456789ab',
  direction,
  phase: direction === 'in' ? 'ringing' : 'dialling',
  party: { number: '+38641123456', written: '041123456', displayName: null, withheld: false },
  dialled: null,
  queue: null,
  waitedSeconds: null,
  muted: false,
  heldThere: false,
  audio: 'none',
  autoAnswered: false,
  divertedFrom: null,
  transfer: null,
  consultFor: null,
  inConference: false,
  quality: null,
  interrupted: false,
  startedAt: at,
  answeredAt: null,
  endedAt: null,
  end: null,
});

/** What a line, a voice page and a person can throw at a call, faults among them. */
const event: fc.Arbitrary<CallEvent> = fc.oneof(
  fc.constantFrom<CallEvent>(
    { type: 'answer-began' },
    { type: 'answer-failed' },
    { type: 'alerting' },
    { type: 'answered', at },
    // A socket cut or a killed page is a lost audio; glare is a held that is told twice.
    { type: 'audio', state: 'lost' },
    { type: 'audio', state: 'flowing' },
    { type: 'audio', state: 'connecting' },
  ),
  fc.boolean().map((here): CallEvent => ({ type: 'held', here })),
  fc.boolean().map((there): CallEvent => ({ type: 'held-there', there })),
  fc.boolean().map((muted): CallEvent => ({ type: 'muted', muted })),
  fc.constantFrom(...callEnds).map((end): CallEvent => ({ type: 'ended', end, at })),
);

const allowed: Readonly<Record<string, readonly string[]>> = {
  ringing: ['ringing', 'answering', 'ended'],
  dialling: ['dialling', 'alerting', 'talking', 'ended'],
  alerting: ['alerting', 'talking', 'ended'],
  answering: ['answering', 'ringing', 'talking', 'ended'],
  talking: ['talking', 'held', 'ended'],
  held: ['held', 'talking', 'ended'],
  ended: ['ended'],
};

test('no history of 10,000 leads a call anywhere it cannot be', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('in', 'out'),
      fc.array(event, { maxLength: 40 }),
      (direction, events) => {
        let now = call(direction);
        for (const one of events) {
          const { taken, call: next } = callAfter(now, one);
          expect(Call.safeParse(next).success).toBe(true);
          expect(allowed[now.phase]).toContain(next.phase);
          expect(taken || next === now).toBe(true);
          expect(one.type === 'muted' || next.muted === now.muted).toBe(true);
          expect(next.phase === 'ended').toBe(next.end !== null && next.endedAt !== null);
          expect(!isConnected(next.phase) || next.answeredAt !== null).toBe(true);
          expect(next.answeredAt !== null || !next.heldThere).toBe(true);
          expect(now.phase !== 'ended' || next === now).toBe(true);
          expect([next.direction, next.callId, next.startedAt]).toEqual([
            direction,
            now.callId,
            at,
          ]);
          now = next;
        }
      },
    ),
    { numRuns: 10_000 },
  );
});

describe('a call', () => {
  const run = (direction: 'in' | 'out', ...events: CallEvent[]) =>
    events.reduce((now, one) => callAfter(now, one).call, call(direction));

  test('that could not be answered rings on', () => {
    expect(run('in', { type: 'answer-began' }, { type: 'answer-failed' }).phase).toBe('ringing');
  });

  test('cannot be answered by the exchange while nobody took it', () => {
    expect(callAfter(call('in'), { type: 'answered', at }).taken).toBe(false);
  });

  test('stays muted through hold and the other side’s hold', () => {
    const held = run(
      'out',
      { type: 'answered', at },
      { type: 'muted', muted: true },
      { type: 'held', here: true },
      { type: 'held-there', there: true },
      { type: 'held', here: false },
    );
    expect(held).toMatchObject({ phase: 'talking', muted: true, heldThere: true });
  });

  test('that has ended stays as it ended', () => {
    const ended = run('out', { type: 'ended', end: 'busy', at });
    expect(callAfter(ended, { type: 'ended', end: 'failed', at })).toEqual({
      taken: false,
      call: ended,
    });
  });

  test('hears early media before it is answered', () => {
    const early = run('out', { type: 'alerting' }, { type: 'audio', state: 'flowing' });
    expect(early).toMatchObject({ phase: 'alerting', audio: 'flowing' });
    expect(callAfter(early, { type: 'answered', at }).call.audio).toBe('flowing');
  });
});
