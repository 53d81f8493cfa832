import { expect, test } from 'vitest';
import type { LineState } from '#shared/model/line.ts';
import { operatorOffline } from '#shared/model/operator-machine.ts';
import { noAudio } from '../../../src-main/voice/no-audio.ts';
import { Listeners } from '../../../src-main/listeners.ts';
import { readyAfterSignIn, readyWhen } from '../../../src-main/ready-after-sign-in.ts';

const signedIn = { reason: 'signed-in' } as const;
const up = { phase: 'registered' } as const;
const gear = { page: 'here', microphone: 'ok', missing: [] } as const;

test.each([
  ['the line and the headset are there', signedIn, up, gear, 'now'],
  ['only the ringing device is missing', signedIn, up, { ...gear, missing: ['ringer'] }, 'now'],
  ['the line is not registered yet', signedIn, { phase: 'connecting' }, gear, 'later'],
  ['no microphone works', signedIn, up, { ...gear, microphone: 'none' }, 'later'],
  ['the microphone is refused', signedIn, up, { ...gear, microphone: 'refused' }, 'later'],
  ['nothing is known of the sound yet', signedIn, up, { ...gear, microphone: 'unknown' }, 'later'],
  ['nobody has the sound', signedIn, up, { ...gear, page: 'gone' }, 'later'],
  ['the wished headset is missing', signedIn, up, { ...gear, missing: ['microphone'] }, 'later'],
  ['the person has chosen something else', { reason: 'lunch' }, up, gear, 'never'],
  ['the person is gone', { reason: null }, up, gear, 'never'],
  ['the line is closed', signedIn, { phase: 'idle' }, gear, 'never'],
] as const)('Ready chosen while signing in, when %s', (_what, operator, line, audio, when) => {
  expect(readyWhen(operator, line, { ...audio, missing: [...audio.missing] })).toBe(when);
});

test('is given once, as soon as both are there', () => {
  const lineChanged = new Listeners<LineState>();
  const audioChanged = new Listeners<ReturnType<typeof noAudio>>();
  const none = noAudio({
    microphones: [],
    speakers: [],
    ringers: [],
    ringVolume: 1,
    noiseSuppression: false,
  });
  const idle: LineState = {
    phase: 'idle',
    extension: null,
    problem: null,
    detail: null,
    retryAt: null,
  };
  const rooms = {
    line: {
      state: idle,
      onState: (changed: (state: LineState) => void) => lineChanged.add(changed),
    },
    voice: {
      audio: none,
      onAudio: (changed: (audio: typeof none) => void) => audioChanged.add(changed),
    },
    calls: {
      operator: { ...operatorOffline('2026-11-23T09:00:00.000Z'), ...signedIn },
      ready: () => void (times += 1),
    },
  };
  let times = 0;
  const line = (phase: LineState['phase']): void => {
    rooms.line.state = { ...rooms.line.state, phase };
    lineChanged.tell(rooms.line.state);
  };
  const microphone = (state: 'none' | 'ok'): void => {
    rooms.voice.audio = { ...none, page: 'here', microphone: state };
    audioChanged.tell(rooms.voice.audio);
  };
  readyAfterSignIn(rooms);
  line('connecting');
  line('registered');
  microphone('none');
  expect(times).toBe(0);
  microphone('ok');
  microphone('ok');
  line('registered');
  expect(times).toBe(1);
});
