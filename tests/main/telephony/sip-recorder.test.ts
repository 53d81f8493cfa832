import { expect, test } from 'vitest';
import type { SipMessage } from '#shared/contract/desk.ts';
import { SipRecording, withoutSecrets } from '../../../src-main/telephony/sip-recorder.ts';
import { lineBench } from '../../support/line-bench.ts';
import { wallClock } from '../../support/memory-host.ts';

test('the ladder holds a whole registration, and no secret', async () => {
  await using bench = await lineBench({ algorithm: 'SHA-256' });
  // What the line asks for once it is registered has Call-IDs of its own (RFC 3261 §10.2).
  const [first, ...others] = bench.line.sip.recordedSip();
  const recorded = [first, ...others].flatMap((one) =>
    one && one.callId === first?.callId ? [one] : [],
  );
  expect(
    recorded.map(({ direction, line }) => [direction, line.split(' ').slice(0, 2).join(' ')]),
  ).toEqual([
    ['sent', 'REGISTER sip:stub.test'],
    ['received', 'SIP/2.0 401'],
    ['sent', 'REGISTER sip:stub.test'],
    ['received', 'SIP/2.0 200'],
  ]);
  expect(recorded[2]?.text).toContain('Authorization: ***');
  for (const { text } of recorded) expect(text).not.toMatch(/nonce=|response=/);
});

test('keys of the media and folded credentials are struck out', () => {
  const text = withoutSecrets(
    'INVITE sip:a SIP/2.0\r\nproxy-authorization: Digest a="1",\r\n response="dead"\r\nX-Api-Token: t0p\r\nTo: <sip:a>\r\n\r\na=ice-pwd:hush\r\na=crypto:1 AES hush\r\na=rtcp-mux\r\n',
  );
  expect(text).not.toMatch(/dead|hush|t0p/);
  expect(text).toContain('To: <sip:a>');
  expect(text).toContain('a=rtcp-mux');
});

test('only the last 500 messages are kept, and each new one is told', () => {
  const recording = new SipRecording(wallClock);
  const seen: SipMessage[] = [];
  const subscription = recording.subscribe((message) => seen.push(message));
  for (let n = 0; n < 600; n++)
    recording.add('sent', `OPTIONS sip:${n} SIP/2.0\r\nCall-ID: ${n}\r\n\r\n`);
  expect(recording.recordedSip()).toHaveLength(500);
  expect(recording.recordedSip()[0]?.callId).toBe('100');
  expect(seen).toHaveLength(600);
  subscription[Symbol.dispose]();
  recording.add('received', 'x');
  expect(seen).toHaveLength(600);
});
