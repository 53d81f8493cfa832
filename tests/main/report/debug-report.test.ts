import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SipMessage } from '#shared/contract/desk.ts';
import type { LineAccount } from '#shared/model/line.ts';
import { noPreflight } from '#shared/model/preflight.ts';
import { debugReport, type ReportFacts } from '../../../src-main/report/debug-report.ts';
import { withoutSecrets } from '../../../src-main/logging/without-secrets.ts';
import { withoutSecrets as sipWithoutSecrets } from '../../../src-main/telephony/sip-recorder.ts';

interface Planted {
  readonly name: string;
  readonly family: string;
  readonly number: string;
  readonly user: string;
  readonly secret: string;
  readonly host: string;
  readonly address: string;
  readonly tag: string;
}

const account: LineAccount = {
  extension: '2017',
  sipUser: 'linija-2017',
  secret: 'skrivnost-linije-1',
  exchange: 'wss://exchange.centre.test:8089/ws',
  domain: 'centre.test',
  displayName: 'Ana Kovač',
  iceServers: [{ urls: ['turn:turn.centre.test'], username: 'turnar', credential: 'turn-geslo' }],
  outsidePrefix: '0',
  watches: ['2023'],
};

const headset = "Ana's Jabra Evolve2 65";

const usual: ReportFacts = {
  at: '2026-11-23T09:00:00.000Z',
  host: 'browser',
  versions: { version: '0.1.0', node: '24.21.0', system: 'Linux 6.1 x64' },
  settings: { language: 'sl', logLevel: 'info' },
  line: {
    phase: 'lost',
    extension: '2017',
    problem: 'certificate',
    detail: 'certificate of exchange.centre.test has expired',
    retryAt: null,
  },
  account,
  sip: [],
  media: [],
  audio: {
    page: 'here',
    microphone: 'ok',
    devices: [{ deviceId: 'a', groupId: 'g', kind: 'microphone', label: headset }],
    microphoneInUse: headset,
    speakerInUse: null,
    ringerInUse: null,
    missing: [],
    noiseSuppression: 'on',
    proven: true,
    headset: { state: 'ready', product: 'Jabra Evolve2 65' },
    wishes: { microphones: [], speakers: [], ringers: [], ringVolume: 0.5, noiseSuppression: true },
  },
  sync: { server: 'up', waiting: 2, refused: 1, loading: false, customers: 1_000_000 },
  preflight: {
    ...noPreflight,
    state: 'failed',
    finishedAt: '2026-11-23T08:45:00.000Z',
    checks: [
      { name: 'headset', state: 'passed', problem: null, figures: { device: headset, level: 0.4 } },
      { name: 'network', state: 'failed', problem: 'lossy-network', figures: { lossPercent: 4.2 } },
    ],
  },
  log: [],
  isPersonal: () => false,
};

const letter = fc.constantFrom(...Array.from('abcčdeghijklmnoprsštuvzž'));
const word = fc
  .array(letter, { minLength: 5, maxLength: 12 })
  .map((letters) => letters.join('').replace(/^./, (first) => first.toUpperCase()));
const token = fc.stringMatching(/^[a-f0-9]{10,20}$/).filter((text) => /[a-f]/.test(text));
const planted: fc.Arbitrary<Planted> = fc.record({
  name: word.map((text) => `${text}a`),
  family: word.map((text) => `${text}ič`),
  number: fc.integer({ min: 10_000_000, max: 79_999_999 }).map(String),
  user: word.map((text) => `u.${text.toLowerCase()}`),
  secret: token.map((text) => `sec${text}`),
  host: word.map((text) => `pbx-${text.toLowerCase()}.test`),
  address: fc
    .tuple(fc.integer({ min: 11, max: 99 }), fc.integer({ min: 100, max: 254 }))
    .map(([one, other]) => `10.${one}.${other}.${one + 100}`),
  tag: token.map((text) => `tag${text}`),
});

/** Where a real message says who, and where a strange one might. */
function messagesOf(one: Planted, other: Planted): string[] {
  const { name, family, number, user, secret, host, address, tag } = one;
  return [
    `INVITE sip:0${number}@${host};user=phone SIP/2.0
Via: SIP/2.0/WSS ${address}:5060;branch=z9hG4bK${tag};received=${address}
From: "${name} ${family}" <sip:${user}:${secret}@${host}>;tag=${tag}
To: ${other.name} <tel:+386${number}>
Call-ID: ${tag}@${address}
CSeq: 12 INVITE
Contact: <sip:${user}@${address};transport=wss>;+sip.instance="<urn:uuid:${secret}>"
P-Asserted-Identity: "${name}" <sip:+386${number}@${host}>, <tel:${other.number}>
Diversion: <sip:${other.number}@${host}>;reason=no-answer
Authorization: Digest username="${user}", response="${secret}"
X-Customer: ${name} ${family} ${number}
X-${name}: ${number}
Subject: ${family}
User-Agent: Asterisk PBX 22.10.1 of ${name}
Supported: replaces, timer, ${user}
Content-Type: application/sdp

v=0
o=${user} ${number} 1 IN IP4 ${address}
s=${name}
c=IN IP4 ${address}
t=0 0
m=audio 40123 UDP/TLS/RTP/SAVPF 111 0
a=rtpmap:111 opus/48000/2
a=candidate:1 1 udp 2113937151 ${address} 50000 typ host generation 0
a=candidate:${secret} 1 udp 1 ${other.address} 50001 typ relay raddr ${address}
a=ice-ufrag:${secret}
a=ice-pwd:${secret}
a=fingerprint:sha-256 ${secret}
a=ssrc:${number} cname:${user}
a=x-${user}:${secret}
i=${name}
e=${user}@${host}
p=+386 ${number}
a=sendrecv`,
    `SIP/2.0 486 ${name} ${family} is busy
v: SIP/2.0/WSS ${host};branch=${tag}
f: ${name}<sip:${number}@${host}>;tag=${tag}
t: <sip:${other.user}@${other.host}>;tag=${other.tag}
i: ${tag}
CSeq: 12 INVITE
Reason: Q.850;cause=17;text="${name} ${number}"
Warning: 399 ${host} "${family}"`,
    `REFER sip:${user}@${host} SIP/2.0
Refer-To: <sip:${other.number}@${host}?Replaces=${tag}%3Bto-tag%3D${other.tag}>
Referred-By: "${family}" <sip:${user}@${host}>
Replaces: ${tag};to-tag=${other.tag};from-tag=${tag}
Content-Type: message/sipfrag

SIP/2.0 200 ${name} ${number}`,
    `INFO sip:${user}@${host} SIP/2.0
Content-Type: application/dtmf-relay

Signal=${number}`,
    `${name} ${number}`,
    `${secret}\r\n${user}: ${family}\r\n\r\n${number}`,
    `MESSAGE ${name} SIP/2.0\n${number}`,
  ];
}

function logOf({ name, family, number, user, secret, host, address }: Planted): string[] {
  const line = (facts: Readonly<Record<string, unknown>>, msg: string): string =>
    JSON.stringify({ level: 40, time: usual.at, ...withoutSecrets(facts), msg });
  return [
    line({ callId: '019aafe6-5a80-7000-8000-000000000001', end: 'failed' }, 'call ended'),
    line({ event: 'push-failed', code: 'OFFLINE', who: name }, `call of ${name} ${family} ended`),
    line(
      { page: 'voice', message: `${name}: ${number} ${user} ${secret}, ${host} (${address})` },
      'a page warns',
    ),
    line({ error: new Error(`no route to ${host} (${address}) for ${user}`) }, 'the line is lost'),
    line({ phase: user, reason: number, deep: { one: secret } }, `dialled ${number}`),
    line({ number, name, token: secret, caller: Number(number) }, `sip:${user}@${host} is gone`),
    JSON.stringify({ [name]: true, [user]: 1, msg: name, level: 30, time: name }),
    `${name} ${number} is no JSON`,
  ];
}

const messageOf = (text: string): SipMessage => ({
  at: usual.at,
  direction: 'received',
  line: text.split('\n')[0] ?? '',
  callId: null,
  text,
});

const folded = (text: string): string =>
  text
    .normalize('NFD')
    .replaceAll(/\p{M}+/gu, '')
    .toLowerCase();

describe('the debug report', () => {
  test('holds no number, name, address or secret that was planted anywhere', () => {
    fc.assert(
      fc.property(planted, planted, fc.boolean(), (one, other, struckBefore) => {
        const texts = [...messagesOf(one, other), ...messagesOf(other, one)];
        const personal = new Set(
          [one, other].flatMap(({ name, family, user }) => [name, family, user].map(folded)),
        );
        const report = debugReport({
          ...usual,
          sip: texts.map((text) => messageOf(struckBefore ? sipWithoutSecrets(text) : text)),
          log: [...logOf(one), ...logOf(other)],
          audio: {
            ...usual.audio,
            microphoneInUse: `${one.name}'s AirPods`,
            headset: { state: 'ready', product: `Evolve ${other.family}` },
          },
          preflight: {
            ...usual.preflight,
            checks: [
              {
                name: 'headset',
                state: 'passed',
                problem: null,
                figures: { device: `${one.name} ${other.family}'s Evolve` },
              },
            ],
          },
          isPersonal: (text) => personal.has(folded(text)),
        });
        const said = folded(report);
        const secrets = [one, other].flatMap((each) => Object.values(each));
        expect(secrets.filter((secret) => said.includes(folded(secret)))).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  test('holds nothing of the line account that lets anybody in or says who it is', () => {
    const report = debugReport({ ...usual, sip: [messageOf('REGISTER sip:centre.test SIP/2.0')] });
    for (const secret of [
      account.secret,
      account.sipUser,
      account.displayName,
      'Ana',
      'centre.test',
      'turn-geslo',
      'turnar',
      '2017',
      '2023',
    ])
      expect(report).not.toContain(secret);
    expect(report).toContain('certificate');
  });

  test('lets support follow a call: the same party has the same stand-in everywhere', () => {
    const text = (from: string, to: string): string =>
      `INVITE sip:${to}@pbx.test SIP/2.0\nFrom: "${from}" <sip:${from}@pbx.test>;tag=abc\nTo: <sip:${to}@pbx.test>\nCall-ID: one@pbx.test\nCSeq: 1 INVITE`;
    const report = debugReport({
      ...usual,
      account: null,
      sip: [text('041555101', '201'), text('+38641555101', '201'), text('041555102', '201')].map(
        messageOf,
      ),
    });
    const [first = '', second = '', third = ''] = report.match(/^From: .*$/gm) ?? [];
    expect(first).toMatch(/^From: "number-1" <sip:number-1@host-1>;tag=tag-1$/);
    expect(second).toBe(first);
    expect(third).toContain('number-2');
    expect(report.match(/^Call-ID: .*$/gm)).toEqual(Array(3).fill('Call-ID: call-1'));
  });

  test('is made of headers with any name', () => {
    const text = 'OPTIONS sip:a@pbx.test SIP/2.0\nconstructor: 1\ntoString: 2\nl: 0\n';
    expect(debugReport({ ...usual, sip: [messageOf(text)] })).toContain('Content-Length: 0');
  });

  test('keeps what a fault is found by', () => {
    const [invite = '', busy = ''] = messagesOf(sample, sample);
    const message = 'the headset 0b0e:0307 does not open: NotAllowedError';
    const warning = { level: 40, time: usual.at, page: 'voice', message, msg: 'a page warns' };
    const report = debugReport({
      ...usual,
      sip: [messageOf(invite), messageOf(busy)],
      log: [JSON.stringify(warning)],
    });
    for (const kept of [
      'node: 24.21.0',
      'problem: certificate',
      'waiting: 2',
      'Jabra Evolve2 65',
      'headset: passed, device Jabra Evolve2 65, level 0.4',
      'network: lossy-network, lossPercent 4.2',
      'CSeq: 12 INVITE',
      'SIP/2.0 486',
      'cause=17',
      'Asterisk PBX 22.10.1',
      'replaces, timer',
      'a=rtpmap:111 opus/48000/2',
      'typ relay',
      'a=sendrecv',
      'message=the headset 0b0e:0307 does not open: NotAllowedError',
    ])
      expect(report).toContain(kept);
    expect(report).not.toContain("Ana's");
  });
});

const sample: Planted = {
  name: 'Marija',
  family: 'Žagar',
  number: '41555101',
  user: 'marija.z',
  secret: 'abcdef0123',
  host: 'pbx.test',
  address: '10.11.12.113',
  tag: 'tagabcdef',
};
