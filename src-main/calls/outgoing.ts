/** Calls made here: dialled, called back, dialled again. */
import { isConnected } from '#shared/model/call-machine.ts';
import { wasCutOff, type Call } from '#shared/model/call.ts';
import { dialTarget, type DialTarget, type NumberPlan } from '#shared/model/dial-target.ts';
import type { CallBook } from './call-book.ts';
import { CallDeskError } from './call-desk-error.ts';
import type { Ring } from './card-source.ts';
import type { Leg, Line } from './line.ts';
import { newCall, type LiveCall } from './live-call.ts';
import type { PastCall, PastCalls } from './past-calls.ts';

export interface OutgoingFacts {
  readonly projectId: string | null;
  readonly customerId: string | null;
  readonly consultFor: string | null;
}

export interface Outgoing {
  /** Errors: BAD_NUMBER. */
  target(written: string): DialTarget;
  /** The others wait from now on. Errors: CallDeskError, LineError. */
  place(target: DialTarget, facts: OutgoingFacts): Promise<LiveCall>;
  /** As a person wrote it. Errors: CallDeskError, LineError. */
  dial(written: string, projectId: string | null, customerId: string | null): Promise<LiveCall>;
  /** The party of a call that has ended, here or in an earlier run. Errors: NOT_FOUND, WRONG_STATE, BAD_NUMBER, LineError. */
  callBack(callId: string): Promise<LiveCall>;
  /** Errors: NOT_FOUND, LineError. */
  redial(): Promise<LiveCall>;
}

export function createOutgoing(deps: {
  readonly book: CallBook;
  readonly line: Pick<Line, 'dial'>;
  numberPlan(): NumberPlan;
  /** Another number each time somebody signs in; null: nobody is. */
  shift(): number | null;
  /** ISO 8601, UTC. */
  now(): string;
  /** The call is on the desk from here on. */
  begin(ring: Ring, call: Call, leg: Leg): LiveCall;
  readonly past: PastCalls;
  /** What was written for a call that broke off goes on in the new one; nothing of the old one is left to be done. */
  goesOn(from: LiveCall, to: LiveCall): void;
}): Outgoing {
  const { book, line, past } = deps;
  let dialling = false;

  function mustBeSignedIn(): void {
    if (deps.shift() === null) throw new CallDeskError('NOT_ALLOWED', 'nobody is signed in');
  }

  function mustBeFree(): void {
    mustBeSignedIn();
    const inSetup = book
      .going()
      .find(({ call: { phase } }) => !isConnected(phase) && phase !== 'ringing');
    if (inSetup || dialling)
      throw new CallDeskError(
        'WRONG_STATE',
        'a call is being made',
        inSetup?.call.phase ?? 'dialling',
      );
  }

  function target(written: string): DialTarget {
    const found = dialTarget(written, deps.numberPlan());
    if (!found) throw new CallDeskError('BAD_NUMBER', 'this is no number');
    return found;
  }

  async function place(wanted: DialTarget, facts: OutgoingFacts): Promise<LiveCall> {
    mustBeFree();
    const shift = deps.shift();
    dialling = true;
    let leg: Leg;
    try {
      leg = await line.dial(wanted.target);
    } finally {
      dialling = false;
    }
    if (deps.shift() !== shift) {
      void leg.hangUp();
      throw new CallDeskError('NOT_ALLOWED', 'who wanted the call has signed out');
    }
    const { callId } = leg;
    const { number, written } = wanted;
    const { projectId, customerId, consultFor } = facts;
    const common = { callId, direction: 'out', dialled: null, queue: null } as const;
    const party = { number, written, displayName: null, withheld: false };
    return deps.begin(
      { ...common, number, written, projectId, customerId },
      newCall(
        { ...common, party, waitedSeconds: null, divertedFrom: null, consultFor },
        deps.now(),
      ),
      leg,
    );
  }

  function again({ party, projectId, customerId }: PastCall): Promise<LiveCall> {
    const wanted = target(party.number ?? party.written ?? '');
    return place(wanted, { projectId, customerId, consultFor: null });
  }

  /** As the card shows it now; the history tells it only since the call ended. */
  function shownHere({ call, card }: LiveCall): PastCall {
    return {
      party: call.party,
      projectId: card.project?.projectId ?? null,
      customerId: card.customer?.customerId ?? null,
    };
  }

  /** @param here it is still on the screen. */
  async function callAgain(here: LiveCall | undefined, call: PastCall | null): Promise<LiveCall> {
    if (!call) throw new CallDeskError('NOT_FOUND', 'no such call');
    const live = await again(call);
    if (here && book.has(here) && wasCutOff(here.call)) deps.goesOn(here, live);
    return live;
  }

  return {
    target,
    place,
    dial: async (written, projectId, customerId) => {
      mustBeSignedIn();
      return await place(target(written), { projectId, customerId, consultFor: null });
    },
    callBack: async (callId) => {
      mustBeSignedIn();
      const here = book.get(callId);
      if (here && here.call.phase !== 'ended')
        throw new CallDeskError('WRONG_STATE', 'the call goes on', here.call.phase);
      return await callAgain(here, here ? shownHere(here) : past.entry(callId));
    },
    redial: async () => {
      mustBeSignedIn();
      const there = past.lastDialled();
      // An old card may lie on the screen longer than a newer one.
      const here = book
        .all()
        .filter(({ call }) => call.startedAt >= (there?.startedAt ?? ''))
        .findLast(({ call }) => call.direction === 'out' && call.consultFor === null);
      return await callAgain(here, here ? shownHere(here) : there);
    },
  };
}
