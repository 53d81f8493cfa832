import { readFileSync } from 'node:fs';
import { X509Certificate } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SyncState } from '#shared/contract/desk.ts';
import { callPhases } from '#shared/model/call.ts';
import { CertificateFault, type LineState } from '#shared/model/line.ts';
import { certificateDetail, certificateFault } from '../../../src-main/telephony/certificate.ts';
import { applyEvent, emptyDeskState } from '../../../src-renderer/desk/state/desk-state.ts';
import {
  certificateReason,
  happenings,
  whatIsHappening,
  type HappeningKind,
  type Seen,
} from '../../../src-renderer/desk/status/what-is-happening.ts';
import { createI18n } from '../../../src-renderer/i18n/create-i18n.ts';
import { goodAudio, marijasCard, ringing } from '../../support/fake-desk-data.ts';

const callId = '0192f0ac-0000-7000-8000-000000000001';

const registered: LineState = {
  phase: 'registered',
  extension: '201',
  problem: null,
  detail: null,
  retryAt: null,
};
const synced: SyncState = {
  server: 'up',
  waiting: 0,
  refused: 0,
  loading: false,
  customers: 100,
};
const calm: Seen = {
  ...emptyDeskState,
  link: 'up',
  line: registered,
  audio: goodAudio,
  sync: synced,
};

function withCall(seen: Seen, changes: Parameters<typeof ringing>[1]): Seen {
  const entry = { call: ringing(callId, changes), card: marijasCard(), revision: 1 };
  return { ...seen, calls: { [callId]: entry }, order: [callId] };
}

const talking = { phase: 'talking', answeredAt: '2026-11-23T09:00:00.000Z' } as const;
const lost: LineState = {
  ...registered,
  phase: 'lost',
  problem: 'gone',
  retryAt: '2026-11-23T09:00:09.000Z',
};
const headsetGone: Seen['audio'] = {
  ...goodAudio,
  missing: ['microphone'],
  microphoneInUse: 'Vgrajeni mikrofon',
  wishes: { ...goodAudio.wishes, microphones: ['mic-1'] },
};

const certificate = new X509Certificate(
  readFileSync('tests/support/tls/expired.pem'),
).toLegacyObject();

/** One state of the desk for each thing that can be told. */
const causes: Readonly<Record<HappeningKind, Seen>> = {
  'link-lost': { ...calm, link: 'down' },
  'ready-asked': { ...calm, audio: headsetGone, readyWithoutGear: 'asked' },
  'sound-restoring': withCall({ ...calm, audio: { ...goodAudio, page: 'gone' } }, talking),
  returning: withCall(calm, { phase: 'returning' }),
  'sound-lost': withCall(calm, { ...talking, audio: 'lost' }),
  'line-lost-in-call': withCall({ ...calm, line: lost }, talking),
  interrupted: withCall(calm, { phase: 'ended', end: 'failed', interrupted: true }),
  'broken-off': withCall(calm, { ...talking, phase: 'ended', end: 'failed' }),
  certificate: {
    ...calm,
    line: {
      ...registered,
      phase: 'refused',
      problem: 'certificate',
      detail: certificateDetail('expired', certificate),
    },
  },
  'line-refused': { ...calm, line: { ...registered, phase: 'refused', problem: 'credentials' } },
  'sound-elsewhere': { ...calm, audio: { ...goodAudio, page: 'elsewhere' } },
  'microphone-refused': { ...calm, audio: { ...goodAudio, microphone: 'refused' } },
  'microphone-none': { ...calm, audio: { ...goodAudio, microphone: 'none' } },
  'line-lost': { ...calm, line: lost },
  'sound-gone': { ...calm, audio: { ...goodAudio, page: 'gone' } },
  'headset-missing': { ...calm, audio: headsetGone },
  'ringer-missing': { ...calm, audio: { ...goodAudio, missing: ['ringer'] } },
  'headset-contested': {
    ...calm,
    audio: { ...goodAudio, headset: { state: 'contested', product: 'Jabra Evolve2 40' } },
  },
  'first-ring': { ...calm, audio: { ...goodAudio, proven: false } },
  'server-down': { ...calm, sync: { ...synced, server: 'down' } },
  loading: { ...calm, sync: { ...synced, loading: true } },
};

describe('what is happening', () => {
  it('is nothing on a calm day', () => {
    expect(whatIsHappening(calm)).toBeNull();
    expect(whatIsHappening(withCall(calm, talking))).toBeNull();
    expect(whatIsHappening(emptyDeskState)).toBeNull();
  });

  it.each(happenings)('%s is told where nothing worse goes on', (kind) => {
    expect(whatIsHappening(causes[kind])?.kind).toBe(kind);
  });

  it('tells the worst of everything at once, in the order of its list', () => {
    // Each cause is laid over those that rank below it; the facts of a later one do not undo an earlier one.
    const all: Seen = {
      ...withCall(calm, talking),
      line: lost,
      audio: { ...goodAudio, page: 'gone', microphone: 'none', proven: false },
      sync: { ...synced, server: 'down', loading: true },
    };
    expect(whatIsHappening({ ...all, link: 'down' })?.kind).toBe('link-lost');
    expect(whatIsHappening(all)?.kind).toBe('sound-restoring');
    const heard: Seen = { ...all, audio: { ...goodAudio, microphone: 'none', proven: false } };
    expect(whatIsHappening(heard)?.kind).toBe('line-lost-in-call');
    const alone: Seen = { ...heard, calls: {}, order: [] };
    expect(whatIsHappening(alone)?.kind).toBe('microphone-none');
    expect(whatIsHappening({ ...alone, audio: goodAudio })?.kind).toBe('line-lost');
    expect(whatIsHappening({ ...alone, audio: goodAudio, line: calm.line })?.kind).toBe(
      'server-down',
    );
  });

  it('names who is on the line, the missing device and what stands in for it', () => {
    expect(whatIsHappening(causes.returning)).toMatchObject({
      callId,
      values: { who: 'Marija Žagar' },
    });
    const named = { ...causes['headset-missing'], deviceLabels: { 'mic-1': 'Jabra Evolve2 40' } };
    expect(whatIsHappening(named)?.values).toEqual({
      device: 'Jabra Evolve2 40',
      instead: 'Vgrajeni mikrofon',
    });
  });

  it('names a missing headset that this page has never seen, as main last saw it', () => {
    const known = [
      { deviceId: 'mic-1', groupId: 'g1', kind: 'microphone' as const, label: 'Jabra Evolve2 40' },
    ];
    const audio = {
      ...goodAudio,
      devices: [],
      missing: ['microphone' as const],
      wishes: { ...goodAudio.wishes, microphones: ['mic-1'], known },
    };
    const started = applyEvent(emptyDeskState, { type: 'audio', revision: 1, audio });
    expect(whatIsHappening({ ...started, link: 'up' })?.values['device']).toBe('Jabra Evolve2 40');
  });

  it('does not say that the call goes on where the sound is lost with the line', () => {
    const silent = { ...talking, audio: 'lost' } as const;
    expect(whatIsHappening(withCall({ ...calm, line: lost }, silent))).toMatchObject({
      kind: 'sound-lost',
      values: { who: 'Marija Žagar', line: 'lost' },
    });
    // Silence on hold is no loss.
    expect(whatIsHappening(withCall(calm, { ...silent, heldThere: true }))).toBeNull();
    expect(whatIsHappening(withCall(calm, { ...silent, phase: 'held' }))).toBeNull();
  });

  it('says nothing of the first ring before the sound page has told how it is', () => {
    const audio = { ...goodAudio, proven: false, microphone: 'unknown' } as const;
    expect(whatIsHappening({ ...calm, audio })).toBeNull();
  });

  it('does not say that the line is lost for good between two tries in a call', () => {
    const connecting = { ...registered, phase: 'connecting' } as const;
    expect(whatIsHappening(withCall({ ...calm, line: connecting }, talking))?.kind).toBe(
      'line-lost-in-call',
    );
    expect(whatIsHappening({ ...calm, line: connecting })).toBeNull();
  });

  it('offers no call back for one who was never spoken to', () => {
    expect(whatIsHappening(withCall(calm, { phase: 'ended', end: 'failed' }))).toBeNull();
  });

  it('offers no call back for a call that was taken back and ended as calls do', () => {
    const ended = { phase: 'ended', interrupted: true, end: 'hung-up-there' } as const;
    expect(whatIsHappening(withCall(calm, ended))).toBeNull();
  });

  it('tells at most one thing, and always one of its list, whatever the desk says', () => {
    const any = fc.record({
      link: fc.constantFrom('connecting' as const, 'up' as const, 'down' as const),
      page: fc.constantFrom('gone' as const, 'here' as const, 'elsewhere' as const),
      microphone: fc.constantFrom('ok' as const, 'none' as const, 'refused' as const),
      missing: fc.subarray(['microphone', 'speaker', 'ringer'] as const),
      proven: fc.boolean(),
      line: fc.constantFrom('idle', 'connecting', 'registered', 'lost', 'refused'),
      server: fc.constantFrom('up' as const, 'down' as const, 'off' as const),
      phase: fc.constantFrom(...callPhases),
      interrupted: fc.boolean(),
      asked: fc.constantFrom(null, 'asked' as const, 'anyway' as const),
    });
    fc.assert(
      fc.property(any, (one) => {
        const seen: Seen = withCall(
          {
            ...calm,
            link: one.link,
            line: { ...registered, phase: one.line as 'idle' },
            audio: {
              ...goodAudio,
              page: one.page,
              microphone: one.microphone,
              missing: [...one.missing],
              proven: one.proven,
            },
            sync: { ...synced, server: one.server },
            readyWithoutGear: one.asked,
          },
          { phase: one.phase, interrupted: one.interrupted },
        );
        const told = whatIsHappening(seen);
        expect([null, ...happenings]).toContain(told?.kind ?? null);
        expect(told?.kind === 'link-lost').toBe(one.link === 'down');
        const heard = one.link !== 'down' && one.asked !== 'asked' && one.phase === 'talking';
        expect(heard && told?.kind === 'sound-restoring').toBe(heard && one.page === 'gone');
      }),
      { numRuns: 2000 },
    );
  });
});

describe('why a certificate is not accepted', () => {
  // What main really writes, so that writer and reader cannot drift apart.
  const coded = (code: string) => Object.assign(new Error('refused'), { code });
  it.each([
    [coded('CERT_HAS_EXPIRED'), 'expired'],
    [coded('CERT_NOT_YET_VALID'), 'not-yet-valid'],
    [coded('ERR_TLS_CERT_ALTNAME_INVALID'), 'wrong-name'],
    [coded('DEPTH_ZERO_SELF_SIGNED_CERT'), 'self-signed'],
    [coded('SELF_SIGNED_CERT_IN_CHAIN'), 'unknown-authority'],
    [coded('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), 'unknown-authority'],
    [coded('CERT_IS_WEAK'), 'weak'],
    [new Error('ee key too small: certificate key too weak'), 'weak'],
    [coded('CERT_REVOKED'), 'revoked'],
    [coded('INVALID_PURPOSE'), 'invalid'],
  ])('%s', (error, why) => {
    const fault = certificateFault(error);
    if (fault === null) throw new Error('no fault of the certificate');
    for (const shown of [null, certificate]) {
      const line = { ...registered, phase: 'refused', problem: 'certificate' } as const;
      const seen = { ...calm, line: { ...line, detail: certificateDetail(fault, shown) } };
      expect(whatIsHappening(seen)).toMatchObject({ kind: 'certificate', values: { why } });
    }
  });

  it('is told in general where the line does not say it', () => {
    expect(certificateReason(null)).toBe('invalid');
    expect(certificateReason('something else; for pbx.example')).toBe('invalid');
  });

  it.each(['sl', 'en'] as const)('has a text of its own for every reason in %s', (language) => {
    const { t } = createI18n(language);
    const told = CertificateFault.options.map((fault) => t(`status:certificate.${fault}`));
    expect(told.filter((text) => text.startsWith('certificate.'))).toEqual([]);
    expect(new Set(told).size).toBe(CertificateFault.options.length);
  });
});
