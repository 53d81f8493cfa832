/** What the voice page reads in session descriptions. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import {
  askingForErrorCorrection,
  heldBy,
  offeredDirection,
  remoteDirection,
  sdpFault,
} from '../../../src-renderer/voice/sdp.ts';

const audio = [
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111 0',
  'c=IN IP4 0.0.0.0',
  'a=ice-ufrag:abcd',
  'a=ice-pwd:0123456789012345678901',
  'a=fingerprint:sha-256 AA:BB',
];
const sdp = (...more: string[]) => [...audio, ...more, ''].join('\r\n');

describe('a description', () => {
  it('is sound with audio, ICE and a fingerprint, also where these stand above the media', () => {
    expect(sdpFault(sdp())).toBeNull();
    const [head, media] = [audio.slice(0, 4), audio.slice(4, 6)];
    expect(sdpFault([...head, ...audio.slice(6), ...media, ''].join('\r\n'))).toBeNull();
    expect(sdpFault(sdp().replaceAll('\r\n', '\n'))).toBeNull();
  });

  it.each([
    ['not a session description', ''],
    ['not a session description', 'INVITE sip:x SIP/2.0'],
    ['no audio', audio.slice(0, 4).join('\r\n')],
    ['audio refused', sdp().replace('m=audio 9', 'm=audio 0')],
    ['audio over RTP/AVP, not DTLS-SRTP', sdp().replace('UDP/TLS/RTP/SAVPF', 'RTP/AVP')],
    ['no fingerprint', sdp().replace('a=fingerprint', 'a=finger')],
    ['no ice-ufrag', sdp().replace('a=ice-ufrag', 'a=u')],
    ['no ice-pwd', sdp().replace('a=ice-pwd', 'a=p')],
  ])('is refused: %s', (fault, text) => {
    expect(sdpFault(text)).toBe(fault);
  });

  test.prop([fc.string({ maxLength: 300 })])('never throws, whatever the text', (text) => {
    sdpFault(text);
    sdpFault(`v=0\r\nm=audio ${text}`);
    expect(['sendrecv', 'sendonly', 'recvonly', 'inactive']).toContain(
      remoteDirection(`m=audio 9\r\n${text}`),
    );
  });
});

describe('the direction', () => {
  it("is the audio's own, else the session's, else both ways", () => {
    expect(remoteDirection(sdp())).toBe('sendrecv');
    expect(remoteDirection(sdp('a=sendonly'))).toBe('sendonly');
    const session = sdp().replace('t=0 0', 't=0 0\r\na=inactive');
    expect(remoteDirection(session)).toBe('inactive');
    expect(remoteDirection(session.replace('a=ice-ufrag', 'a=recvonly\r\na=ice-ufrag'))).toBe(
      'recvonly',
    );
  });

  it("is not another media section's", () => {
    expect(remoteDirection(sdp('m=video 9 UDP/TLS/RTP/SAVPF 96', 'a=inactive'))).toBe('sendrecv');
  });

  it('tells who holds, and what to offer', () => {
    expect(heldBy('sendonly')).toBe(true);
    expect(heldBy('inactive')).toBe(true);
    expect(heldBy('recvonly')).toBe(false);
    expect(heldBy('sendrecv')).toBe(false);
    expect(offeredDirection(false, true)).toBe('sendrecv');
    expect(offeredDirection(true, false)).toBe('sendonly');
    expect(offeredDirection(true, true)).toBe('inactive');
  });
});

describe('forward error correction', () => {
  const opus = (fmtp: string) => `v=0\r\na=rtpmap:107 opus/48000/2\r\n${fmtp}a=ptime:20\r\n`;

  it('is asked for where nothing is said of it', () => {
    expect(askingForErrorCorrection(opus(''))).toBe(opus('a=fmtp:107 useinbandfec=1\r\n'));
    expect(askingForErrorCorrection(opus('a=fmtp:107 maxplaybackrate=16000\r\n'))).toBe(
      opus('a=fmtp:107 maxplaybackrate=16000;useinbandfec=1\r\n'),
    );
  });

  it('is left as they said it, and where there is no Opus', () => {
    for (const sdp of [opus('a=fmtp:107 useinbandfec=0\r\n'), 'v=0\r\na=rtpmap:0 PCMU/8000\r\n'])
      expect(askingForErrorCorrection(sdp)).toBe(sdp);
  });
});
