import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { callPhases } from '#shared/model/call.ts';
import {
  buttonCommand,
  headsetLights,
  type HeadsetCall,
} from '../../../src-main/headset/button-command.ts';

const call = (
  callId: string,
  phase: HeadsetCall['phase'],
  more: Partial<HeadsetCall> = {},
): HeadsetCall => ({
  callId,
  phase,
  queue: null,
  muted: false,
  inConference: false,
  consultFor: null,
  ...more,
});

const buttons = [
  'hook-off',
  'hook-on',
  'mute-on',
  'mute-off',
  'flash',
  'reject',
  'redial',
] as const;

test.each([
  [
    'a call that rings is answered',
    'hook-off',
    [call('a', 'ringing')],
    { do: 'answer', callId: 'a' },
  ],
  [
    'the one that rang first is answered, also beside a talk',
    'hook-off',
    [call('a', 'talking'), call('b', 'ringing'), call('c', 'ringing')],
    { do: 'answer', callId: 'b' },
  ],
  [
    'a call on hold is taken back when nobody is talked to',
    'hook-off',
    [call('a', 'held'), call('b', 'ended')],
    { do: 'hold', callId: 'a', held: false },
  ],
  ['lifted for nobody: nothing', 'hook-off', [call('a', 'ended')], null],
  ['lifted in a talk: nothing', 'hook-off', [call('a', 'talking')], null],
  [
    'put down: the talk ends, the call on hold stays',
    'hook-on',
    [call('a', 'held'), call('b', 'talking')],
    { do: 'hang-up', callIds: ['b'] },
  ],
  [
    'put down while dialling: that call ends',
    'hook-on',
    [call('a', 'alerting')],
    { do: 'hang-up', callIds: ['a'] },
  ],
  [
    'put down in a conference: we leave it whole',
    'hook-on',
    [call('a', 'talking', { inConference: true }), call('b', 'talking', { inConference: true })],
    { do: 'hang-up', callIds: ['a', 'b'] },
  ],
  [
    'put down while only a call on hold is there: it is not lost',
    'hook-on',
    [call('a', 'held')],
    null,
  ],
  [
    'put down while it rings: nothing, refusing has a button of its own',
    'hook-on',
    [call('a', 'ringing')],
    null,
  ],
  [
    'mute: the talk',
    'mute-on',
    [call('a', 'held'), call('b', 'talking')],
    { do: 'mute', callIds: ['b'], muted: true },
  ],
  ['muted already: nothing', 'mute-on', [call('a', 'talking', { muted: true })], null],
  [
    'mute before the answer of the other side',
    'mute-on',
    [call('a', 'alerting')],
    { do: 'mute', callIds: ['a'], muted: true },
  ],
  [
    'unmute in a conference: every leg that is muted',
    'mute-off',
    [
      call('a', 'talking', { inConference: true, muted: true }),
      call('b', 'talking', { inConference: true }),
    ],
    { do: 'mute', callIds: ['a'], muted: false },
  ],
  ['mute without a call: nothing', 'mute-on', [call('a', 'ringing')], null],
  ['flash holds', 'flash', [call('a', 'talking')], { do: 'hold', callId: 'a', held: true }],
  ['flash takes back', 'flash', [call('a', 'held')], { do: 'hold', callId: 'a', held: false }],
  ['flash swaps', 'flash', [call('a', 'held'), call('b', 'talking')], { do: 'swap', callId: 'a' }],
  [
    'flash goes to the call that waits',
    'flash',
    [call('a', 'talking'), call('b', 'ringing')],
    { do: 'answer', callId: 'b' },
  ],
  ['flash while dialling: nothing', 'flash', [call('a', 'dialling')], null],
  [
    'refused: busy',
    'reject',
    [call('a', 'ringing')],
    { do: 'reject', callId: 'a', reason: 'busy' },
  ],
  [
    "refused: a queue's call goes back to the queue",
    'reject',
    [call('a', 'talking'), call('b', 'ringing', { queue: 'internet' })],
    { do: 'reject', callId: 'b', reason: 'to-queue' },
  ],
  ['refused when nothing rings: nothing', 'reject', [call('a', 'talking')], null],
  ['redial with nobody on the line', 'redial', [call('a', 'ended')], { do: 'redial' }],
  ['redial in a call: nothing', 'redial', [call('a', 'held')], null],
] as const)('%s', (_what, button, calls, command) => {
  expect(buttonCommand(button, calls, [])).toEqual(command);
});

test.each([
  ['hook-off', [call('a', 'held'), call('b', 'held'), call('c', 'ended')], ['b', 'a', 'c']],
  ['flash', [call('a', 'held'), call('b', 'held'), call('c', 'talking')], ['b', 'a', 'c']],
  [
    'flash',
    [call('a', 'held'), call('b', 'held'), call('c', 'talking', { consultFor: 'a' })],
    ['a', 'b', 'c'],
  ],
] as const)('%s goes to whom the operator was with, not to the oldest', (button, calls, talked) => {
  expect(buttonCommand(button, calls, talked)).toMatchObject({ callId: 'a' });
});

test('flash never opens the microphone to a stranger to the consultation', () => {
  const asked = call('c', 'talking', { consultFor: 'a' });
  const calls = [call('a', 'talking'), call('b', 'held'), asked];
  expect(buttonCommand('flash', calls, ['b', 'a', 'c'])).not.toMatchObject({ do: 'swap' });
});

test.each([
  ['nothing', [], { ringing: false, offHook: false, muted: false, held: false }],
  [
    'it rings',
    [call('a', 'ringing')],
    { ringing: true, offHook: false, muted: false, held: false },
  ],
  [
    'answering',
    [call('a', 'answering')],
    { ringing: false, offHook: true, muted: false, held: false },
  ],
  [
    'muted talk, another call waits',
    [call('a', 'talking', { muted: true }), call('b', 'ringing')],
    { ringing: true, offHook: true, muted: true, held: false },
  ],
  [
    'only a held call',
    [call('a', 'held')],
    { ringing: false, offHook: true, muted: false, held: true },
  ],
  [
    'a held and muted call beside the talk',
    [call('a', 'held', { muted: true }), call('b', 'talking')],
    { ringing: false, offHook: true, muted: false, held: false },
  ],
  [
    'ended',
    [call('a', 'ended', { muted: true })],
    { ringing: false, offHook: false, muted: false, held: false },
  ],
] as const)('the lights of %s', (_what, calls, lights) => {
  expect(headsetLights(calls)).toEqual(lights);
});

const anyCall = fc.record({
  callId: fc.uuid(),
  phase: fc.constantFrom(...callPhases),
  queue: fc.constantFrom(null, 'internet'),
  muted: fc.boolean(),
  inConference: fc.boolean(),
  consultFor: fc.constant(null),
});

property.prop([fc.constantFrom(...buttons), fc.array(anyCall, { maxLength: 6 })], {
  numRuns: 10_000,
})('no button ends a held, ringing or ended call, and answers only what rings', (button, calls) => {
  const command = buttonCommand(button, calls, []);
  const phaseOf = (callId: string) => calls.find((one) => one.callId === callId)?.phase;
  if (command?.do === 'hang-up') {
    expect(button).toBe('hook-on');
    expect(command.callIds.length).toBeGreaterThan(0);
    for (const callId of command.callIds)
      expect(['talking', 'dialling', 'alerting', 'answering', 'returning']).toContain(
        phaseOf(callId),
      );
  }
  if (command?.do === 'answer' || command?.do === 'reject')
    expect(phaseOf(command.callId)).toBe('ringing');
  if (command?.do === 'swap') expect(phaseOf(command.callId)).toBe('held');
});
