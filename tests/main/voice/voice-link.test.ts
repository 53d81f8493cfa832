import { describe, expect, test } from 'vitest';
import type { AudioState } from '#shared/contract/desk.ts';
import type { VoiceClient } from '../../../src-main/voice/voice-client.ts';
import { createVoiceLink, type LevelEvent } from '../../../src-main/voice/voice-link.ts';
import { manualClock, silentLog } from '../../support/call-desk-bench.ts';
import { FakeVoicePage, sdp } from '../../support/fake-voice-page.ts';
import { until } from '../../support/until.ts';

const callId = '018f3a4e-5b6c-7d8e-9f00-0123456789ab';
const wishes = {
  microphones: ['usb'],
  speakers: [],
  ringers: [],
  ringVolume: 0.5,
  noiseSuppression: false,
};

function link() {
  let arrived: (client: VoiceClient) => void = () => undefined;
  const clock = manualClock();
  const voice = createVoiceLink({
    onVoicePage: (told) => {
      arrived = told;
      return { [Symbol.dispose]: () => undefined };
    },
    clock,
    log: silentLog,
    wishes,
  });
  const audio: AudioState[] = [];
  const levels: LevelEvent[] = [];
  const pages: boolean[] = [];
  voice.onAudio((state) => audio.push(state));
  voice.onLevel((level) => levels.push(level));
  voice.onPage((present) => pages.push(present));
  const arrive = (name: string): FakeVoicePage => {
    const page = new FakeVoicePage(name);
    arrived(page.client);
    return page;
  };
  return { voice, clock, audio, levels, pages, arrive };
}

test('without a page nothing can be asked, and the fact is told', async () => {
  const { voice } = link();
  voice.openPeer(callId, []);
  expect(voice.present).toBe(false);
  expect(voice.audio).toMatchObject({ page: 'gone', microphone: 'unknown', wishes });
  await expect(voice.describe(callId, { hold: false, iceRestart: false })).rejects.toMatchObject({
    code: 'NO_VOICE',
  });
});

test('the first page owns the sound; the next one follows when it goes, with all facts', async () => {
  const { voice, pages, arrive } = link();
  const first = arrive('first');
  const second = arrive('second');
  const third = arrive('third');
  voice.openPeer(callId, []);
  voice.mute(callId, true);
  voice.focus(callId);
  voice.ring({ tone: 'call-waiting', melody: 'soft' });
  await until('the first has it', () => first.peers.has(callId));
  expect(second.commands).toEqual([]);
  third.leave();
  first.leave();
  await until('the second has it', () => second.peers.has(callId));
  await until('the ring', () => second.ringing);
  expect(second).toMatchObject({ focused: callId, ringing: 'call-waiting', wishes });
  expect(second.peers.get(callId)?.muted).toBe(true);
  expect(pages).toEqual([true, false, true]);
  second.leave();
  await until('nobody', () => !voice.present);
  expect(third.commands).toEqual([]);
});

test('mute follows every negotiation', async () => {
  const { voice, arrive } = link();
  const page = arrive('page');
  voice.openPeer(callId, []);
  voice.mute(callId, true);
  await voice.describe(callId, { hold: false, iceRestart: false });
  await voice.accept(callId, sdp());
  await until('mute last', () => page.peers.get(callId)?.history.at(-1) === 'mute');
  expect(page.peers.get(callId)?.history.filter((one) => one === 'mute')).toHaveLength(3);
});

test('what is asked of a page that goes is rejected at once', async () => {
  const { voice, arrive } = link();
  const page = arrive('page');
  voice.openPeer(callId, []);
  page.hung.add('describe');
  const asked = voice.describe(callId, { hold: false, iceRestart: false });
  await until('asked', () => page.commands.includes('describe'));
  page.leave();
  await expect(asked).rejects.toMatchObject({ code: 'NO_VOICE' });
});

test('a page that does not answer in time is as good as none', async () => {
  const { voice, clock, arrive } = link();
  const page = arrive('page');
  voice.openPeer(callId, []);
  page.hung.add('describe');
  const asked = voice.describe(callId, { hold: false, iceRestart: false });
  await until('asked', () => page.commands.includes('describe'));
  clock.advance(5000);
  await expect(asked).rejects.toMatchObject({ code: 'NO_VOICE' });
});

describe('a page that answers nothing any more', () => {
  const hangs = (page: FakeVoicePage): void => {
    for (const name of ['mute', 'focus']) page.hung.add(name);
  };

  test('is ended, and the next one is as mute as the operator was told', async () => {
    const { voice, clock, pages, arrive } = link();
    const page = arrive('page');
    const next = arrive('next');
    voice.openPeer(callId, []);
    await until('opened', () => page.peers.has(callId));
    hangs(page);
    voice.mute(callId, true);
    clock.advance(2000);
    await until('asked whether it lives', () => page.commands.at(-1) === 'focus');
    expect(page.ended).toBe(false);
    clock.advance(2000);
    expect(page.ended).toBe(true);
    expect(pages).toEqual([true, false, true]);
    await until('opened there', () => next.peers.get(callId)?.muted === true);
  });

  test('is left alone while it still tells anything', async () => {
    const { voice, clock, levels, arrive } = link();
    const page = arrive('page');
    voice.openPeer(callId, []);
    await until('opened', () => page.peers.has(callId) && page.watched);
    hangs(page);
    voice.mute(callId, true);
    clock.advance(2000);
    page.emit({ type: 'level', callId, out: 0, in: 0, spoken: 0, silent: false });
    await until('heard', () => levels.length > 0);
    clock.advance(2000);
    expect(page.ended).toBe(false);
    expect(voice.present).toBe(true);
  });
});

test('a test of the devices that is called off is called off in the page too', async () => {
  const { voice, arrive } = link();
  const page = arrive('page');
  page.hung.add('test');
  const off = new AbortController();
  const test = voice.testDevices(3, off.signal);
  await until('begun', () => page.commands.includes('test'));
  off.abort();
  await expect(test).rejects.toMatchObject({ name: 'VoiceError' });
  await until('called off', () => page.testsCalledOff === 1);
});

test('a peer that is never opened does not keep its description waiting for ever', async () => {
  const { voice, clock, arrive } = link();
  const page = arrive('page');
  page.hung.add('open');
  voice.openPeer(callId, []);
  const asked = voice.describe(callId, { hold: false, iceRestart: false });
  clock.advance(5000);
  await expect(asked).rejects.toMatchObject({ code: 'NO_VOICE' });
});

test('garbage is named as such, and an unknown call too', async () => {
  const { voice, arrive } = link();
  arrive('page');
  voice.openPeer(callId, []);
  await expect(voice.accept(callId, 'garbage')).rejects.toMatchObject({ code: 'BAD_SDP' });
  voice.closePeer(callId);
  await expect(voice.accept(callId, sdp())).rejects.toMatchObject({ code: 'NO_PEER' });
});

test('opening twice makes one peer, closing twice closes one', async () => {
  const { voice, arrive } = link();
  const page = arrive('page');
  voice.openPeer(callId, []);
  voice.openPeer(callId, []);
  voice.closePeer(callId);
  voice.closePeer(callId);
  await until('closed', () => page.closedPeers.length > 0);
  expect(page.commands.filter((one) => one === 'open' || one === 'close')).toEqual([
    'open',
    'close',
  ]);
});

test('devices and levels are told; a page that goes takes its devices with it', async () => {
  const { voice, audio, levels, arrive } = link();
  const page = arrive('page');
  await until('listened to', () => page.watched);
  page.emit({
    type: 'devices',
    microphone: 'none',
    devices: [],
    microphoneInUse: null,
    speakerInUse: 'Jabra',
    ringerInUse: null,
    missing: [],
    noiseSuppression: 'off',
    proven: true,
  });
  page.emit({ type: 'level', callId, out: 0.2, in: 0.4, spoken: 0.3, silent: false });
  await until('a level', () => levels.length);
  expect(voice.audio).toMatchObject({ page: 'here', microphone: 'none', speakerInUse: 'Jabra' });
  voice.wish({ ...wishes, ringVolume: 1 });
  await until('the wish', () => page.wishes?.ringVolume === 1);
  page.leave();
  await until('gone', () => !voice.present);
  expect(audio.at(-1)).toMatchObject({
    page: 'gone',
    microphone: 'unknown',
    wishes: { ringVolume: 1 },
  });
});

test('a conference and the headset’s lights follow to the next page', async () => {
  const { voice, arrive } = link();
  const first = arrive('first');
  const second = arrive('second');
  const other = '018f3a4e-5b6c-7d8e-9f00-0123456789ac';
  voice.conference([callId, other]);
  voice.showOnHeadset({ ringing: false, offHook: true, muted: true, held: false });
  await until('told', () => first.conference.length === 2 && first.lights?.offHook);
  first.leave();
  await until('told again', () => second.conference.length === 2 && second.lights?.muted);
  voice.conference([]);
  await until('over', () => second.conference.length === 0);
  expect(second.lights).toEqual({ ringing: false, offHook: true, muted: true, held: false });
});

test('dark lights too are told to a page that comes, once its buttons are heard', async () => {
  const { arrive } = link();
  const page = arrive('page');
  await until('told', () => page.lights !== null);
  expect(page.lights).toEqual({ ringing: false, offHook: false, muted: false, held: false });
  expect(page.commands.indexOf('headset')).toBeGreaterThan(page.commands.indexOf('watch'));
});

test('the melody is part of the ring: another one begins anew, the same goes on', async () => {
  const { voice, arrive } = link();
  const page = arrive('page');
  for (const melody of ['classic', 'classic', 'low'] as const) voice.ring({ tone: 'ring', melody });
  await until('the other melody', () => page.melody === 'low');
  expect(page.commands.filter((one) => one === 'ring.start')).toHaveLength(2);
});

test('the tone before an automatic answer is waited for, at most a second, and then it rings on', async () => {
  const { voice, clock, arrive } = link();
  const page = arrive('page');
  const announced = voice.announce('soft');
  await until('it sounds', () => page.ringing === 'auto-answer');
  clock.advance(400);
  await announced;
  expect(page).toMatchObject({ ringing: 'auto-answer', melody: 'soft' });
  voice.ring({ tone: 'ring', melody: 'soft' });
  page.hung.add('ring.start');
  const slow = voice.announce('soft');
  await until('asked', () => page.commands.filter((one) => one === 'ring.start').length === 3);
  page.hung.delete('ring.start');
  clock.advance(1000);
  await slow;
  await until('it rings on', () => page.ringing === 'ring');
});

test('the tone before an automatic answer fails where nobody can hear it', async () => {
  const { voice, clock, arrive } = link();
  await expect(voice.announce('soft')).rejects.toMatchObject({ code: 'NO_VOICE' });
  const page = arrive('page');
  page.hung.add('ring.start');
  const announced = voice.announce('soft');
  await until('asked', () => page.commands.includes('ring.start'));
  page.leave();
  await expect(announced).rejects.toMatchObject({ code: 'NO_VOICE' });
  const next = arrive('next');
  const unheard = voice.announce('soft');
  await until('it sounds', () => next.ringing === 'auto-answer');
  next.leave();
  await until('gone', () => !voice.present);
  clock.advance(400);
  await expect(unheard).rejects.toMatchObject({ code: 'NO_VOICE' });
  expect(clock.waiting).toBe(0);
});

test('a call can be answered by itself only with a microphone and a sound that was proven', async () => {
  const { voice, arrive } = link();
  expect(voice.ready).toBe(false);
  const page = arrive('page');
  await until('listened to', () => page.watched);
  const emit = (microphone: 'ok' | 'refused', proven = true): void =>
    page.emit({
      type: 'devices',
      microphone,
      devices: [],
      microphoneInUse: null,
      speakerInUse: null,
      ringerInUse: null,
      missing: [],
      noiseSuppression: 'off',
      proven,
    });
  emit('ok');
  await until('ready', () => voice.ready);
  emit('refused');
  await until('not ready', () => !voice.ready);
  emit('ok');
  await until('ready', () => voice.ready);
  // The browser has put the sound to sleep.
  emit('ok', false);
  await until('not ready', () => !voice.ready);
});

test('buttons and the state of the headset are told; a test of the devices answers', async () => {
  const { voice, arrive } = link();
  const page = arrive('page');
  await until('listened to', () => page.watched);
  const pressed: string[] = [];
  voice.onHeadsetButton((button) => pressed.push(button));
  page.emit({ type: 'headset', state: 'contested', product: 'Jabra Evolve2 40' });
  page.emit({ type: 'headset.button', button: 'hook-off' });
  await until('a button', () => pressed.length);
  expect(pressed).toEqual(['hook-off']);
  expect(voice.audio.headset).toEqual({ state: 'contested', product: 'Jabra Evolve2 40' });
  const heard = await voice.testDevices(1, new AbortController().signal);
  expect(heard).toEqual({ heard: 0.4, spoken: 0.1, looped: true });
});
