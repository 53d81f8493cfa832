import { expect, test } from 'vitest';
import { createMessageGate } from '../../../src-main/telephony/message-gate.ts';
import { manualClock } from '../../support/memory-host.ts';

const message = (method: string, to = '<sip:201@x>', more: readonly string[] = []): string =>
  [`${method} sip:201@x SIP/2.0`, `To: ${to}`, 'CSeq: 1 X', ...more, '', ''].join('\r\n');
const invite = message('INVITE');

test('calls as an exchange makes them come through, many at once, too', () => {
  const gate = createMessageGate(manualClock());
  for (let call = 0; call < 100; call++) expect(gate.refusal(invite)).toBeNull();
});

test('a flood of calls is stopped, while the dialogs that are up are heard', () => {
  const clock = manualClock();
  const gate = createMessageGate(clock);
  let through = 0;
  for (let call = 0; call < 2000; call++) {
    if (gate.refusal(invite) === null) through++;
    clock.advance(0.5);
    if (call % 10 > 0) continue;
    expect(gate.refusal(message('BYE', '<sip:201@x>;tag=1'))).toBeNull();
    expect(gate.refusal(message('OPTIONS'))).toBeNull();
  }
  expect(through).toBeGreaterThanOrEqual(500);
  expect(through).toBeLessThan(600);
  expect(gate.refusal(invite)).toBe('too-many');
  clock.advance(100);
  expect(gate.refusal(invite)).toBeNull();
});

test('nothing comes through as often as it likes', () => {
  const gate = createMessageGate(manualClock());
  let through = 0;
  while (gate.refusal('SIP/2.0 200 OK\r\nTo: <a>;tag=1\r\n\r\n') === null) through++;
  expect(through).toBe(500);
});

test('a head that would hold the parser up is refused, a long body is not', () => {
  const gate = createMessageGate(manualClock());
  expect(gate.refusal(message('INVITE', '<a>', [`Contact: ${',<a@b>'.repeat(2000)}`]))).toBe(
    'too-long',
  );
  expect(gate.refusal(message('INVITE', '<a>', Array<string>(100).fill('X: y')))).toBe('too-long');
  expect(gate.refusal(`INVITE ${'a'.repeat(20_000)}`)).toBe('too-long');
  expect(gate.refusal(invite + 'a=candidate\r\n'.repeat(2000))).toBeNull();
});
