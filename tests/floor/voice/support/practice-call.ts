/** What the voice page's tests do and look at: calls with a practice peer, what the page told, what was heard. */
import { randomUUID } from 'node:crypto';
import { onTestFinished } from 'vitest';
import type { VoiceEvent } from '#shared/contract/voice.ts';
import { waitFor } from '../../support/wait-for.ts';
import { tone, type Sound } from '../../support/wav.ts';
import { PracticePeer } from './practice-peer.ts';
import type { LinkedPage } from './voice-host.ts';

const customerTone = 440;

export async function opened(
  link: LinkedPage,
  iceServers: { urls: string[] }[] = [],
): Promise<string> {
  const callId = randomUUID();
  await link.rpc.peer.open({ callId, muted: false, iceServers });
  onTestFinished(async () => {
    await link.rpc.peer.close({ callId }).catch(() => {});
  });
  return callId;
}

export function practicePeer(tone = customerTone): PracticePeer {
  const customer = new PracticePeer(tone);
  onTestFinished(() => customer[Symbol.dispose]());
  return customer;
}

export async function talking(
  link: LinkedPage,
  tone = customerTone,
): Promise<{ callId: string; customer: PracticePeer }> {
  const callId = await opened(link);
  const customer = practicePeer(tone);
  await renegotiate(link, callId, customer, { hold: false });
  await link.rpc.focus({ callId });
  await connected(link, callId);
  await waitFor('packets to arrive', () => events(link, callId, 'audio').at(-1)?.flowing === true);
  return { callId, customer };
}

export async function renegotiate(
  link: LinkedPage,
  callId: string,
  customer: PracticePeer,
  { hold }: { hold: boolean },
): Promise<{ offer: string; heldThere: boolean }> {
  const { sdp } = await link.rpc.peer.describe({ callId, hold, iceRestart: false });
  const { heldThere } = await link.rpc.peer.accept({ callId, sdp: await customer.answer(sdp) });
  return { offer: sdp, heldThere };
}

export function events<Type extends VoiceEvent['type']>(
  link: LinkedPage,
  callId: string,
  type: Type,
) {
  return link.heard.filter(
    (event): event is Extract<VoiceEvent, { type: Type; callId: string }> =>
      event.type === type && 'callId' in event && event.callId === callId,
  );
}

export const connected = (link: LinkedPage, callId: string) =>
  waitFor('connected', () => events(link, callId, 'peer').at(-1)?.state === 'connected');
export const recentLevels = (link: LinkedPage, callId: string) =>
  events(link, callId, 'level').slice(-30);
export const lastLevel = (link: LinkedPage, callId: string) => events(link, callId, 'level').at(-1);
export const openCalls = (link: LinkedPage) =>
  link.heard.filter((event) => event.type === 'peer' && event.state === 'connected');

export function lastDevices(
  link: LinkedPage,
  fits: (event: Extract<VoiceEvent, { type: 'devices' }>) => boolean,
) {
  return waitFor('devices', () =>
    link.heard.findLast(
      (event): event is Extract<VoiceEvent, { type: 'devices' }> =>
        event.type === 'devices' && fits(event),
    ),
  );
}

/** A tone that noise suppression takes for speech: it comes and goes. */
export function bursts(hz: number): Sound {
  const sound = tone(hz, 1);
  return {
    rate: sound.rate,
    samples: sound.samples.map((sample, index) =>
      Math.floor(index / (sound.rate / 4)) % 2 === 0 ? sample : 0,
    ),
  };
}

export function loudness(sound: Sound): number {
  return Math.sqrt(
    sound.samples.reduce((sum, sample) => sum + sample * sample, 0) /
      Math.max(1, sound.samples.length),
  );
}

/** What was on its way when the silence was ordered has played out. */
export const silenceBegins = (customer: PracticePeer) =>
  waitFor('silence', async () => loudness(await customer.listen(0.3)) < 0.001);

export function codecNames(sdp: string): string[] {
  const [, , , ...payloads] = (/^m=audio .*$/m.exec(sdp)?.[0] ?? '').trim().split(' ');
  return payloads.map(
    (payload) => new RegExp(`^a=rtpmap:${payload} ([^/]+)/`, 'm').exec(sdp)?.[1] ?? payload,
  );
}

export function withoutTelephoneEvent(sdp: string): string {
  const payloads = [...sdp.matchAll(/^a=rtpmap:(\d+) telephone-event/gm)].map(
    (one) => one[1] ?? '',
  );
  let result = sdp;
  for (const payload of payloads)
    result = result
      .replace(new RegExp(`^a=(rtpmap|fmtp):${payload} .*\\r\\n`, 'gm'), '')
      .replace(new RegExp(`^(m=audio .*?) ${payload}(?= |\\r)`, 'm'), '$1');
  return result;
}

export const ufragOf = (sdp: string) => /^a=ice-ufrag:(.*)$/m.exec(sdp)?.[1];
