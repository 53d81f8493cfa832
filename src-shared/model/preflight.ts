/** The check before the shift: is the gear in order, can this desk be reached. Its pass is the attendance stamp. */
import * as z from 'zod';

export const preflightChecks = [
  'headset', // a tone played into the speaker is heard by the microphone, or the person says "I hear it" and is heard
  'line', // registered, and the desk's call to itself rings
  'network', // round trip and loss of that call
  'server',
  'base', // the local base is whole and can be written
] as const;
export const PreflightCheckName = z.enum(preflightChecks);
export type PreflightCheckName = z.infer<typeof PreflightCheckName>;

/** Why a check did not pass; the page has a sentence and a way out for each. */
export const PreflightProblem = z.enum([
  'no-microphone',
  'microphone-refused',
  'headset-missing', // another device than the wished one is in use
  'microphone-silent',
  'no-voice',
  'not-registered',
  'self-call-failed',
  'no-packets',
  'slow-network',
  'lossy-network',
  'server-down',
  'not-synced',
  'base-damaged',
  'base-not-writable',
  'in-a-call',
]);
export type PreflightProblem = z.infer<typeof PreflightProblem>;

export const PreflightCheck = z.object({
  name: PreflightCheckName,
  state: z.enum(['waiting', 'running', 'passed', 'failed']),
  problem: PreflightProblem.nullable(),
  /** What was measured, for the page and for support: roundTripMs, lossPercent, level, device, unsent …; no personal data. */
  figures: z.record(z.string(), z.union([z.number(), z.string()])),
});
export type PreflightCheck = z.infer<typeof PreflightCheck>;

export const Preflight = z.object({
  /** none: never run since this person signed in */
  state: z.enum(['none', 'running', 'passed', 'failed']),
  checks: z.array(PreflightCheck),
  startedAt: z.iso.datetime().nullable(),
  finishedAt: z.iso.datetime().nullable(),
});
export type Preflight = z.infer<typeof Preflight>;

/** Proof that the person was there with working gear; sent to the server as it was made. */
export const AttendanceStamp = z.object({
  stampId: z.uuid(),
  at: z.iso.datetime(),
  checks: z.array(PreflightCheck),
});
export type AttendanceStamp = z.infer<typeof AttendanceStamp>;
