/** Speaker and ringing device on a machine whose devices come and go. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { AudioWishes } from '#shared/contract/voice.ts';
import { Outputs } from '../../../src-renderer/voice/outputs.ts';

const wishes: AudioWishes = {
  microphones: [],
  speakers: ['headset', 'desk'],
  ringers: ['desk', 'headset'],
  ringVolume: 0.5,
  noiseSuppression: false,
};

let plugged: string[];
/** Devices that are there and on which nothing can be played. */
let broken: ReadonlySet<string>;
/** Where ear and ringer play now, and every move that was asked for. */
let playing: { ear: string; ringer: string };
let moves: string[];
/** Moves to these wait until they are let go. */
let slow: Map<string, Promise<void>>;
let outputs: Outputs;

const groupOf = (deviceId: string) => `group of ${deviceId === 'default' ? 'board' : deviceId}`;

async function move(what: 'ear' | 'ringer', sinkId: string): Promise<boolean> {
  moves.push(`${what} ${sinkId}`);
  await slow.get(sinkId);
  const there = sinkId === '' || (plugged.includes(sinkId) && !broken.has(sinkId));
  playing[what] = there ? sinkId : '';
  return there;
}

beforeEach(() => {
  plugged = ['default', 'board', 'desk', 'headset'];
  broken = new Set();
  playing = { ear: '', ringer: '' };
  moves = [];
  slow = new Map();
  outputs = new Outputs(
    {
      enumerateDevices: async () =>
        plugged.map((deviceId) => ({
          deviceId,
          groupId: groupOf(deviceId),
          kind: 'audiooutput',
          label: `the ${deviceId}`,
          toJSON: () => ({}),
        })),
      getUserMedia: () => Promise.reject(new Error('not asked')),
    },
    { playOn: (sinkId) => move('ear', sinkId) },
    { set: (sinkId) => move('ringer', sinkId) },
  );
});

const told = () => ({
  speaker: outputs.speaker,
  ringer: outputs.ringer,
  missing: outputs.missing,
});

describe('the outputs', () => {
  it('are the first wished ones, each for itself', async () => {
    await outputs.wish(wishes);
    expect(playing).toEqual({ ear: 'headset', ringer: 'desk' });
    expect(told()).toEqual({ speaker: 'the headset', ringer: 'the desk', missing: [] });
    expect(outputs.present.map(({ deviceId }) => deviceId)).toEqual(['board', 'desk', 'headset']);
  });

  it('move to the next one on unplug and back on replug', async () => {
    await outputs.wish(wishes);
    plugged = plugged.filter((one) => one !== 'headset');
    await outputs.settle();
    expect(playing).toEqual({ ear: 'desk', ringer: 'desk' });
    expect(told()).toEqual({ speaker: 'the desk', ringer: 'the desk', missing: ['speaker'] });
    plugged.push('headset');
    await outputs.settle();
    expect(playing).toEqual({ ear: 'headset', ringer: 'desk' });
    expect(told().missing).toEqual([]);
  });

  it('ring in the ear where no ringing device is left', async () => {
    await outputs.wish({ ...wishes, ringers: ['desk'] });
    plugged = plugged.filter((one) => one !== 'desk');
    await outputs.settle();
    expect(playing.ringer).toBe('headset');
    expect(told()).toMatchObject({ ringer: 'the headset', missing: ['ringer'] });
  });

  it('are named also where the system chooses: the device behind its choice', async () => {
    await outputs.settle();
    expect(told()).toEqual({ speaker: 'the board', ringer: 'the board', missing: [] });
    plugged = ['default'];
    await outputs.settle();
    expect(told().speaker).toBeNull();
  });

  it('are missing also where they are there and cannot be played on', async () => {
    broken = new Set(['headset']);
    await outputs.wish(wishes);
    expect(playing.ear).toBe('');
    expect(told()).toMatchObject({ speaker: 'the board', missing: ['speaker'] });
  });

  it('move one after the other: an old move that fails late undoes no newer one', async () => {
    let letGo = () => {};
    slow.set('headset', new Promise((resolve) => (letGo = resolve)));
    const settled = () => new Promise((resolve) => setTimeout(resolve));
    const first = outputs.wish(wishes);
    await settled();
    expect(moves).toContain('ear headset');
    plugged = plugged.filter((one) => one !== 'headset');
    const second = outputs.settle();
    await settled();
    slow.clear();
    letGo();
    await Promise.all([first, second]);
    expect(playing.ear).toBe('desk');
    expect(moves.filter((one) => one.startsWith('ear'))).toEqual(['ear headset', 'ear desk']);
  });
});
