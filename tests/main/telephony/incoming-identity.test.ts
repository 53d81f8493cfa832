import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { incomingFacts, type Headers } from '../../../src-main/telephony/incoming-identity.ts';
import { parseAddress, splitValues } from '../../../src-main/telephony/sip-address.ts';
import { lineBench } from '../../support/line-bench.ts';

const headers =
  (fields: Readonly<Record<string, string | readonly string[]>>): Headers =>
  (name) =>
    [fields[name] ?? []].flat();
const facts = (fields: Readonly<Record<string, string | readonly string[]>>) =>
  incomingFacts(headers({ From: '<sip:041123456@x>', To: '<sip:201@x>', ...fields }), {
    users: ['201', 'ana', 'abc123'],
    region: 'SI',
  });

describe('who calls', () => {
  test('is From, in E.164 where it is a public number', () => {
    expect(
      facts({ From: '"Ana \\"Kovač\\"" <sip:00386 41 123 456@x;user=phone>;tag=1' }).party,
    ).toEqual({
      number: '+38641123456',
      written: '00386 41 123 456',
      displayName: 'Ana "Kovač"',
      withheld: false,
    });
  });

  test('is an extension as it is written where it is none', () => {
    expect(facts({ From: '"Bor" <sip:202@x>' }).party).toEqual({
      number: null,
      written: '202',
      displayName: 'Bor',
      withheld: false,
    });
  });

  test('is what the network asserts before what the caller says', () => {
    const { party } = facts({
      From: '"Bank" <sip:080111@x>',
      'P-Asserted-Identity': ['"Marija" <sip:marija@x>, <tel:+386-41-123-456>'],
    });
    expect(party).toMatchObject({ number: '+38641123456', displayName: 'Marija' });
  });

  test('does not repeat the number as the name', () => {
    expect(facts({ From: '"041123456" <sip:041123456@x>' }).party.displayName).toBeNull();
  });

  test.each([
    [
      'Privacy: id, although the network tells us',
      { Privacy: 'id', 'P-Asserted-Identity': '<sip:041123456@x>' },
    ],
    ['Privacy: user;critical', { Privacy: 'user;critical' }],
    ['the anonymous user', { From: '"Anonymous" <sip:anonymous@anonymous.invalid>;tag=1' }],
    ['an exchange without caller id', { From: '<sip:restricted@10.0.0.1>' }],
    ['a From that cannot be read', { From: '@@@' }],
  ])('is withheld with %s', (_what, fields) => {
    expect(facts(fields).party).toEqual({
      number: null,
      written: null,
      displayName: null,
      withheld: true,
    });
  });

  test('is named with Privacy: none', () => {
    expect(facts({ Privacy: 'none' }).party.withheld).toBe(false);
  });
});

describe('what was dialled', () => {
  test.each([
    ['To, where it is not this line', { To: '<sip:080 1234@x>' }, '080 1234'],
    ['nobody knows, where To is this line', {}, null],
    [
      'the first diversion, which is the last one',
      { Diversion: ['<sip:900@x>;reason=unconditional, <sip:080900100@x>'] },
      '080900100',
    ],
    [
      'the first entry of the history',
      {
        'History-Info': ['<sip:+38680900100@x>;index=1, <sip:900@x>;index=1.1'],
        Diversion: '<sip:900@x>',
      },
      '+38680900100',
    ],
    [
      'not the first entry of the history, where that is private',
      { 'History-Info': ['<sip:900@x?privacy=history>;index=1'], To: '<sip:080 1234@x>' },
      '080 1234',
    ],
    ['the called party', { 'P-Called-Party-ID': '<sip:+38618888888@x>' }, '+38618888888'],
    ['what the exchange says outright', { 'X-Dialled': '080900200', To: '<sip:7@x>' }, '080900200'],
  ])('is %s', (_what, fields, dialled) => {
    expect(facts(fields as Record<string, string>).dialled).toBe(dialled);
  });
});

describe('who transfers the call', () => {
  test.each([
    ['is told by Referred-By', { 'Referred-By': '<sip:201@x>;cid="a@b"' }, '201'],
    ['is a name where the line has one', { 'Referred-By': '"Ana" <sips:ana.k@x>' }, 'ana.k'],
    ['is nobody without it', { Diversion: '<sip:203@x>;reason=no-answer' }, null],
    ['is nobody where it cannot be read', { 'Referred-By': ['', '@@@', '<sip:x>'] }, null],
  ])('%s', (_what, fields, referredBy) => {
    expect(facts(fields as Record<string, string>).referredBy).toBe(referredBy);
  });
});

describe('the queue', () => {
  test.each(['X-Queue', 'X-Centrala-Queue'])('is named by %s', (name) => {
    expect(facts({ [name]: 'hotline' }).queue).toBe('hotline');
  });

  test.each([
    ['X-Queue-Wait', '31', 31],
    ['X-Waited', '12.7', 12],
    ['X-Waited', 'long', null],
    ['X-Waited', '-4', null],
  ])('says how long the customer waited: %s %s', (name, text, seconds) => {
    expect(facts({ [name]: text }).waitedSeconds).toBe(seconds);
  });
});

describe('the call shall answer itself', () => {
  test.each([
    ['Call-Info', '<sip:x>;answer-after=0', 0],
    ['Call-Info', '<sip:x>;purpose=icon, <sip:x>; Answer-After = "5"', 5],
    ['Alert-Info', '<http://x>;info=alert-autoanswer;delay=0', 0],
    ['Alert-Info', '<http://x>;answer-after=3', 3],
    ['Alert-Info', 'Auto Answer', 0],
    ['Alert-Info', '<http://x>;info=Auto-Answer', 0],
    ['Alert-Info', 'Ring Answer', 0],
  ])('with %s: %s', (name, value, after) => {
    expect(facts({ [name]: value }).autoAnswerAfter).toBe(after);
  });

  test.each([
    ['Call-Info', '<sip:x>;answer-after=soon'],
    ['Call-Info', '<sip:x>;answer-after=3600'],
    ['Call-Info', 'Auto Answer'],
    ['Alert-Info', '<http://x/auto-answer.wav>'],
    ['Alert-Info', '<http://x>;info=alert-external'],
    ['X-Auto-Answer', 'yes'],
  ])('never with %s: %s', (name, value) => {
    expect(facts({ [name]: value }).autoAnswerAfter).toBeNull();
  });
});

describe('who sent the call on', () => {
  test.each([
    ['the latest diversion', { Diversion: ['<sip:202@x>, <sip:080900100@x>'] }, '202'],
    [
      'the entry of the history before this line',
      { 'History-Info': ['<sip:202@x>;index=1, <sip:201@x>;index=1.1'] },
      '202',
    ],
    [
      'nobody, where the entry of the history is private (RFC 7044 §10.1)',
      {
        'History-Info': [
          '<sip:203@x>;index=1, <sip:202@x?Reason=SIP%3Bcause%3D302&Privacy=history>;index=1.1',
          '<sip:201@x>;index=1.2',
        ],
      },
      null,
    ],
    [
      'nobody, where the whole history is',
      { Privacy: 'history', 'History-Info': ['<sip:202@x>;index=1, <sip:201@x>;index=1.1'] },
      null,
    ],
    ['nobody, where the call came straight', {}, null],
    ['nobody, where that wants to be private', { Diversion: '<sip:202@x>;privacy=full' }, null],
    [
      'nobody, where it was a queue of the exchange',
      { Diversion: '<sip:080900100@x>', 'X-Queue': 'hotline' },
      null,
    ],
    ['nobody, where it was this line itself', { Diversion: '<sip:201@x>' }, null],
  ])('is %s', (_who, fields, from) => {
    expect(facts(fields as Record<string, string>).divertedFrom).toBe(from);
  });
});

test('a phone context is no part of the number', () => {
  expect(parseAddress('<sip:1234567;phone-context=+3861@x;user=phone>')?.user).toBe('1234567');
});

test('commas and brackets inside a quoted name divide nothing', () => {
  expect(splitValues('"Kovač, <Ana>" <sip:1@x>, <sip:2@x>')).toHaveLength(2);
  expect(parseAddress('"Kovač, <Ana>" <sip:1@x>')).toMatchObject({
    displayName: 'Kovač, <Ana>',
    user: '1',
  });
});

test('no header, whatever it holds, is more than can be read', () => {
  const text = fc.string({ unit: 'binary', maxLength: 200 });
  const nasty = fc.oneof(
    text,
    text.map((value) => `"${value}" <sip:${value}@x>;${value}=${value}`),
  );
  fc.assert(
    fc.property(nasty, nasty, nasty, (from, asserted, diversion) => {
      const { party, dialled } = facts({
        From: from,
        'P-Asserted-Identity': asserted,
        Diversion: diversion,
        'History-Info': from,
        Privacy: asserted,
      });
      expect(party.withheld).toBe(party.written === null);
      expect(party.written?.length ?? 0).toBeLessThanOrEqual(200);
      expect(dialled?.length ?? 0).toBeLessThanOrEqual(200);
    }),
    { numRuns: 2000 },
  );
});

test('all of it comes with the ring, over the wire', async () => {
  await using bench = await lineBench();
  bench.stub.invite({
    from: '"Asterisk" <sip:asterisk@10.0.0.1>',
    headers: [
      'P-Asserted-Identity: "Janez Žagar" <sip:+38641999888@stub.test>',
      'Diversion: <sip:080900100@stub.test>;reason=unconditional',
      'X-Queue: hotline',
      'X-Queue-Wait: 31',
    ],
  });
  const { party, dialled, queue, waitedSeconds } = await bench.nextRing();
  expect({ party, dialled, queue, waitedSeconds }).toEqual({
    party: {
      number: '+38641999888',
      written: '+38641999888',
      displayName: 'Janez Žagar',
      withheld: false,
    },
    dialled: '080900100',
    queue: 'hotline',
    waitedSeconds: 31,
  });
});
