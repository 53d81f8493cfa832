/** The floor's own gear, proved on its own: what it hears is there, and what is not there it does not hear. */
import { mkdtemp } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { startAsterisk, type Asterisk } from './support/asterisk.ts';
import { startCityCaller, type CityCaller } from './support/city-caller.ts';
import { hasTone, longestGap, shareOfTone, strongestTone } from './support/tone.ts';
import { cut, parseWav, readWav, tone, writeWav, type Sound } from './support/wav.ts';

const folder = (name: string) => mkdtemp(path.join(inject('floorFolder'), `${name}-`));

describe('the tone detector', () => {
  const silence: Sound = { rate: 8000, samples: new Float32Array(8000) };

  test('finds the tone that is there and no other', () => {
    const a = tone(440, 1, 8000);
    expect(shareOfTone(a, 440)).toBeGreaterThan(0.99);
    expect(strongestTone(a)?.hz).toBe(440);
    expect(hasTone(a, 700)).toBe(false);
  });

  test('hears nothing in silence and no tone in noise', () => {
    let seed = 1;
    const noise = Float32Array.from({ length: 8000 }, () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed / 1_073_741_824 - 1;
    });
    expect(strongestTone(silence)).toBeNull();
    expect(hasTone(silence, 440)).toBe(false);
    expect(hasTone({ rate: 8000, samples: noise }, 440)).toBe(false);
  });

  test('measures how long a tone was away', () => {
    const samples = tone(440, 3, 8000).samples;
    samples.fill(0, 8000, 8000 + 6400);
    expect(longestGap({ rate: 8000, samples }, 440)).toBeCloseTo(0.8);
  });

  test('reads back the WAV it wrote', async () => {
    const file = path.join(await folder('wav'), 'a.wav');
    await writeWav(file, tone(700, 0.5, 8000));
    const read = await readWav(file);
    expect(read.rate).toBe(8000);
    expect(read.samples.length).toBe(4000);
    expect(hasTone(read, 700)).toBe(true);
    expect(() => parseWav(Buffer.from('no sound at all'))).toThrow('not a WAV');
  });
});

describe('a city caller on a real Asterisk', () => {
  let asterisk: Asterisk;
  let customer: CityCaller;

  beforeAll(async () => {
    asterisk = await startAsterisk({ root: inject('asteriskRoot'), folder: await folder('ast') });
    customer = await startCityCaller({
      folder: await folder('customer'),
      exchangePort: asterisk.sipPort,
      number: '+38641123456',
      toneHz: 700,
    });
  });
  afterAll(async () => {
    await customer?.stop();
    await asterisk?.stop();
  });

  test('Asterisk is version 22 and knows Opus', async () => {
    expect(await asterisk.command('core show version')).toContain('Asterisk 22.');
    expect(await asterisk.command('core show translation paths opus')).toMatch(/alaw.*opus/s);
  });

  test('hears its own tone in the echo, until it hangs up', async () => {
    await customer.call('600');
    await customer.waitFor('established');
    await customer.waitForTone(700);
    expect(await asterisk.channels()).toHaveLength(1);
    await customer.hangUp();
    expect(hasTone(cut(await customer.heard(), -1, 0.9), 1004)).toBe(false);
  });

  test('hears the exchange’s steady tone, not its own', async () => {
    await customer.call('603');
    await customer.waitForTone(1004);
    await customer.hangUp();
    expect(hasTone(cut(await customer.heard(), -0.6, 0.5), 700)).toBe(false);
  });

  test('is told when a number leads nowhere', async () => {
    await customer.call('+38618999999');
    expect(await customer.waitFor('closed')).toContain('404');
  });

  test('waits in the queue of the dialled project and hears music', async () => {
    await customer.call('+38616002010');
    await customer.waitFor('established');
    const joined = await asterisk.ami.waitForEvent(
      'the customer in the queue',
      (event) => event['Event'] === 'QueueCallerJoin',
    );
    expect(joined).toMatchObject({ Queue: 'internet', CallerIDNum: '+38641123456' });
    await customer.waitForTone(494);
    await customer.hangUp();
    await asterisk.ami.waitForEvent(
      'the customer gone from the queue',
      (event) => event['Event'] === 'QueueCallerAbandon',
    );
  });

  test('a customer who is called answers, and Asterisk sees the hang-up', async () => {
    const called = await startCityCaller({
      folder: await folder('called'),
      exchangePort: asterisk.sipPort,
      number: '+38651000001',
      port: asterisk.cityPort,
      answers: 'at-once',
    });
    const heard = asterisk.ami.events.length;
    try {
      await asterisk.ami.act('Originate', {
        Channel: 'Local/+38651000001@from-operators',
        Exten: '603',
        Context: 'services',
        Priority: '1',
        Async: 'true',
      });
      await called.waitFor('established');
      await called.waitForTone(1004);
      await called.hangUp();
      const hangUp = await asterisk.ami.waitForEvent(
        'the city channel gone',
        (event) =>
          event['Event'] === 'Hangup' && event['Channel']?.startsWith('PJSIP/city-line') === true,
        { from: heard },
      );
      expect(hangUp['Cause']).toBe('16');
    } finally {
      await called.stop();
    }
  });

  test('Asterisk killed and restarted answers on the same ports', async () => {
    const { address, sipPort } = asterisk;
    await asterisk.kill();
    await expect(asterisk.command('core show uptime')).rejects.toThrow('closed');
    await asterisk.restart();
    expect([asterisk.address, asterisk.sipPort]).toEqual([address, sipPort]);
    await customer.call('603');
    await customer.waitForTone(1004);
    await customer.hangUp();
  });
});
