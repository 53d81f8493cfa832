/** The check before the shift: is the gear in order, can this desk be reached. Its pass is the attendance stamp. */
import * as z from 'zod';
import { assertNever } from '../assert-never.ts';

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

/** What happened to a run of the checks. Times are ISO 8601, UTC. */
export type PreflightEvent =
  | { readonly type: 'began'; readonly at: string }
  | { readonly type: 'check-began'; readonly name: PreflightCheckName }
  | {
      readonly type: 'check-ended';
      readonly name: PreflightCheckName;
      readonly problem: PreflightProblem | null;
      readonly figures: PreflightCheck['figures'];
      readonly at: string;
    }
  /** A customer goes before: what is not finished has not passed. */
  | { readonly type: 'call-came'; readonly at: string }
  /** Somebody else sits here now. */
  | { readonly type: 'forgotten' };

export const noPreflight: Preflight = {
  state: 'none',
  checks: preflightChecks.map((name) => ({ name, state: 'waiting', problem: null, figures: {} })),
  startedAt: null,
  finishedAt: null,
};

/**
 * The run after `event`, or the same run where the event cannot happen.
 *
 *   none, passed, failed ──began──► running ──the last check ended──► passed (all five did) or failed
 *                                      └───────────call-came────────► failed
 *   every state ──forgotten──► none
 *
 * The checks go one after another in their order: waiting ──check-began──► running ──check-ended──► passed or failed.
 */
export function preflightAfter(run: Preflight, event: PreflightEvent): Preflight {
  switch (event.type) {
    case 'began':
      if (run.state === 'running') return run;
      return { ...noPreflight, state: 'running', startedAt: event.at };
    case 'check-began': {
      const next = run.checks.find(({ state }) => state === 'waiting' || state === 'running');
      if (run.state !== 'running' || next?.name !== event.name || next.state === 'running')
        return run;
      return withCheck(run, event.name, { state: 'running' });
    }
    case 'check-ended': {
      const { name, problem, figures } = event;
      const there = run.checks.find((check) => check.name === name);
      if (run.state !== 'running' || there?.state !== 'running') return run;
      const state = problem === null ? 'passed' : 'failed';
      return finished(withCheck(run, name, { state, problem, figures }), event.at);
    }
    case 'call-came':
      if (run.state !== 'running') return run;
      return finished(
        {
          ...run,
          checks: run.checks.map((check) =>
            check.state === 'waiting' || check.state === 'running'
              ? { ...check, state: 'failed', problem: 'in-a-call' }
              : check,
          ),
        },
        event.at,
      );
    case 'forgotten':
      return noPreflight;
    default:
      return assertNever(event);
  }
}

function withCheck(
  run: Preflight,
  name: PreflightCheckName,
  change: Partial<PreflightCheck>,
): Preflight {
  return {
    ...run,
    checks: run.checks.map((check) => (check.name === name ? { ...check, ...change } : check)),
  };
}

function finished(run: Preflight, at: string): Preflight {
  if (run.checks.some(({ state }) => state === 'waiting' || state === 'running')) return run;
  const passed = run.checks.every(({ state }) => state === 'passed');
  return { ...run, state: passed ? 'passed' : 'failed', finishedAt: at };
}
