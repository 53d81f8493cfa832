/** What the operator hears while a call that was made here rings at the other side. */
import { expect, test } from 'vitest';
import { callDesk as desk } from '../../support/call-desk-bench.ts';
import type { PracticeLeg, PracticeLine } from '../../support/practice-line.ts';

function last({ legs }: PracticeLine): PracticeLeg {
  const leg = legs.at(-1);
  if (!leg) throw new Error('no call yet');
  return leg;
}

const alerting = { type: 'alerting' } as const;
const early = (state: 'flowing' | 'lost') => ({ type: 'audio', state }) as const;

test('a tone from the first 180 until the answer', async () => {
  const { line, calls, ringer } = desk();
  await calls.dial('041 123 456', null, null);
  expect(ringer.sound).toBeNull();
  const leg = last(line);
  leg.tell(alerting);
  expect(ringer.sound?.tone).toBe('ringback');
  leg.tell({ type: 'answered' });
  expect(ringer.sound).toBeNull();
});

test('no tone once the exchange plays its own, and none after the end', async () => {
  const { line, calls, ringer } = desk();
  await calls.dial('041 123 456', null, null);
  const leg = last(line);
  leg.tell(early('flowing'));
  leg.tell(alerting);
  expect(ringer.sound).toBeNull();
  leg.tell(early('lost'));
  expect(ringer.sound?.tone).toBe('ringback');
  leg.tell(early('flowing'));
  expect(ringer.sound).toBeNull();
  leg.tell(early('lost'));
  leg.end('no-answer');
  expect(ringer.sound).toBeNull();
});

test('a customer who is taken back while the colleague is called is talked to without it', async () => {
  const { line, calls, ringer } = desk();
  const customer = line.ring();
  await calls.answer(customer.callId);
  customer.tell({ type: 'answered' });
  await calls.consult(customer.callId, '202');
  last(line).tell(alerting);
  expect(ringer.sound?.tone).toBe('ringback');
  await calls.swap(customer.callId);
  expect(ringer.sound).toBeNull();
});

test('a call that waits is told above it', async () => {
  const { line, calls, ringer } = desk();
  await calls.dial('041 123 456', null, null);
  last(line).tell(alerting);
  line.ring().end('missed');
  expect(ringer.rings).toEqual(['ringback', 'call-waiting', 'ringback']);
});
