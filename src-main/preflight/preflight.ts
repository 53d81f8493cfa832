/** The check before the shift (duty D13): gear, line, network, server and base, one after another; its pass is the attendance stamp. */
import { v7 as uuidv7 } from 'uuid';
import {
  noPreflight,
  preflightAfter,
  preflightChecks,
  type AttendanceStamp,
  type Preflight,
  type PreflightCheck,
  type PreflightCheckName,
  type PreflightEvent,
  type PreflightProblem,
} from '#shared/model/preflight.ts';
import type { Clock } from '../host.ts';
import { Listeners } from '../listeners.ts';
import type { Log } from '../log.ts';

export interface CheckResult {
  readonly problem: PreflightProblem | null;
  readonly figures: PreflightCheck['figures'];
}

/** One check. The signal aborts when its time is over or a call came; what it answers after that counts for nothing. */
export type Check = (signal: AbortSignal) => Promise<CheckResult>;

/** How long each check may take, and what it means when it takes longer. */
const limits: Readonly<
  Record<PreflightCheckName, { readonly ms: number; readonly problem: PreflightProblem }>
> = {
  headset: { ms: 8000, problem: 'no-voice' },
  line: { ms: 15_000, problem: 'self-call-failed' },
  network: { ms: 2000, problem: 'slow-network' },
  server: { ms: 5000, problem: 'server-down' },
  base: { ms: 5000, problem: 'base-not-writable' },
};

export interface PreflightRoom extends Disposable {
  readonly state: Preflight;
  onChange(changed: (state: Preflight) => void): Disposable;
  /** Begins all checks anew; nothing while they run. The result comes as a change. */
  run(): void;
  /** A call rings or is made: the customer goes before. */
  callCame(): void;
  /** Somebody else is signed in, or nobody. */
  forget(): void;
}

export function createPreflight(deps: {
  readonly checks: Readonly<Record<PreflightCheckName, Check>>;
  readonly clock: Clock;
  readonly log: Log;
  /** Proof of a run that passed; once a run. Errors: StoreError. */
  readonly passed: (stamp: AttendanceStamp) => void;
}): PreflightRoom {
  const { clock, log } = deps;
  const listeners = new Listeners<Preflight>();
  let state: Preflight = noPreflight;
  let running: AbortController | null = null;

  const now = (): string => new Date(clock.now()).toISOString();

  function take(event: PreflightEvent): void {
    const next = preflightAfter(state, event);
    if (next === state) return;
    state = next;
    listeners.tell(state);
  }

  function stop(event: PreflightEvent): void {
    running?.abort();
    running = null;
    take(event);
  }

  async function runAll(run: AbortController): Promise<void> {
    for (const name of preflightChecks) {
      take({ type: 'check-began', name });
      const result = await limited(name, run.signal);
      if (run.signal.aborted) return;
      log.info({ event: 'preflight', check: name, problem: result.problem }, 'A check has ended');
      const ended = { type: 'check-ended', name, ...result, at: now() } as const;
      // Nobody is told that he has checked in before that is kept.
      const isKept = stamped(preflightAfter(state, ended));
      take(isKept ? ended : { ...ended, problem: 'base-not-writable' });
    }
    running = null;
  }

  /** The check's answer, or its limit's problem. A check that fails in an unknown way has not passed either. */
  async function limited(name: PreflightCheckName, whole: AbortSignal): Promise<CheckResult> {
    const { ms, problem } = limits[name];
    const own = new AbortController();
    const over = (): void => own.abort();
    const stopped = new Promise<CheckResult>((resolve) => {
      own.signal.addEventListener('abort', () => resolve({ problem, figures: {} }));
    });
    const timer = clock.after(ms, over);
    whole.addEventListener('abort', over);
    try {
      return await Promise.race([deps.checks[name](own.signal), stopped]);
    } catch (error) {
      const code = error instanceof Error ? error.name : 'unknown';
      log.warn({ event: 'preflight', check: name, code }, 'A check broke');
      return { problem, figures: {} };
    } finally {
      timer[Symbol.dispose]();
      whole.removeEventListener('abort', over);
      own.abort();
    }
  }

  /** False: the run has passed, and the stamp could not be kept. */
  function stamped({ state: reached, checks }: Preflight): boolean {
    if (reached !== 'passed') return true;
    try {
      deps.passed({ stampId: uuidv7(), at: now(), checks });
      return true;
    } catch (error) {
      log.error({ event: 'preflight', error }, 'The attendance stamp was not kept');
      return false;
    }
  }

  return {
    get state() {
      return state;
    },
    onChange: (changed) => listeners.add(changed),
    run() {
      if (state.state === 'running') return;
      running = new AbortController();
      take({ type: 'began', at: now() });
      void runAll(running);
    },
    callCame: () => {
      if (state.state === 'running') stop({ type: 'call-came', at: now() });
    },
    forget: () => stop({ type: 'forgotten' }),
    [Symbol.dispose]() {
      running?.abort();
      running = null;
    },
  };
}
