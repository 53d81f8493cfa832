/** The operator's line on a real Asterisk: registering, what a queue call tells before the answer, and coming back. */
import { mkdtemp } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import type { IncomingLeg, LegEvent } from '../../src-main/calls/line.ts';
import type { Log } from '../../src-main/log.ts';
import { systemClock } from '../../src-main/system-clock.ts';
import { createSipLine, type SipLine } from '../../src-main/telephony/sip-line.ts';
import { createVoiceLink } from '../../src-main/voice/voice-link.ts';
import { FakeVoicePage } from '../support/fake-voice-page.ts';
import { startAsterisk, type Asterisk } from './support/asterisk.ts';
import { startCityCaller, type CityCaller } from './support/city-caller.ts';
import { waitFor } from './support/wait-for.ts';

const quiet: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

interface Desk extends AsyncDisposable {
  readonly line: SipLine;
  readonly rings: readonly IncomingLeg[];
  nextRing(withinMs?: number): Promise<IncomingLeg & { readonly events: readonly LegEvent[] }>;
}

let asterisk: Asterisk;
let customer: CityCaller;
let hidden: CityCaller;

const folder = (name: string) => mkdtemp(path.join(inject('floorFolder'), `${name}-`));

async function register(extension: string): Promise<Desk> {
  const person = asterisk.centre.people.find(({ line }) => line?.extension === extension);
  if (!person?.line) throw new Error(`no line ${extension}`);
  const desk = await open(extension, person.line.secret);
  await waitFor('the line registered', () => desk.line.state.phase === 'registered');
  return desk;
}

/** A desk's line without a desk; its voice page has no media. */
async function open(extension: string, secret: string): Promise<Desk> {
  const page = new FakeVoicePage();
  const voice = createVoiceLink({
    onVoicePage: (arrived) => {
      arrived(page.client);
      return { [Symbol.dispose]: () => undefined };
    },
    clock: systemClock,
    log: quiet,
    wishes: {
      microphones: [],
      speakers: [],
      ringers: [],
      ringVolume: 1,
      noiseSuppression: false,
    },
  });
  const line = createSipLine({
    voice,
    clock: systemClock,
    log: quiet,
    userAgent: 'Centrala',
    instanceId: `00000000-0000-4000-8000-000000000${extension}`,
  });
  const rings: (IncomingLeg & { events: LegEvent[] })[] = [];
  let taken = 0;
  line.onIncoming((incoming) => {
    const events: LegEvent[] = [];
    incoming.leg.listen((event) => events.push(event));
    rings.push({ ...incoming, events });
  });
  await line.open({
    extension,
    sipUser: extension,
    secret,
    exchange: asterisk.address,
    domain: asterisk.centre.exchange.domain,
    displayName: '',
    iceServers: [],
    outsidePrefix: '',
    watches: [],
  });
  return {
    line,
    rings,
    async nextRing(withinMs = 20_000) {
      const ring = await waitFor('the desk rings', () => rings[taken], withinMs);
      taken += 1;
      return ring;
    },
    async [Symbol.asyncDispose]() {
      await line.close();
      line[Symbol.dispose]();
      voice[Symbol.dispose]();
    },
  };
}

beforeAll(async () => {
  asterisk = await startAsterisk({
    root: inject('asteriskRoot'),
    folder: await folder('ast'),
    digests: { 202: 'SHA-256', 210: 'MD5' },
  });
  customer = await startCityCaller({
    folder: await folder('customer'),
    exchangePort: asterisk.sipPort,
    number: '+38641123456',
  });
  hidden = await startCityCaller({
    folder: await folder('hidden'),
    exchangePort: asterisk.sipPort,
    number: null,
  });
});
afterEach(async () => {
  await waitFor('all channels gone', async () => (await asterisk.channels()).length === 0);
});
afterAll(async () => {
  await customer?.stop();
  await hidden?.stop();
  await asterisk?.stop();
});

test.each([
  ['201', 'offers SHA-256 and MD5'],
  ['202', 'knows SHA-256 only'],
  ['210', 'knows MD5 only'],
])('line %s registers where Asterisk %s', async (extension) => {
  await using desk = await register(extension);
  await asterisk.waitForRegistered(extension);
  expect(desk.line.state).toMatchObject({ phase: 'registered', extension, problem: null });
});

test('a wrong secret is refused, and the line says so', async () => {
  await using desk = await open('201', 'not-the-secret');
  await waitFor('the line refused', () => desk.line.state.phase === 'refused');
  expect(desk.line.state.problem).toBe('credentials');
});

test('a queue call tells who calls, what was dialled, the queue and the waiting time before the answer', async () => {
  await using desk = await register('201');
  await asterisk.waitForRegistered('201');
  await customer.call('+38616002010');
  const ring = await desk.nextRing();
  expect(ring).toMatchObject({
    party: { number: '+38641123456', withheld: false },
    dialled: '+38616002010',
    queue: 'internet',
  });
  // The prompt before the queue takes some seconds.
  expect(ring.waitedSeconds).toBeGreaterThanOrEqual(2);
  expect(ring.waitedSeconds).toBeLessThan(30);
  await customer.hangUp();
  await waitFor(
    'the desk sees that the caller gave up',
    () => ring.events.at(-1)?.type === 'ended',
  );
  expect(ring.events.at(-1)).toMatchObject({ type: 'ended', end: 'missed' });
});

test('a withheld number stays withheld', async () => {
  await using desk = await register('201');
  await asterisk.waitForRegistered('201');
  await hidden.call('+38616002020');
  const ring = await desk.nextRing();
  expect(ring).toMatchObject({
    party: { number: null, withheld: true },
    dialled: '+38616002020',
    queue: 'bank',
  });
  await hidden.hangUp();
});

test('a call that one desk refuses rings at the next', async () => {
  await using ana = await register('201');
  await using borut = await register('202');
  await asterisk.waitForRegistered('201');
  await asterisk.waitForRegistered('202');
  await customer.call('+38616002040');
  const first = await Promise.race([
    ana.nextRing().then((ring) => ({ ring, other: borut })),
    borut.nextRing().then((ring) => ({ ring, other: ana })),
  ]);
  await first.ring.leg.reject('to-queue');
  const second = await first.other.nextRing();
  expect(second.party.number).toBe('+38641123456');
  await customer.hangUp();
});

test('after Asterisk was killed and came back, the line registers again by itself and rings', async () => {
  await using desk = await register('201');
  await asterisk.waitForRegistered('201');
  await asterisk.kill();
  await waitFor('the line says it is lost', () => desk.line.state.phase === 'lost');
  await asterisk.restart();
  await waitFor('the line is registered again', () => desk.line.state.phase === 'registered');
  await asterisk.waitForRegistered('201');
  await customer.call('+38616002030');
  expect(await desk.nextRing()).toMatchObject({ queue: 'taxi' });
  await customer.hangUp();
});
