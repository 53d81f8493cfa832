/**
 * The line's way to "registered" and back to it, as a pure machine; line-connection carries out what it says.
 *
 *              ┌────────────────────────── due, probe ───────────────────────────┐
 *              ▼                                                                 │
 *   open ─► connecting ──connected──► registering ──registered──► registered     │
 *              │                          │  │                        │           │
 *              │ missed                   │  └─refused (first time)─► refused    │
 *              │          failed, gone,   │                             │ probe   │
 *              │          refused (known) ▼          gone, failed       ▼         │
 *              └────────────────────► waiting ◄─────────────────────────┘────────┘
 *
 *   anywhere ──close──► closed, which nothing leaves
 *
 * Every try is a new socket and a new registration. "refused" waits for a person, because a secret that never worked does
 * not begin to work; a line that has worked before is tried again by itself, for ever.
 */
import { assertNever } from '#shared/assert-never.ts';
import type { LineState } from '#shared/model/line.ts';
import { reconnectDelay } from './reconnect-delay.ts';

type Problem = NonNullable<LineState['problem']>;

/** What is remembered from try to try. */
interface History {
  /** Tries that failed since the line was last steady. */
  readonly failures: number;
  /** REGISTERs refused for good since the last that was accepted. */
  readonly refusals: number;
  readonly everRegistered: boolean;
  /** When the line was lost, or first tried; null while it is registered. */
  readonly lostAt: number | null;
}

export type LineMachine = History &
  (
    | { readonly at: 'waiting' | 'refused' | 'closed' }
    /** `since` the try began, or the line was registered. */
    | { readonly at: 'connecting' | 'registering' | 'registered'; readonly since: number }
  );

export type LineFact =
  | { readonly type: 'connected' }
  /** No socket could be had. */
  | { readonly type: 'missed'; readonly problem: Problem; readonly detail: string }
  /** The socket that was there is gone. */
  | { readonly type: 'gone'; readonly problem: Problem; readonly detail: string }
  | { readonly type: 'registered' }
  /** REGISTER failed and may be tried again; `afterMs` where the exchange says when. */
  | {
      readonly type: 'failed';
      readonly problem: Problem;
      readonly detail: string;
      readonly afterMs: number | null;
    }
  /** The exchange does not want this line. */
  | { readonly type: 'refused'; readonly problem: Problem; readonly detail: string }
  /** The wait is over. */
  | { readonly type: 'due' }
  /** Somebody asks, the machine woke up, or its addresses changed: look at it now. */
  | { readonly type: 'probe' }
  | { readonly type: 'close' };

export type LineOrder =
  /** Opens a new socket; there is none. */
  | { readonly order: 'connect' }
  /** Gives up the socket and the registration on it. */
  | { readonly order: 'drop' }
  | { readonly order: 'register' }
  /** Takes the binding back, then gives up the socket. */
  | { readonly order: 'unregister' }
  | { readonly order: 'wait'; readonly ms: number }
  | { readonly order: 'stop-waiting' }
  /** Asks the socket for a sign of life. */
  | { readonly order: 'probe' }
  | {
      readonly order: 'tell';
      readonly phase: LineState['phase'];
      readonly problem: Problem | null;
      readonly detail: string | null;
      /** Milliseconds until the next try; null: none is due. */
      readonly retryMs: number | null;
    }
  /** Nothing can be said to the exchange until `back`. */
  | { readonly order: 'lost' }
  | { readonly order: 'back' };

export interface LineStep {
  readonly machine: LineMachine;
  readonly orders: readonly LineOrder[];
}

/** An exchange that has just started may not know its people yet: only after so many refusals is it meant. */
const refusalsForgiven = 10;
/** How often a line that was refused, or an exchange with a bad certificate, is looked at again. */
const refusedAgainMs = 60_000;
/** A registration that ends sooner than that is no success: an exchange that throws everybody out is not stormed. */
const steadyMs = 10_000;
/** An exchange may ask to be left alone (RFC 3261 §20.33), but not for the rest of the shift; nor to be asked at once again. */
const longestAskedMs = 600_000;
const shortestAskedMs = 250;
/**
 * Asterisk says "Retry-After: 5" to everybody until it is fully booted, which is a habit and no estimate: who waits for calls
 * looks again within 2 s, for the first minute. RFC 3261 §21.5.4 has a SHOULD here; longer wishes are followed.
 */
const habitMs = 5000;
const bootingMs = 60_000;
const bootingFailures = 3;

export function openLine(now: number): LineStep {
  const fresh: History = { failures: 0, refusals: 0, everRegistered: false, lostAt: now };
  return {
    machine: { ...fresh, at: 'connecting', since: now },
    orders: [tell('connecting', null, null, null), { order: 'connect' }],
  };
}

/**
 * @param now milliseconds since 1970.
 * @param chance 0 to 1.
 */
export function lineStep(
  machine: LineMachine,
  fact: LineFact,
  now: number,
  chance: number,
): LineStep {
  if (machine.at === 'closed') return { machine, orders: [] };
  switch (fact.type) {
    case 'connected':
      if (machine.at !== 'connecting') break;
      return { machine: { ...machine, at: 'registering' }, orders: [register] };
    case 'missed':
      if (machine.at !== 'connecting') break;
      return fact.problem === 'certificate'
        ? refuse(machine, fact, refusedAgainMs, now)
        : lose(machine, fact, null, now, chance);
    case 'gone':
      if (machine.at !== 'registering' && machine.at !== 'registered') break;
      return lose(machine, fact, null, now, chance);
    case 'registered':
      if (machine.at !== 'registering') break;
      return {
        machine: {
          at: 'registered',
          since: now,
          failures: machine.failures,
          refusals: 0,
          everRegistered: true,
          lostAt: null,
        },
        orders: [tell('registered', null, null, null), { order: 'back' }],
      };
    case 'failed':
      if (machine.at !== 'registering' && machine.at !== 'registered') break;
      return lose(machine, fact, fact.afterMs, now, chance);
    case 'refused':
      if (machine.at !== 'registering' && machine.at !== 'registered') break;
      return beRefused(machine, fact, now, chance);
    case 'due':
      if (machine.at !== 'waiting') break;
      return tryAgain(machine, now);
    case 'probe':
      return probe(machine, now);
    case 'close':
      return close(machine);
    default:
      return assertNever(fact);
  }
  // Something told too late, by a socket that has been given up.
  return { machine, orders: [] };
}

const register: LineOrder = { order: 'register' };

function tell(
  phase: LineState['phase'],
  problem: Problem | null,
  detail: string | null,
  retryMs: number | null,
): LineOrder {
  return { order: 'tell', phase, problem, detail, retryMs };
}

function remembered({ failures, refusals, everRegistered, lostAt }: LineMachine): History {
  return { failures, refusals, everRegistered, lostAt };
}

function lose(
  machine: LineMachine,
  why: { readonly problem: Problem; readonly detail: string },
  askedMs: number | null,
  now: number,
  chance: number,
): LineStep {
  const wasSteady = machine.at === 'registered' && now - machine.since >= steadyMs;
  // That this machine moved is no fault of the exchange's, and the next place is as good as any.
  const failures = wasSteady || why.problem === 'moved' ? 0 : machine.failures;
  const lostAt = machine.lostAt ?? now;
  const booting =
    machine.everRegistered && now - lostAt < bootingMs && (askedMs ?? Infinity) <= habitMs;
  const tried = machine.at === 'connecting' || machine.at === 'registering';
  const ms =
    askedMs === null || booting
      ? reconnectDelay(
          {
            failures: booting ? Math.max(failures, bootingFailures) : failures,
            lostMs: now - lostAt,
            triedMs: tried ? now - machine.since : 0,
            unanswered: why.problem === 'timeout',
          },
          chance,
        )
      : // Drawn on top, so that all who were told the same do not come back at the same moment.
        Math.min(longestAskedMs, Math.max(shortestAskedMs, askedMs)) + Math.round(1000 * chance);
  return {
    machine: { ...remembered(machine), at: 'waiting', failures: failures + 1, lostAt },
    orders: leaving(machine, tell('lost', why.problem, why.detail, ms), ms),
  };
}

function beRefused(
  machine: LineMachine,
  why: { readonly problem: Problem; readonly detail: string },
  now: number,
  chance: number,
): LineStep {
  const refusals = machine.refusals + 1;
  const counted = { ...machine, refusals };
  if (machine.everRegistered && refusals <= refusalsForgiven)
    return lose(counted, why, null, now, chance);
  const hopeless = !machine.everRegistered && why.problem === 'credentials';
  return refuse(counted, why, hopeless ? null : refusedAgainMs, now);
}

function refuse(
  machine: LineMachine,
  why: { readonly problem: Problem; readonly detail: string },
  ms: number | null,
  now: number,
): LineStep {
  return {
    machine: {
      ...remembered(machine),
      at: ms === null ? 'refused' : 'waiting',
      failures: machine.failures + 1,
      lostAt: machine.lostAt ?? now,
    },
    orders: leaving(machine, tell('refused', why.problem, why.detail, ms), ms),
  };
}

function leaving(machine: LineMachine, told: LineOrder, ms: number | null): readonly LineOrder[] {
  return [
    { order: 'drop' },
    ...(ms === null ? [] : [{ order: 'wait', ms } as const]),
    told,
    ...(machine.at === 'registered' ? [{ order: 'lost' } as const] : []),
  ];
}

function tryAgain(machine: LineMachine, now: number): LineStep {
  return {
    machine: { ...remembered(machine), at: 'connecting', since: now },
    orders: [{ order: 'stop-waiting' }, { order: 'connect' }],
  };
}

function probe(machine: LineMachine, now: number): LineStep {
  switch (machine.at) {
    case 'registering':
    case 'registered':
      return { machine, orders: [{ order: 'probe' }] };
    case 'waiting':
    case 'refused':
      return tryAgain({ ...machine, failures: 0 }, now);
    case 'connecting': // its own limit is short
    case 'closed':
      return { machine, orders: [] };
    default:
      return assertNever(machine);
  }
}

function close(machine: LineMachine): LineStep {
  const closed: LineStep['machine'] = { ...remembered(machine), at: 'closed' };
  switch (machine.at) {
    case 'registered':
      return { machine: closed, orders: [{ order: 'unregister' }] };
    case 'waiting':
      return { machine: closed, orders: [{ order: 'stop-waiting' }] };
    case 'connecting':
    case 'registering':
      return { machine: closed, orders: [{ order: 'drop' }] };
    case 'refused':
    case 'closed':
      return { machine: closed, orders: [] };
    default:
      return assertNever(machine);
  }
}
