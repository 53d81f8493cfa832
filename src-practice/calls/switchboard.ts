/** What every call of the exchange works with. */
import type { PracticeCentre } from '../centre.ts';
import type { Clock } from '../clock.ts';
import type { TurnSettings } from '../customers/turn-taking.ts';
import type { Log } from '../log.ts';
import type { Prompts } from '../media/prompts.ts';
import type { Binding } from '../registrar.ts';
import type { Leg } from '../sip/leg.ts';
import type { ServerTransaction } from '../sip/server-transaction.ts';
import type { UserAgent } from '../sip/user-agent.ts';
import type { OpenCall } from './desk-call.ts';
import type { DeskSide } from './desk-side.ts';

export interface Timing {
  /** An operator is rung this long, in seconds. */
  readonly ring: number;
  /** An operator who refused a caller is tried with that caller again after so many seconds. */
  readonly retry: number;
  /** How long a caller waits for an answer: shortest and longest, in seconds. */
  readonly patience: readonly [number, number];
  /** How long a customer lets the telephone ring: shortest and longest, in seconds. */
  readonly answer: readonly [number, number];
  /** A desk that lost its socket may come back to its calls within so many seconds. */
  readonly lost: number;
  /** A nonce is good for so many seconds. */
  readonly nonce: number;
  readonly turns: TurnSettings;
}

export interface Switchboard {
  readonly agent: UserAgent;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  readonly timing: Timing;
  readonly prompts: Prompts;
  readonly centre: PracticeCentre;
  /** Our Contact. */
  readonly contact: string;
  /** The newest place of a line; null: not registered. */
  bindingOf(extension: string): Binding | null;
  /** Established legs hear their requests from then on. */
  connect(leg: Leg): void;
  disconnect(leg: Leg): void;
  /** The line has a call until this is disposed of. */
  engage(extension: string): Disposable;
  engaged(extension: string): boolean;
  /** Desks in calls that stand, by the key of their dialog. */
  readonly sides: Map<string, DeskSide>;
  /** A desk's REFER. */
  refer(side: DeskSide, transaction: ServerTransaction): void;
  /** Starts a call under a new id and keeps it until it calls `over`; null: it did not come about. */
  keep(start: (id: string, over: () => void) => OpenCall | null): void;
}

/** What a call tells about itself, for tests and the log. */
export interface CallView {
  readonly id: string;
  /** joined: a customer who was transferred, and whoever has him now. */
  readonly kind: 'queue' | 'out' | 'inside' | 'joined';
  readonly phase: 'waiting' | 'ringing' | 'leaving' | 'talking' | 'gone';
  readonly queue: string | null;
  /** The desk's line, once one is rung or has called. */
  readonly extension: string | null;
  /** The customer's number; null: withheld, or no customer. */
  readonly number: string | null;
  /** What the customer's ear gets. */
  readonly hears: 'waiting-tone' | 'operator' | 'hold-tone' | 'nothing';
  /** Digits the operator sent. */
  readonly digits: string;
  /** Why it is gone. */
  readonly why: string | null;
}

export function secondsBetween(
  [from, to]: readonly [number, number],
  random: () => number,
): number {
  return from + (to - from) * random();
}
