import { expect, it } from 'vitest';
import { isSameDay } from '../../../src-renderer/desk/history/same-day.ts';

it.each([
  ['2026-11-23T23:56:00Z', '2026-11-24T00:08:00Z', 'Europe/Ljubljana', true],
  ['2026-11-23T22:56:00Z', '2026-11-23T23:08:00Z', 'Europe/Ljubljana', false],
  ['2026-11-23T22:56:00Z', '2026-11-23T23:08:00Z', 'UTC', true],
  ['2025-11-24T00:08:00Z', '2026-11-24T00:08:00Z', 'UTC', false],
])('%s and %s are one day in %s: %s', (one, other, zone, same) => {
  expect(isSameDay(new Date(one), new Date(other), zone)).toBe(same);
});
