/** Messages that the desk refuses without reading them: who is refused tells nothing about what reads. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createMessageGate } from '../../../src-main/telephony/message-gate.ts';

/** Of how many messages the desk's log says that they were refused unread, for whatever reason. */
export function refusedIn(log: readonly string[]): number {
  return log
    .filter((line) => line.includes('SIP message refused'))
    .map((line) => (JSON.parse(line) as { messages?: number }).messages ?? 0)
    .reduce((sum, one) => sum + one, 0);
}

/** The desk tells once a second: after this, the next refusal brings all that was not told yet. */
export async function untilNextIsTold(): Promise<void> {
  await sleep(1_100);
}

/** By the desk's own rule, and rightly refused. */
export function isTooLong(text: string): boolean {
  const clock = { now: () => 0, after: () => ({ [Symbol.dispose]: () => undefined }) };
  const gate = createMessageGate(clock, () => 0);
  return gate.pass(text, () => undefined) === 'too-long';
}

export const tooLongMessage = `OPTIONS ${'a'.repeat(20_000)}`;
