/** Codecs, devices, levels, packets and tones: the voice page's rules without a browser. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { ringTones } from '#shared/model/ring-tone.ts';
import { codecOrder } from '../../../src-renderer/voice/codec-order.ts';
import {
  chooseDevice,
  firstIsMissing,
  realDevices,
  stillFits,
} from '../../../src-renderer/voice/device-choice.ts';
import { levelBetween } from '../../../src-renderer/voice/level.ts';
import { rootMeanSquare } from '../../../src-renderer/voice/meter.ts';
import { PacketWatch, lostAfter } from '../../../src-renderer/voice/packet-watch.ts';
import { readCounters } from '../../../src-renderer/voice/peer-stats.ts';
import { levelAt } from '../../../src-renderer/voice/tone-level.ts';
import { tonePattern } from '../../../src-renderer/voice/tone-pattern.ts';

const device = (deviceId: string, groupId = `group of ${deviceId}`) => ({
  deviceId,
  groupId,
  label: `the ${deviceId}`,
});

describe('codecs', () => {
  it('are Opus, PCMU, PCMA and every telephone-event, whatever the browser lists first', () => {
    const listed = [
      'red',
      'PCMA',
      'telephone-event',
      'G722',
      'CN',
      'opus',
      'PCMU',
      'telephone-event',
    ];
    const ordered = codecOrder(listed.map((name) => ({ mimeType: `audio/${name}` })));
    expect(ordered.map((codec) => codec.mimeType)).toEqual([
      'audio/opus',
      'audio/PCMU',
      'audio/PCMA',
      'audio/telephone-event',
      'audio/telephone-event',
    ]);
  });
});

describe('a device', () => {
  it('is the first wished one that is there', () => {
    const present = [device('desk'), device('headset')];
    expect(chooseDevice(['gone', 'headset', 'desk'], present)?.deviceId).toBe('headset');
    expect(chooseDevice(['gone'], present)).toBeNull();
    expect(chooseDevice([], present)).toBeNull();
  });

  it('that is wished is found again by its name when the browser gives it another id', () => {
    const known = [{ deviceId: 'old', groupId: 'old usb', label: 'Jabra' }];
    const renamed = { deviceId: 'new', groupId: 'usb', label: 'Jabra' };
    const twin = { deviceId: 'twin', groupId: 'old usb', label: 'Jabra' };
    const present = [device('desk'), renamed];
    expect(chooseDevice(['old', 'desk'], present, known)?.deviceId).toBe('new');
    expect(chooseDevice(['old', 'desk'], [...present, twin], known)?.deviceId).toBe('twin');
    expect(chooseDevice(['old', 'new'], [device('desk'), renamed], known)?.deviceId).toBe('new');
    expect(chooseDevice(['old', 'desk'], present)?.deviceId).toBe('desk');
    expect(firstIsMissing(['old', 'desk'], renamed, known)).toBe(false);
    expect(firstIsMissing(['old', 'desk'], device('desk'), known)).toBe(true);
    expect(firstIsMissing(['old'], null, known)).toBe(true);
    expect(firstIsMissing([], null, known)).toBe(false);
  });

  it("is not one of the browser's doubles or nameless entries", () => {
    const listed = [device('default'), device('communications'), device(''), device('headset')];
    expect(realDevices(listed).map((one) => one.deviceId)).toEqual(['headset']);
  });

  it('stays while it is the chosen one', () => {
    const headset = device('headset');
    const captured = { deviceId: 'headset', groupId: headset.groupId };
    expect(stillFits(captured, headset, [headset])).toBe(true);
    expect(stillFits(captured, device('desk'), [headset])).toBe(false);
  });

  it("follows the system's choice when that moves to other hardware", () => {
    const captured = { deviceId: 'default', groupId: 'usb' };
    expect(stillFits(captured, null, [device('default', 'usb')])).toBe(true);
    expect(stillFits(captured, null, [device('default', 'board')])).toBe(false);
    expect(stillFits(captured, null, [device('only', 'usb')])).toBe(true);
  });
});

describe('the level', () => {
  it('is the root mean square between two looks', () => {
    const before = { totalAudioEnergy: 1, totalSamplesDuration: 10 };
    const now = { totalAudioEnergy: 1.025, totalSamplesDuration: 10.1 };
    expect(levelBetween(before, now)).toBeCloseTo(0.5);
  });

  it('is nothing before the second look, in silence, and where the sums began anew', () => {
    const sums = { totalAudioEnergy: 1, totalSamplesDuration: 10 };
    expect(levelBetween(null, sums)).toBe(0);
    expect(levelBetween(sums, null)).toBe(0);
    expect(levelBetween(sums, { ...sums, totalSamplesDuration: 11 })).toBe(0);
    expect(levelBetween(sums, { totalAudioEnergy: 0.1, totalSamplesDuration: 0.2 })).toBe(0);
  });

  const sums = fc.record({
    totalAudioEnergy: fc.double({ noNaN: false }),
    totalSamplesDuration: fc.double({ noNaN: false }),
  });
  test.prop([sums, sums])('is between 0 and 1, whatever the browser counts', (before, now) => {
    const level = levelBetween(before, now);
    expect(level).toBeGreaterThanOrEqual(0);
    expect(level).toBeLessThanOrEqual(1);
  });
});

describe('packets', () => {
  it('flow from the first one, are lost after two seconds without, and flow again', () => {
    const watch = new PacketWatch();
    expect(watch.look(0, 0, true)).toBeNull();
    expect(watch.look(100, 5, true)).toBe(true);
    expect(watch.look(200, 9, true)).toBeNull();
    expect(watch.look(200 + lostAfter - 1, 9, true)).toBeNull();
    expect(watch.look(200 + lostAfter, 9, true)).toBe(false);
    expect(watch.look(5000, 9, true)).toBeNull();
    expect(watch.look(5100, 10, true)).toBe(true);
  });

  it('are not missed while nothing can arrive, and have two seconds after that', () => {
    const watch = new PacketWatch();
    watch.look(0, 5, true);
    expect(watch.look(60_000, 5, false)).toBeNull();
    expect(watch.look(60_100, 5, true)).toBeNull();
    expect(watch.look(60_100 + lostAfter, 5, true)).toBe(false);
  });

  const looks = fc.array(
    fc.record({ after: fc.nat(3000), more: fc.nat(3), expected: fc.boolean() }),
    { maxLength: 60 },
  );
  test.prop([looks])(
    'are said to flow or to be lost by turns, and lost only after the wait',
    (all) => {
      const watch = new PacketWatch();
      let now = 0;
      let received = 0;
      let arrivedAt = 0;
      let said: boolean | null = null;
      for (const { after, more, expected } of all) {
        now += after;
        received += more;
        const news = watch.look(now, received, expected);
        if (more > 0) {
          arrivedAt = now;
          expect(watch.flowing).toBe(true);
        }
        if (news === null) continue;
        expect(news).not.toBe(said);
        if (!news) expect(now - arrivedAt).toBeGreaterThanOrEqual(lostAfter);
        said = news;
      }
    },
  );
});

describe('the statistics', () => {
  it('are nought before anything was sent', () => {
    expect(readCounters([])).toEqual({
      packetsSent: 0,
      packetsReceived: 0,
      packetsLost: 0,
      jitter: 0,
      roundTrip: null,
      codec: null,
      concealed: 0,
      jitterBuffer: 0,
      sums: { played: 0, madeUp: 0, emitted: 0, waited: 0 },
      lossThere: null,
      sent: null,
      heard: null,
    });
  });

  it('tell how much of what was played was made up, and how long all of it waited', () => {
    const inbound = {
      id: 'i',
      type: 'inbound-rtp',
      kind: 'audio',
      totalSamplesReceived: 1000,
      concealedSamples: 300,
      silentConcealedSamples: 100,
      jitterBufferDelay: 40,
      jitterBufferEmittedCount: 800,
    };
    const { sums, concealed, jitterBuffer } = readCounters([inbound]);
    expect(sums).toEqual({ played: 1000, madeUp: 200, emitted: 800, waited: 40 });
    expect([concealed, jitterBuffer]).toEqual([0.2, 0.05]);
  });

  it('prefer what the other side reports on the round trip', () => {
    const reports = [
      { id: 'c', type: 'codec', mimeType: 'audio/opus' },
      { id: 'o', type: 'outbound-rtp', kind: 'audio', packetsSent: 7, codecId: 'c' },
      { id: 't', type: 'transport', selectedCandidatePairId: 'p' },
      { id: 'p', type: 'candidate-pair', currentRoundTripTime: 0.2 },
      { id: 'r', type: 'remote-inbound-rtp', kind: 'audio', roundTripTime: 0.05 },
    ];
    expect(readCounters(reports)).toMatchObject({ codec: 'opus', packetsSent: 7, roundTrip: 0.05 });
    expect(readCounters(reports.slice(0, 4)).roundTrip).toBe(0.2);
  });
});

describe('tones', () => {
  const tones = ['call-waiting', 'ringback', 'auto-answer'] as const;
  const all = [
    ...tones.map((tone) => [tone, 'classic'] as const),
    ...ringTones.map((melody) => ['ring', melody] as const),
  ];
  it.each(all)('%s %s sounds, clips nowhere, begins and ends on silence', (tone, melody) => {
    const { samples } = tonePattern(tone, melody, 48_000);
    const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    expect(peak).toBeCloseTo(0.95);
    expect(samples[0]).toBe(0);
    expect(Math.abs(samples.at(-1) ?? 1)).toBeLessThan(0.001);
  });

  it('go on until they are stopped, but for the one before a call that answers itself', () => {
    expect(tonePattern('ring', 'low', 8000).loops).toBe(true);
    expect(tonePattern('call-waiting', 'low', 8000).loops).toBe(true);
    const answered = tonePattern('auto-answer', 'low', 8000);
    expect([answered.loops, answered.samples.length / 8000]).toEqual([false, 0.4]);
  });

  it('tell that it rings there for a second, and then not for four', () => {
    const { samples, loops } = tonePattern('ringback', 'low', 8000);
    expect([loops, samples.length / 8000]).toEqual([true, 5]);
    expect(rootMeanSquare(samples.subarray(0, 8000))).toBeGreaterThan(0.6);
    expect(levelAt(samples.subarray(1000, 5000), 425, 8000)).toBeGreaterThan(0.6);
    expect(rootMeanSquare(samples.subarray(8000))).toBe(0);
  });

  it('ring in melodies that have little in common', () => {
    const rung = ringTones.map((melody) => tonePattern('ring', melody, 8000).samples);
    for (const [index, one] of rung.entries())
      for (const other of rung.slice(index + 1)) expect(likeness(one, other)).toBeLessThan(0.3);
  });
});

/** 1 for the same sound, 0 for two that have nothing in common. */
function likeness(one: Float32Array, other: Float32Array): number {
  const product = (first: Float32Array, second: Float32Array) =>
    first.reduce((sum, sample, index) => sum + sample * (second[index] ?? 0), 0);
  return Math.abs(product(one, other)) / Math.sqrt(product(one, one) * product(other, other));
}
