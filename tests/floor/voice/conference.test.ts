/** A conference by ear: three customers with a tone each, and the operator's own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shareOfTone } from '../support/tone.ts';
import { waitFor } from '../support/wait-for.ts';
import { writeWav, type Sound } from '../support/wav.ts';
import {
  bursts,
  lastLevel,
  loudness,
  renegotiate,
  silenceBegins,
  talking,
} from './support/practice-call.ts';
import { VoiceHost, type LinkedPage } from './support/voice-host.ts';

const operatorTone = 1_000;
const tones = [440, 620, 1_430] as const;

let host: VoiceHost;
let folder: string;
let link: LinkedPage;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'voice-conference-'));
  const wav = join(folder, 'operator.wav');
  await writeWav(wav, bursts(operatorTone));
  host = await VoiceHost.open();
  const context = await host.browser([
    '--use-fake-ui-for-media-stream',
    '--use-fake-device-for-media-stream',
    `--use-file-for-fake-audio-capture=${wav}`,
  ]);
  ({ link } = await host.page(context));
});

afterAll(async () => {
  await host[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** Which of the four tones are in what was heard: each at least a hundredth of its power. */
function tonesIn(sound: Sound): number[] {
  return loudness(sound) < 0.001
    ? []
    : [operatorTone, ...tones].filter((tone) => shareOfTone(sound, tone) > 0.01);
}

type Call = Awaited<ReturnType<typeof talking>>;
/** What is heard once it is as expected, or after a while: what was on its way must have played out. */
async function heardBy(call: Call, expected: readonly number[]): Promise<readonly number[]> {
  let heard: number[] = [];
  const asExpected = async () => {
    heard = tonesIn(await call.customer.listen(1));
    return heard.join() === inOrder(...expected).join();
  };
  await waitFor('what is to be heard', asExpected).catch(() => {});
  return heard;
}
const order: readonly number[] = [operatorTone, ...tones];
const inOrder = (...heard: readonly number[]) =>
  [...heard].sort((one, other) => order.indexOf(one) - order.indexOf(other));

async function three(): Promise<[Call, Call, Call]> {
  const [one, two, other] = tones;
  return [await talking(link, one), await talking(link, two), await talking(link, other)];
}

describe('a conference', () => {
  it('lets each hear the operator and the two others, and never itself', async () => {
    const calls = await three();
    const offered = await Promise.all(
      calls.map((call) => link.rpc.peer.stats({ callId: call.callId })),
    );
    await link.rpc.conference({ callIds: calls.map((call) => call.callId) });
    for (const call of calls)
      expect(
        await heardBy(call, [operatorTone, ...tones.filter((tone) => tone !== call.customer.tone)]),
      ).toEqual(inOrder(operatorTone, ...tones.filter((tone) => tone !== call.customer.tone)));
    for (const [index, call] of calls.entries()) {
      const stats = await link.rpc.peer.stats({ callId: call.callId });
      expect(stats.packetsSent).toBeGreaterThan(offered[index]?.packetsSent ?? Infinity);
      expect(stats.levelOut).toBeGreaterThan(0.05);
      expect(stats.levelIn).toBeGreaterThan(0.01);
    }
  });

  it('leaves the customers to each other while the operator is muted', async () => {
    const [one, two] = await three();
    await link.rpc.conference({ callIds: [one.callId, two.callId] });
    expect(await heardBy(one, [operatorTone, two.customer.tone])).toEqual(
      inOrder(operatorTone, two.customer.tone),
    );
    for (const { callId } of [one, two]) await link.rpc.peer.mute({ callId, muted: true });
    expect(await heardBy(one, [two.customer.tone])).toEqual(inOrder(two.customer.tone));
    expect(await heardBy(two, [one.customer.tone])).toEqual(inOrder(one.customer.tone));
    // The others' voices go out, the operator's own does not: no alarm.
    expect(lastLevel(link, one.callId)?.out).toBeLessThan(0.001);
    for (const { callId } of [one, two]) await link.rpc.peer.mute({ callId, muted: false });
    expect(await heardBy(two, [operatorTone, one.customer.tone])).toEqual(
      inOrder(operatorTone, one.customer.tone),
    );
  });

  it('goes on when one leaves, and ends with the plain microphone for the one in focus', async () => {
    const [one, two, other] = await three();
    await link.rpc.conference({ callIds: [one.callId, two.callId, other.callId] });
    expect(await heardBy(one, [operatorTone, two.customer.tone, other.customer.tone])).toEqual(
      inOrder(operatorTone, two.customer.tone, other.customer.tone),
    );
    await link.rpc.peer.close({ callId: other.callId });
    expect(await heardBy(one, [operatorTone, two.customer.tone])).toEqual(
      inOrder(operatorTone, two.customer.tone),
    );
    await link.rpc.focus({ callId: one.callId });
    await link.rpc.conference({ callIds: [] });
    expect(await heardBy(one, [operatorTone])).toEqual(inOrder(operatorTone));
    await silenceBegins(two.customer);
  });

  it('neither sends nor takes the sound of one on hold, and needs no negotiation for the others', async () => {
    const [one, two, other] = await three();
    await link.rpc.conference({ callIds: [one.callId, two.callId, other.callId] });
    await renegotiate(link, other.callId, other.customer, { hold: true });
    expect(await heardBy(one, [operatorTone, two.customer.tone])).toEqual(
      inOrder(operatorTone, two.customer.tone),
    );
    await silenceBegins(other.customer);
    await renegotiate(link, other.callId, other.customer, { hold: false });
    expect(await heardBy(other, [operatorTone, one.customer.tone, two.customer.tone])).toEqual(
      inOrder(operatorTone, one.customer.tone, two.customer.tone),
    );
  });

  it('stands again on a page that takes the calls over', async () => {
    const before = host.links.length;
    const [one, two] = await three();
    link.close();
    link = await host.nextLink(before);
    await link.rpc.conference({ callIds: [one.callId, two.callId] });
    expect(await heardBy(one, [operatorTone, two.customer.tone])).toEqual(
      inOrder(operatorTone, two.customer.tone),
    );
    expect(await heardBy(two, [operatorTone, one.customer.tone])).toEqual(
      inOrder(operatorTone, one.customer.tone),
    );
  });
});
