import { expect, test } from 'vitest';
import { createMessageGate, type MessageGate } from '../../../src-main/telephony/message-gate.ts';
import { manualClock, type ManualClock } from '../../support/memory-host.ts';

const message = (method: string, to = '<sip:201@x>', more: readonly string[] = []): string =>
  [`${method} sip:201@x SIP/2.0`, `To: ${to}`, 'CSeq: 1 X', ...more, '', ''].join('\r\n');
const invite = message('INVITE');
const inDialog = '<sip:201@x>;tag=1';

/** A gate whose messages take so long. */
function gateOf(costMs: number): {
  clock: ManualClock;
  readonly send: (text: string) => ReturnType<MessageGate['pass']>;
} {
  const clock = manualClock();
  const gate = createMessageGate(clock, () => clock.now());
  return { clock, send: (text) => gate.pass(text, () => clock.advance(costMs)) };
}

test('calls as an exchange makes them come through, many at once, too', () => {
  const { send } = gateOf(2);
  for (let call = 0; call < 100; call++) expect(send(invite)).toBeNull();
});

test('a flood of calls takes a fifth of the time, while the dialogs that are up are heard', () => {
  const { clock, send } = gateOf(2);
  const began = clock.now();
  let through = 0;
  for (let call = 0; call < 20_000; call++) {
    if (send(invite) === null) through++;
    clock.advance(0.5);
    if (call % 100 > 0) continue;
    expect(send(message('BYE', inDialog))).toBeNull();
    expect(send(message('OPTIONS'))).toBeNull();
  }
  const share = (2 * through - 400) / (clock.now() - began);
  expect(share).toBeGreaterThan(0.18);
  expect(share).toBeLessThan(0.22);
});

test('on a machine that is slow fewer come through', () => {
  const throughOf = (costMs: number): number => {
    const { send } = gateOf(costMs);
    let through = 0;
    while (send(invite) === null) through++;
    return through;
  };
  expect(throughOf(20)).toBeLessThan(throughOf(1) / 10);
});

test('after a flood calls come through again within a second', () => {
  const { clock, send } = gateOf(2);
  while (send(invite) === null);
  clock.advance(1000);
  expect(send(invite)).toBeNull();
});

test('nothing comes through as often as it likes', () => {
  const { send } = gateOf(0);
  let through = 0;
  while (send(message('INFO', inDialog)) === null) through++;
  expect(through).toBe(2000);
});

test('what throws has cost its time, and is thrown on', () => {
  const clock = manualClock();
  const gate = createMessageGate(clock, () => clock.now());
  const bad = (): void => {
    clock.advance(500);
    throw new Error('malformed');
  };
  expect(() => gate.pass(invite, bad)).toThrow('malformed');
  expect(gate.pass(invite, bad)).toBe('too-many');
});

test('what other programs take of the machine is not put down to a call', () => {
  const clock = manualClock();
  const gate = createMessageGate(clock, () => 0);
  for (let call = 0; call < 20; call++)
    expect(gate.pass(invite, () => clock.advance(500))).toBeNull();
});

test('a head that would hold the parser up is refused, a long body is not', () => {
  const { send } = gateOf(0);
  expect(send(message('INVITE', '<a>', [`Contact: ${',<a@b>'.repeat(2000)}`]))).toBe('too-long');
  expect(send(message('INVITE', '<a>', Array<string>(100).fill('X: y')))).toBe('too-long');
  expect(send(`INVITE ${'a'.repeat(20_000)}`)).toBe('too-long');
  expect(send(invite + 'a=candidate\r\n'.repeat(2000))).toBeNull();
});
