import { expect, test } from 'vitest';
import { wasCutOff } from '#shared/model/call.ts';

const at = '2026-11-23T09:00:00.000Z';

test.each([
  ['a conversation that the exchange lost', 'ended', 'failed', at, false, true],
  ['one that did not come back after a restart', 'ended', 'failed', at, true, true],
  ['one that came back and was hung up', 'ended', 'hung-up-there', at, true, false],
  ['one that may come back yet', 'returning', null, at, true, false],
  ['a call that was refused before the answer', 'ended', 'failed', null, false, false],
] as const)('%s', (_what, phase, end, answeredAt, interrupted, cutOff) => {
  expect(wasCutOff({ phase, end, answeredAt, interrupted })).toBe(cutOff);
});
