/** The voice page in a real Chromium: main over the real link on one side, a real peer with a tone on the other. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { secondsOfTone } from '../support/tone.ts';
import { waitFor } from '../support/wait-for.ts';
import { writeWav } from '../support/wav.ts';
import {
  bursts,
  codecNames,
  connected,
  events,
  lastDevices,
  lastLevel,
  loudness,
  openCalls,
  opened,
  practicePeer,
  recentLevels,
  renegotiate,
  silenceBegins,
  talking,
  ufragOf,
  withoutTelephoneEvent,
} from './support/practice-call.ts';
import { VoiceHost, type LinkedPage } from './support/voice-host.ts';

const operatorTone = 1000;
/** The practice peer's steady tone, taken down to the loudness of speech (0.05) by the ear's guard. */
const heardLevel = 0.03;
/** As Electron's voice window has it; a tab of a browser must be touched first, unless it captures. */
const soundsUntouched = '--autoplay-policy=no-user-gesture-required';

let host: VoiceHost;
let folder: string;
let withMicrophone: BrowserContext;
let page: LinkedPage;
let complaints: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'voice-wav-'));
  const wav = join(folder, 'operator.wav');
  await writeWav(wav, bursts(operatorTone));
  host = await VoiceHost.open();
  withMicrophone = await host.browser([
    '--use-fake-ui-for-media-stream',
    '--use-fake-device-for-media-stream',
    `--use-file-for-fake-audio-capture=${wav}`,
  ]);
  ({ link: page, complaints } = await host.page(withMicrophone));
});

afterAll(async () => {
  await host[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

describe('a voice page with a microphone', () => {
  it('tells its devices, by name once the microphone is granted', async () => {
    const devices = await lastDevices(
      page,
      (event) =>
        event.microphone === 'ok' && event.devices.some((device) => device.kind === 'microphone'),
    );
    expect(devices.devices.every((device) => device.label !== '')).toBe(true);
    expect(devices.devices.every((device) => device.deviceId !== 'default')).toBe(true);
    // None is open between calls.
    await lastDevices(page, (event) => event.microphoneInUse === null);
  });

  it('calls: audio both ways, Opus, and levels of what is really sent and heard', async () => {
    const { callId, customer } = await talking(page);
    expect(secondsOfTone(await customer.listen(2), operatorTone)).toBeGreaterThan(0.5);
    // The system's choice, by the name of what is behind it.
    await lastDevices(page, (event) => /\w/.test(event.microphoneInUse ?? ''));
    await waitFor('levels both ways', () => {
      const last = lastLevel(page, callId);
      return (
        last && last.in > heardLevel && recentLevels(page, callId).some((one) => one.out > 0.01)
      );
    });
    const stats = await waitFor('the customer in the statistics', async () => {
      const now = await page.rpc.peer.stats({ callId });
      return now.levelIn > heardLevel && now;
    });
    expect(stats.codec?.toLowerCase()).toBe('opus');
    expect(stats.packetsSent).toBeGreaterThan(0);
    expect(stats.packetsReceived).toBeGreaterThan(0);
    expect([stats.concealed, stats.jitterBuffer].every((one) => one >= 0 && one < 1)).toBe(true);
    expect(events(page, callId, 'audio').at(-1)).toMatchObject({ flowing: true });
  });

  it('offers Opus, PCMU, PCMA and telephone-event, in this order, with candidates', async () => {
    const callId = await opened(page);
    const { type, sdp } = await page.rpc.peer.describe({ callId, hold: false, iceRestart: false });
    expect(type).toBe('offer');
    expect(sdp).toMatch(/^a=candidate:/m);
    expect(codecNames(sdp).filter((name) => name !== 'telephone-event')).toEqual([
      'opus',
      'PCMU',
      'PCMA',
    ]);
    expect(codecNames(sdp)).toContain('telephone-event');
  });

  it('answers an offer that came in', async () => {
    const callId = await opened(page);
    const customer = practicePeer();
    const taken = await page.rpc.peer.accept({ callId, sdp: await customer.offer() });
    expect(taken).toEqual({ heldThere: false });
    const answer = await page.rpc.peer.describe({ callId, hold: false, iceRestart: false });
    expect(answer.type).toBe('answer');
    await customer.accept(answer.sdp);
    await page.rpc.focus({ callId });
    expect(secondsOfTone(await customer.listen(2), operatorTone)).toBeGreaterThan(0.5);
    await waitFor('the customer heard', () => (lastLevel(page, callId)?.in ?? 0) > heardLevel);
  });

  it('sends real silence while muted, also after a new negotiation, and sounds again after', async () => {
    const { callId, customer } = await talking(page);
    await page.rpc.peer.mute({ callId, muted: true });
    await silenceBegins(customer);
    expect(loudness(await customer.listen(1))).toBeLessThan(0.001);
    await renegotiate(page, callId, customer, { hold: false });
    await page.rpc.devices.wish({
      microphones: [],
      speakers: [],
      ringers: [],
      ringVolume: 0.5,
      noiseSuppression: false,
    });
    expect(loudness(await customer.listen(1))).toBeLessThan(0.001);
    page.heard.length = 0;
    await waitFor('levels of the mute', () => recentLevels(page, callId).length > 5);
    expect(Math.max(...recentLevels(page, callId).map((one) => one.out))).toBe(0);
    await page.rpc.peer.mute({ callId, muted: false });
    expect(secondsOfTone(await customer.listen(2), operatorTone)).toBeGreaterThan(0.5);
  });

  it('holds sendonly with silence, resumes, and hears being held', async () => {
    const { callId, customer } = await talking(page);
    const held = await renegotiate(page, callId, customer, { hold: true });
    expect(held.offer).toContain('a=sendonly');
    expect(held.heldThere).toBe(false);
    await silenceBegins(customer);
    expect(loudness(await customer.listen(1))).toBeLessThan(0.001);
    const resumed = await renegotiate(page, callId, customer, { hold: false });
    expect(resumed.offer).toContain('a=sendrecv');
    expect(secondsOfTone(await customer.listen(2), operatorTone)).toBeGreaterThan(0.5);

    const offer = await customer.offer('sendonly');
    expect(await page.rpc.peer.accept({ callId, sdp: offer })).toEqual({ heldThere: true });
    const answer = await page.rpc.peer.describe({ callId, hold: false, iceRestart: false });
    expect(answer.sdp).toContain('a=recvonly');
    await customer.accept(answer.sdp);
    const both = await page.rpc.peer.describe({ callId, hold: true, iceRestart: false });
    expect(both.sdp).toContain('a=inactive');
  });

  it('gives the microphone and the ear to the focused call only', async () => {
    const first = await talking(page);
    const second = await talking(page);
    await silenceBegins(first.customer);
    expect(loudness(await first.customer.listen(1))).toBeLessThan(0.001);
    expect(secondsOfTone(await second.customer.listen(2), operatorTone)).toBeGreaterThan(0.5);
    expect((await page.rpc.peer.stats({ callId: first.callId })).levelIn).toBe(0);
    await page.rpc.focus({ callId: first.callId });
    expect(secondsOfTone(await first.customer.listen(2), operatorTone)).toBeGreaterThan(0.5);
    await silenceBegins(second.customer);
  });

  it('sends RFC 4733 tones, and says when they were not negotiated', async () => {
    const { callId } = await talking(page);
    expect(await page.rpc.peer.sendDtmf({ callId, tones: '12#' })).toEqual({ sent: true });
    const deaf = await opened(page);
    const customer = practicePeer();
    const { sdp } = await page.rpc.peer.describe({ callId: deaf, hold: false, iceRestart: false });
    const answer = await customer.answer(sdp);
    await page.rpc.peer.accept({ callId: deaf, sdp: withoutTelephoneEvent(answer) });
    await connected(page, deaf);
    expect(await page.rpc.peer.sendDtmf({ callId: deaf, tones: '1' })).toEqual({ sent: false });
  });

  it('refuses what is no description and goes on talking', async () => {
    const { callId, customer } = await talking(page);
    const bad = [
      'garbage',
      'v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n',
      (await customer.offer()).replace(/a=fingerprint:.*\r\n/g, ''),
      (await customer.offer()).replace(/a=fingerprint:sha-256 .*/g, 'a=fingerprint:sha-256 zz'),
    ];
    for (const sdp of bad)
      await expect(page.rpc.peer.accept({ callId, sdp })).rejects.toMatchObject({
        code: 'BAD_SDP',
        data: { reason: expect.any(String) },
      });
    expect(secondsOfTone(await customer.listen(2), operatorTone)).toBeGreaterThan(0.5);
    const good = await page.rpc.peer.accept({ callId, sdp: await customer.offer() });
    expect(good).toEqual({ heldThere: false });
  });

  it('rolls an offer back and still takes theirs', async () => {
    const { callId, customer } = await talking(page);
    await page.rpc.peer.describe({ callId, hold: true, iceRestart: false });
    await page.rpc.peer.rollback({ callId });
    await page.rpc.peer.rollback({ callId });
    expect(secondsOfTone(await customer.listen(2), operatorTone)).toBeGreaterThan(0.5);
    await page.rpc.peer.accept({ callId, sdp: await customer.offer() });
    const answer = await page.rpc.peer.describe({ callId, hold: false, iceRestart: false });
    expect(answer.type).toBe('answer');
  });

  it.each([
    ['hold', { hold: true, iceRestart: false }],
    ['another path', { hold: false, iceRestart: true }],
  ])(
    'hears whoever called after an offer of %s that came to nothing, and after the next one',
    async (_what, wish) => {
      const callId = await opened(page);
      const customer = practicePeer();
      await page.rpc.peer.accept({ callId, sdp: await customer.offer() });
      const plain = { callId, hold: false, iceRestart: false };
      await customer.accept((await page.rpc.peer.describe(plain)).sdp);
      await page.rpc.focus({ callId });
      const hears = async (): Promise<void> => {
        const since = page.heard.length;
        await waitFor('the customer heard', () => {
          const levels = page.heard
            .slice(since)
            .filter((event) => event.type === 'level' && event.callId === callId);
          const last = levels.at(-1);
          // What was on its way before is through.
          return levels.length > 10 && last?.type === 'level' && last.in > heardLevel;
        });
      };
      await hears();
      await page.rpc.peer.describe({ callId, ...wish });
      await page.rpc.peer.rollback({ callId });
      await hears();
      await renegotiate(page, callId, customer, { hold: true });
      await renegotiate(page, callId, customer, { hold: false });
      await hears();
      expect(secondsOfTone(await customer.listen(2), operatorTone)).toBeGreaterThan(0.5);
    },
  );

  it('restarts ICE with new credentials', async () => {
    const { callId, customer } = await talking(page);
    const { sdp: before } = await page.rpc.peer.describe({
      callId,
      hold: false,
      iceRestart: false,
    });
    await page.rpc.peer.accept({ callId, sdp: await customer.answer(before) });
    const { sdp: after } = await page.rpc.peer.describe({ callId, hold: false, iceRestart: true });
    expect(ufragOf(after)).not.toBe(ufragOf(before));
    await page.rpc.peer.accept({ callId, sdp: await customer.answer(after) });
    expect(secondsOfTone(await customer.listen(2), operatorTone)).toBeGreaterThan(0.5);
  });

  it('says when packets stop', async () => {
    const { callId, customer } = await talking(page);
    customer[Symbol.dispose]();
    await waitFor('the loss', () => events(page, callId, 'audio').at(-1)?.flowing === false);
    expect(events(page, callId, 'audio').map((event) => event.flowing)).toEqual([true, false]);
  });

  it('rings and falls silent, whatever the tone', async () => {
    for (const each of ['ring', 'call-waiting', 'ringback', 'auto-answer'] as const)
      await expect(page.rpc.ring.start({ tone: each, melody: 'soft' })).resolves.toBeUndefined();
    await page.rpc.ring.stop();
    await expect(page.rpc.ring.stop()).resolves.toBeUndefined();
  });

  it('leaves nothing after close', async () => {
    const { callId, customer } = await talking(page);
    await page.rpc.peer.close({ callId });
    await page.rpc.peer.close({ callId });
    await waitFor('closed', () => events(page, callId, 'peer').at(-1)?.state === 'closed');
    await expect(page.rpc.peer.stats({ callId })).rejects.toMatchObject({ code: 'NO_PEER' });
    await waitFor('the customer to notice', () => customer.state !== 'connected');
    page.heard.length = 0;
    await waitFor('the next call', async () => (await opened(page)) !== callId);
    expect(page.heard.some((event) => 'callId' in event && event.callId === callId)).toBe(false);
  });

  it('frees who waits for a description when the call is closed', async () => {
    const callId = await opened(page, [{ urls: ['stun:127.0.0.1:9'] }]);
    const waiting = page.rpc.peer.describe({ callId, hold: false, iceRestart: false });
    await Promise.all([
      page.rpc.peer.close({ callId }),
      waiting.then(
        (made) => expect(made.type).toBe('offer'),
        (error: unknown) => expect(error).toMatchObject({ code: 'NO_PEER' }),
      ),
    ]);
  });

  it('works in the hidden frame of a desk page that nobody has touched yet', async () => {
    const { link } = await host.page(withMicrophone, '/framed.html');
    const { callId, customer } = await talking(link);
    expect(secondsOfTone(await customer.listen(2), operatorTone)).toBeGreaterThan(0.5);
    await waitFor('the customer heard', () => (lastLevel(link, callId)?.in ?? 0) > heardLevel);
  });

  it('has kept the content security policy', () => {
    expect(complaints).toEqual([]);
  });
});

describe('the link', () => {
  it('comes back by itself, the call goes on, and what main does not claim is closed', async () => {
    const { link } = await host.page(withMicrophone);
    const kept = await talking(link);
    const forgotten = await talking(link);
    const before = host.links.length;
    link.close();
    expect(await link.watched).toBeDefined();
    const again = await host.nextLink(before);
    await waitFor('both peers told', () => openCalls(again).length === 2);
    await again.rpc.peer.mute({ callId: kept.callId, muted: false });
    await again.rpc.focus({ callId: kept.callId });
    expect(secondsOfTone(await kept.customer.listen(2), operatorTone)).toBeGreaterThan(0.5);
    await waitFor('the forgotten one to be closed', () =>
      events(again, forgotten.callId, 'peer').some((event) => event.state === 'closed'),
    );
    expect((await again.rpc.peer.stats({ callId: kept.callId })).packetsSent).toBeGreaterThan(0);
  });

  it('ends the stream of events when main stops listening', async () => {
    const { link } = await host.page(withMicrophone);
    const mine = await link.rpc.watch();
    for await (const event of mine) {
      expect(event.type).toBe('devices');
      break;
    }
    await link.rpc.ring.stop();
  });

  it('waits while another tab has the sound', async () => {
    host.refuseWith = 4001;
    const before = host.links.length;
    const tab = await withMicrophone.newPage();
    const refused = tab.waitForEvent('websocket').then((socket) => socket.waitForEvent('close'));
    await tab.goto(`${host.origin}/voice.html`);
    await refused;
    host.refuseWith = null;
    const link = await host.nextLink(before);
    expect((await lastDevices(link, () => true)).type).toBe('devices');
    await tab.close();
  });
});

describe('without a microphone', () => {
  it('says so, sends silence and hears the customer', async () => {
    const { link } = await host.page(
      await host.browser(['--use-fake-ui-for-media-stream', soundsUntouched]),
    );
    const devices = await lastDevices(link, () => true);
    expect(devices.microphone).toBe('none');
    const { callId, customer } = await talking(link);
    await waitFor('the customer heard', () => (lastLevel(link, callId)?.in ?? 0) > heardLevel);
    await waitFor('packets of silence', async () => {
      const { packetsSent } = await link.rpc.peer.stats({ callId });
      return packetsSent > 10;
    });
    expect(loudness(await customer.listen(1))).toBeLessThan(0.001);
  });

  it('tells no level of what the browser will not let sound, and sounds at the first touch', async () => {
    const context = await host.browser(['--use-fake-ui-for-media-stream']);
    const { link } = await host.page(context, '/framed.html');
    const { callId, customer } = await talking(link);
    await waitFor('levels', () => events(link, callId, 'level').length > 5);
    expect(Math.max(...recentLevels(link, callId).map((one) => one.in))).toBe(0);
    await context.pages()[0]?.mouse.click(20, 20);
    await waitFor('the customer heard', () => (lastLevel(link, callId)?.in ?? 0) > heardLevel);
    expect(loudness(await customer.listen(1))).toBeLessThan(0.001);
    expect((await link.rpc.peer.stats({ callId })).packetsSent).toBeGreaterThan(0);
  });

  it('sends the microphone as soon as one is plugged in', async () => {
    const context = await host.browser([
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-audio-capture=${join(folder, 'operator.wav')}`,
    ]);
    // The plug: until it is in, the browser's own devices are hidden from the page.
    await context.addInitScript(() => {
      let plugged = false;
      const { mediaDevices } = navigator;
      const enumerate = mediaDevices.enumerateDevices.bind(mediaDevices);
      const capture = mediaDevices.getUserMedia.bind(mediaDevices);
      mediaDevices.enumerateDevices = async () =>
        (await enumerate()).filter((device) => plugged || device.kind !== 'audioinput');
      mediaDevices.getUserMedia = (wanted) =>
        plugged
          ? capture(wanted)
          : Promise.reject(new DOMException('Requested device not found', 'NotFoundError'));
      addEventListener('plug', () => {
        plugged = true;
        mediaDevices.dispatchEvent(new Event('devicechange'));
      });
    });
    const { link } = await host.page(context);
    const { customer } = await talking(link);
    expect(await lastDevices(link, () => true)).toMatchObject({ microphone: 'none' });
    expect(loudness(await customer.listen(1))).toBeLessThan(0.001);
    await context.pages()[0]?.evaluate(() => dispatchEvent(new Event('plug')));
    await lastDevices(link, (event) => event.microphone === 'ok');
    expect(secondsOfTone(await customer.listen(2), operatorTone)).toBeGreaterThan(0.5);
  });

  it('says when it is refused', async () => {
    const { link } = await host.page(
      await host.browser([
        '--use-fake-device-for-media-stream',
        '--deny-permission-prompts',
        soundsUntouched,
      ]),
    );
    await lastDevices(link, (event) => event.microphone === 'refused');
    const { callId } = await talking(link);
    await waitFor('the customer heard', () => (lastLevel(link, callId)?.in ?? 0) > heardLevel);
    expect((await link.rpc.peer.stats({ callId })).levelOut).toBe(0);
  });
});
