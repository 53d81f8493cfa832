import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  callAfter,
  isConnected,
  type CallEvent,
  type CallStep,
} from '#shared/model/call-machine.ts';
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

/** A call of an earlier run, which the exchange is asked to give back. */
const comingBack = (direction: 'in' | 'out'): Call => ({
  ...call(direction),
  phase: 'returning',
  interrupted: true,
  answeredAt: at,
});

/** What a line, a voice page and a person can throw at a call, faults among them. */
const event: fc.Arbitrary<CallEvent> = fc.oneof(
  fc.constantFrom<CallEvent>(
    { type: 'answer-began' },
    { type: 'answer-began', auto: true },
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
  fc.boolean().map((joined): CallEvent => ({ type: 'conference', joined })),
  fc
    .constantFrom('asked', 'ringing', 'failed', null)
    .map((state): CallEvent => ({ type: 'transfer', transfer: state && { to: '202', state } })),
  fc.constant<CallEvent>({
    type: 'quality',
    quality: { mos: 4.1, loss: 0.01, jitter: 0.004, roundTrip: null, warning: null },
  }),
  fc.constant<CallEvent>({
    type: 'party',
    party: { number: null, written: '202', displayName: null, withheld: false },
  }),
  fc.constantFrom(...callEnds).map((end): CallEvent => ({ type: 'ended', end, at })),
);

const allowed: Readonly<Record<string, readonly string[]>> = {
  ringing: ['ringing', 'answering', 'ended'],
  dialling: ['dialling', 'alerting', 'talking', 'ended'],
  alerting: ['alerting', 'talking', 'ended'],
  returning: ['returning', 'talking', 'ended'],
  answering: ['answering', 'ringing', 'talking', 'ended'],
  talking: ['talking', 'held', 'ended'],
  held: ['held', 'talking', 'ended'],
  ended: ['ended'],
};

/** Every rule of which a step could break one; named, because ten thousand histories are judged without an assertion each. */
function brokenRule(
  begun: Call,
  now: Call,
  one: CallEvent,
  { taken, call: next }: CallStep,
): string | undefined {
  const rules: Readonly<Record<string, boolean>> = {
    'an allowed step': allowed[now.phase]?.includes(next.phase) ?? false,
    'nothing changes where nothing is taken': taken || next === now,
    'the end is final': now.phase !== 'ended' || next === now,
    'mute changes by mute alone': one.type === 'muted' || next.muted === now.muted,
    'an end has a time and a reason':
      (next.phase === 'ended') === (next.end !== null && next.endedAt !== null),
    'who talks was answered': !isConnected(next.phase) || next.answeredAt !== null,
    'only the other side of an answered call holds': next.answeredAt !== null || !next.heldThere,
    'a conference is talked to': !next.inConference || next.phase === 'talking',
    'only what is connected is transferred': next.transfer === null || isConnected(next.phase),
    'what rings has not answered itself': !next.autoAnswered || next.phase !== 'ringing',
    'an interruption is not forgotten': next.interrupted === begun.interrupted,
    'the answer keeps its time': now.answeredAt === null || next.answeredAt === now.answeredAt,
    'it is the same call':
      next.callId === begun.callId &&
      next.direction === begun.direction &&
      next.startedAt === begun.startedAt,
    'it can be shown': !taken || Call.safeParse(next).success,
  };
  return Object.keys(rules).find((rule) => !rules[rule]);
}

test('no history of 10,000 leads a call anywhere it cannot be', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('in', 'out'),
      fc.boolean(),
      fc.array(event, { maxLength: 40 }),
      (direction, journalled, events) => {
        const begun = journalled ? comingBack(direction) : call(direction);
        const broken: string[] = [];
        let now = begun;
        for (const one of events) {
          const step = callAfter(now, one);
          const rule = brokenRule(begun, now, one, step);
          if (rule !== undefined) broken.push(`${one.type} while ${now.phase}: ${rule}`);
          now = step.call;
        }
        expect(broken).toEqual([]);
      },
    ),
    { numRuns: 10_000 },
  );
}, 120_000);

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

  test('put on hold is no longer heard in the conference', () => {
    const held = run(
      'out',
      { type: 'answered', at },
      { type: 'conference', joined: true },
      { type: 'held', here: true },
    );
    expect(held).toMatchObject({ phase: 'held', inConference: false });
  });

  test('that answered itself and failed rings as any other', () => {
    const again = run('in', { type: 'answer-began', auto: true }, { type: 'answer-failed' });
    expect(again).toMatchObject({ phase: 'ringing', autoAnswered: false });
  });

  test('that comes back keeps when it was answered', () => {
    const later = '2026-11-23T09:30:00.000Z';
    const back = callAfter(comingBack('in'), { type: 'answered', at: later }).call;
    expect(back).toMatchObject({ phase: 'talking', answeredAt: at, interrupted: true });
  });
});
