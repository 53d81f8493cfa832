/** What lies between line and ear, and between mouth and line: guard, noise suppression, first ring, devices; in a real Chromium. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { longestGap, secondsOfTone, shareOfTone } from '../support/tone.ts';
import { waitFor } from '../support/wait-for.ts';
import { cut, tone, writeWav, type Sound } from '../support/wav.ts';
import { bursts, lastDevices, loudness, recentLevels, talking } from './support/practice-call.ts';
import { closeLoop, overheard, tapEars } from './support/tapped-ear.ts';
import { VoiceHost, type LinkedPage } from './support/voice-host.ts';

const wishes = {
  microphones: [],
  speakers: [],
  ringers: [],
  ringVolume: 1,
  noiseSuppression: false,
};
const operatorTone = 1_000;
const soundsUntouched = '--autoplay-policy=no-user-gesture-required';

let host: VoiceHost;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'voice-path-'));
  host = await VoiceHost.open();
});

afterAll(async () => {
  await host[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** A browser whose microphone says this. */
async function browserHearing(sound: Sound): Promise<BrowserContext> {
  const wav = join(folder, `${randomUUID()}.wav`);
  await writeWav(wav, sound);
  return host.browser([
    '--use-fake-ui-for-media-stream',
    '--use-fake-device-for-media-stream',
    `--use-file-for-fake-audio-capture=${wav}`,
    soundsUntouched,
  ]);
}

/** A page in such a browser, with its own cleaning of the sound off, so that ours is seen; what it plays is overheard. */
async function pageHearing(sound: Sound) {
  const context = await browserHearing(sound);
  await context.addInitScript(() => {
    const suppressors: AudioWorkletNode[] = [];
    const Original = AudioWorkletNode;
    Object.assign(window, {
      AudioWorkletNode: class extends Original {
        constructor(audio: BaseAudioContext, name: string, options?: AudioWorkletNodeOptions) {
          super(audio, name, options);
          if (name.endsWith('rnnoise')) suppressors.push(this);
        }
      },
      killSuppressors: () => {
        for (const node of suppressors.splice(0)) node.disconnect();
      },
    });
    const { mediaDevices } = navigator;
    const capture = mediaDevices.getUserMedia.bind(mediaDevices);
    const raw = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
    mediaDevices.getUserMedia = (wanted) =>
      capture({ audio: { ...(wanted?.audio as MediaTrackConstraints), ...raw } });
  });
  await tapEars(context);
  return host.page(context);
}

const loudest = (sounds: readonly Sound[]) =>
  sounds.reduce((most, one) => (loudness(one) > loudness(most) ? one : most));
const peak = (sound: Sound) =>
  sound.samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
/**
 * Amplitudes of a tone, one for each 50 ms in which it is whole. A peak would do on an idle machine; on a busy one packets
 * come late, and what the jitter buffer makes up for them overshoots.
 */
const tonesIn = (sound: Sound, hz: number) =>
  Array.from({ length: Math.floor(sound.samples.length / sound.rate / 0.05) }, (_, index) =>
    cut(sound, index * 0.05, 0.05),
  )
    .filter((part) => shareOfTone(part, hz) > 0.95)
    .map((part) => loudness(part) * Math.SQRT2);
const middle = (numbers: readonly number[]) =>
  numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? Number.NaN;
const decibels = (ratio: number) => 20 * Math.log10(ratio);

function whiteNoise(level: number, seconds: number): Sound {
  let seed = 1;
  const samples = Float32Array.from({ length: seconds * 48_000 }, () => {
    seed = (seed * 16_807) % 2_147_483_647;
    return level * ((2 * seed) / 2_147_483_647 - 1);
  });
  return { rate: 48_000, samples };
}

describe('the ear', () => {
  it('hears a voice at its level and a steady loud tone no louder than speech', async () => {
    const { link, page } = await pageHearing(bursts(operatorTone));
    const { customer } = await talking(link);
    customer.syllables = true;
    customer.loudness = 0.04;
    await waitFor('the quiet voice', async () => {
      const levels = tonesIn(loudest(await overheard(page, 1)), 440);
      return levels.length >= 4 && Math.abs(middle(levels) - 0.04) < 0.004;
    });
    customer.syllables = false;
    customer.loudness = 0.95;
    // On a busy machine packets come late, and a torn tone is a new one: some quarter of a second must be whole.
    await waitFor('the loud tone taken down', async () => {
      const heard = loudest(await overheard(page, 1));
      return [0, 0.25, 0.5, 0.75].some((from) => {
        const quarter = cut(heard, from, 0.25);
        return shareOfTone(quarter, 440) > 0.5 && loudness(quarter) < 0.056;
      });
    });
    customer.syllables = true;
    const heard = loudest(await overheard(page, 3));
    expect(secondsOfTone(heard, 440)).toBeGreaterThan(0.3);
    // -3 dB: the first moment of each syllable is not yet a steady tone, and still below the ceiling.
    expect(peak(heard)).toBeLessThanOrEqual(10 ** (-3 / 20) + 0.001);
  });

  it('hears the customer without the guard where no worklet can be had', async () => {
    const context = await host.browser(['--use-fake-ui-for-media-stream', soundsUntouched]);
    await context.addInitScript(() => {
      Object.assign(AudioWorklet.prototype, { addModule: () => Promise.reject(new Error('none')) });
    });
    const { link } = await host.page(context);
    const { callId } = await talking(link);
    const unguarded = () => recentLevels(link, callId).some((one) => one.in > 0.1);
    expect(await waitFor('the customer', unguarded)).toBe(true);
  });
});

describe('noise suppression', () => {
  const on = { ...wishes, noiseSuppression: true };

  it('takes white noise down by 10 dB and more, and is switched in a call', async () => {
    const { link, complaints } = await pageHearing(whiteNoise(0.1, 2));
    const { customer } = await talking(link);
    await waitFor('the noise', async () => loudness(await customer.listen(0.5)) > 0.03);
    const noise = loudness(await customer.listen(1));
    await link.rpc.devices.wish(on);
    await lastDevices(link, (event) => event.noiseSuppression === 'on');
    await waitFor(
      'less noise',
      async () => decibels(noise / Math.max(1e-6, loudness(await customer.listen(1)))) > 10,
    );
    await link.rpc.devices.wish(wishes);
    await waitFor(
      'the noise again',
      async () => loudness(await customer.listen(0.5)) > noise / 1.5,
    );
    expect(complaints).toEqual([]);
  });

  it('lets go on what a dead suppressor swallowed, says so, and tries again at the next wish', async () => {
    const { link, page } = await pageHearing(bursts(operatorTone));
    await link.rpc.devices.wish(on);
    const { customer } = await talking(link);
    await waitFor(
      'the operator',
      async () => secondsOfTone(await customer.listen(1), operatorTone) > 0.2,
    );
    await page.evaluate(() => (window as unknown as { killSuppressors(): void }).killSuppressors());
    await lastDevices(link, (event) => event.noiseSuppression === 'bypassed');
    const after = await customer.listen(3);
    expect(secondsOfTone(after, operatorTone)).toBeGreaterThan(1);
    expect(longestGap(after, operatorTone)).toBeLessThan(0.6);
    link.heard.length = 0;
    await link.rpc.devices.wish(on);
    await lastDevices(link, (event) => event.noiseSuppression === 'on');
    expect(secondsOfTone(await customer.listen(2), operatorTone)).toBeGreaterThan(0.4);
  });
});

describe('a microphone that is pulled in a call', () => {
  it('is followed by the next wished one at once, and comes back when it is plugged in', async () => {
    const context = await browserHearing(bursts(operatorTone));
    // The plugs: a device that is out is hidden, what was captured of it ends, and another id answers for it later.
    await context.addInitScript(() => {
      const out = new Set<string>();
      const captured: { readonly track: MediaStreamTrack; readonly label: string }[] = [];
      const { mediaDevices } = navigator;
      const enumerate = mediaDevices.enumerateDevices.bind(mediaDevices);
      const capture = mediaDevices.getUserMedia.bind(mediaDevices);
      mediaDevices.enumerateDevices = async () =>
        (await enumerate()).filter((device) => !out.has(device.label));
      mediaDevices.getUserMedia = async (wanted) => {
        const stream = await capture(wanted);
        for (const track of stream.getTracks()) captured.push({ track, label: track.label });
        return stream;
      };
      Object.assign(window, {
        plug: (label: string, inside: boolean) => {
          if (inside) out.delete(label);
          else out.add(label);
          for (const { track } of captured.filter((one) => !inside && one.label === label)) {
            track.stop();
            track.dispatchEvent(new Event('ended'));
          }
          mediaDevices.dispatchEvent(new Event('devicechange'));
        },
      });
    });
    const { link, page } = await host.page(context);
    const { devices } = await lastDevices(link, (event) => event.devices.length > 3);
    const microphones = devices.filter(({ kind }) => kind === 'microphone');
    const [first, second] = microphones;
    if (!first || !second) throw new Error('Chromium has two fake microphones');
    await link.rpc.devices.wish({
      ...wishes,
      microphones: [first.deviceId, second.deviceId],
      known: microphones,
    });
    const { customer } = await talking(link);
    await lastDevices(link, (event) => event.microphoneInUse === first.label);
    const plug = (label: string, inside: boolean) =>
      page.evaluate(
        ([name, is]) =>
          (window as unknown as { plug(label: string, inside: boolean): void }).plug(name, is),
        [label, inside] as const,
      );
    const listening = customer.listen(4);
    await plug(first.label, false);
    const instead = await lastDevices(link, (event) => event.microphoneInUse === second.label);
    expect(instead.missing).toEqual(['microphone']);
    const heard = await listening;
    expect(secondsOfTone(heard, operatorTone)).toBeGreaterThan(1);
    // The quarter of a second in which the operator is silent anyway, and half a second at most.
    expect(longestGap(heard, operatorTone)).toBeLessThan(0.8);
    await plug(first.label, true);
    const back = await lastDevices(link, (event) => event.microphoneInUse === first.label);
    expect(back.missing).toEqual([]);
    expect(secondsOfTone(await customer.listen(2), operatorTone)).toBeGreaterThan(0.4);
  });
});

describe('the first ring of the day', () => {
  it('is proven at the start, and heard in the melody that was asked for', async () => {
    const { link, page } = await pageHearing(bursts(operatorTone));
    expect((await lastDevices(link, (event) => event.proven)).proven).toBe(true);
    await link.rpc.ring.start({ tone: 'ring', melody: 'low' });
    await waitFor('the low ring', async () => {
      const heard = loudest(await overheard(page, 1.5));
      return (
        loudness(heard) > 0.05 &&
        Math.max(secondsOfTone(heard, 220), secondsOfTone(heard, 294)) > 0.2
      );
    });
    await link.rpc.ring.stop();
    await waitFor('peace', async () =>
      (await overheard(page, 0.3)).every((one) => loudness(one) < 0.001),
    );
  });

  it('is not proven in a page that nobody has touched and that may not sound, and is after the first touch', async () => {
    const context = await host.browser(['--use-fake-ui-for-media-stream']);
    const { link, page } = await host.page(context, '/framed.html');
    expect((await lastDevices(link, (event) => event.microphone === 'none')).proven).toBe(false);
    await page.mouse.click(20, 20);
    await lastDevices(link, (event) => event.proven);
  });
});

describe('the ringback', () => {
  it('is heard in the ear, not on the ringing device, and falls silent', async () => {
    const { link, page } = await pageHearing(bursts(operatorTone));
    await lastDevices(link, (event) => event.proven);
    const soundingIn = (heard: readonly Sound[]) =>
      heard.findIndex((one) => one === loudest(heard) && loudness(one) > 0.02);
    await link.rpc.ring.start({ tone: 'ring', melody: 'low' });
    const ringing = await waitFor('the ring', async () => {
      const place = soundingIn(await overheard(page, 1.5));
      return place < 0 ? undefined : { place };
    });
    await link.rpc.ring.start({ tone: 'ringback', melody: 'classic' });
    const heard = await overheard(page, 5);
    expect(secondsOfTone(loudest(heard), 425)).toBeGreaterThan(0.7);
    expect(secondsOfTone(loudest(heard), 425)).toBeLessThan(1.5);
    expect(soundingIn(heard)).not.toBe(ringing.place);
    await link.rpc.ring.stop();
    await waitFor('peace', async () =>
      (await overheard(page, 1.5)).every((one) => loudness(one) < 0.001),
    );
  });
});

describe('the headset loop', () => {
  it('is open where the microphone hears nothing of the ear', async () => {
    const { link } = await pageHearing(bursts(operatorTone));
    const test = await link.rpc.devices.test({ seconds: 1.5 });
    expect(test.looped).toBe(false);
    expect(test.spoken).toBeGreaterThan(0.1);
  });

  it('is closed where the tone comes back, and leaves the call alone', async () => {
    const { link, page } = await pageHearing(tone(300, 1, 48_000, 0.02));
    await lastDevices(link, (event) => event.proven);
    await closeLoop(page);
    const test = await link.rpc.devices.test({ seconds: 1.5 });
    expect(test).toMatchObject({ looped: true });
    expect(test.heard).toBeGreaterThan(0.01);
  });

  it('is silent at once when it is called off: the next one finds the room quiet', async () => {
    const { link, page } = await pageHearing(tone(300, 1, 48_000, 0.02));
    await lastDevices(link, (event) => event.proven);
    await closeLoop(page);
    const off = new AbortController();
    const first = link.rpc.devices.test({ seconds: 10 }, { signal: off.signal });
    // Its tone begins after a quarter of the time.
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    off.abort();
    await expect(first).rejects.toMatchObject({ name: 'AbortError' });
    expect(await link.rpc.devices.test({ seconds: 1.5 })).toMatchObject({ looped: true });
  });
});

describe('after each call', () => {
  /** What a page holds when its calls are over, and after how many calls. */
  async function kept(link: LinkedPage, page: Page) {
    const inspector = await page.context().newCDPSession(page);
    await inspector.send('Performance.enable');
    const count = async () => {
      await inspector.send('HeapProfiler.collectGarbage');
      const { metrics } = await inspector.send('Performance.getMetrics');
      return new Map(metrics.map(({ name, value }) => [name, value]));
    };
    return async (connections: number) => {
      await waitFor(`${connections} peer connections`, async () => {
        const { microphone } = await lastDevices(link, () => true);
        return microphone === 'ok' && (await count()).get('RTCPeerConnections') === connections;
      });
      const now = await count();
      return {
        handlers: now.get('AudioHandlers') ?? NaN,
        processors: now.get('AudioWorkletProcessors') ?? NaN,
        nodes: now.get('Nodes') ?? NaN,
        megabytes: (now.get('JSHeapUsedSize') ?? NaN) / 2 ** 20,
      };
    };
  }

  /** Two calls, a conference of both, and an end. */
  async function callsOf(link: LinkedPage): Promise<void> {
    const callIds = [randomUUID(), randomUUID()];
    for (const callId of callIds)
      await link.rpc.peer.open({ callId, muted: false, iceServers: [] });
    await link.rpc.conference({ callIds });
    for (const callId of callIds) await link.rpc.peer.close({ callId });
  }

  it('nothing is left: a thousand calls meet and go', { timeout: 300_000 }, async () => {
    const { link, page } = await host.page(await browserHearing(bursts(operatorTone)));
    await link.rpc.devices.wish({ ...wishes, noiseSuppression: true });
    const count = await kept(link, page);
    for (let calls = 0; calls < 60; calls += 2) await callsOf(link);
    const before = await count(0);
    for (let calls = 0; calls < 1_000; calls += 2) {
      await callsOf(link);
      // The browser has room for 500 connections until it cleans up, which in a day it does between calls.
      if (calls % 200 === 0) await count(0);
    }
    const after = await count(0);
    // What was made since the contexts were last made anew.
    expect(after.handlers).toBeLessThanOrEqual(before.handlers + 120);
    expect(after.processors).toBeLessThanOrEqual(before.processors + 40);
    expect(after.nodes).toBeLessThanOrEqual(before.nodes + 5);
    expect(after.megabytes - before.megabytes).toBeLessThan(10);
  });
});
