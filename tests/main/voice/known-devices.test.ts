/** What a desk remembers of the devices that were wished. */
import { expect, it } from 'vitest';
import type { AudioDevice, AudioWishes } from '#shared/contract/voice.ts';
import { withKnownDevices } from '../../../src-main/voice/known-devices.ts';

const device = (deviceId: string, label = `the ${deviceId}`): AudioDevice => ({
  deviceId,
  groupId: 'usb',
  kind: 'microphone',
  label,
});
const wishes = (...microphones: string[]): AudioWishes => ({
  microphones,
  speakers: [],
  ringers: [],
  ringVolume: 1,
  noiseSuppression: true,
});

it('remembers wished devices by name, and those that are not there as they were last seen', () => {
  const first = withKnownDevices(wishes('headset'), {
    devices: [device('headset'), device('desk')],
    wishes: wishes(),
  });
  expect(first.known).toEqual([device('headset')]);
  const second = withKnownDevices(wishes('desk', 'headset'), {
    devices: [device('desk', '')],
    wishes: { ...first, known: [...(first.known ?? []), device('desk')] },
  });
  expect(second.known).toEqual([device('desk'), device('headset')]);
  const third = withKnownDevices(wishes('desk'), { devices: [], wishes: second });
  expect(third.known).toEqual([device('desk')]);
});
