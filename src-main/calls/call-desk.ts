/** The call desk: the calls of one operator, each with its card, and the operator's state. */
import type { CallCard } from '#shared/contract/desk.ts';
import type { Call, CallQuality } from '#shared/model/call.ts';
import type { NotReadyReason, OperatorState } from '#shared/model/operator-state.ts';
import type { Clock } from '../host.ts';
import type { Log } from '../log.ts';
import { createAutoAnswer } from './auto-answer.ts';
import { CallBook, type CallSnapshot } from './call-book.ts';
import type { CallJournal } from './call-journal.ts';
import { afterEnd } from './call-record.ts';
import { createCardDesk, type CardDesk } from './card-desk.ts';
import { createCardKeeper } from './card-keeper.ts';
import type { CardSource, Operator, Ring } from './card-source.ts';
import { createConversation } from './conversation.ts';
import { createIncoming } from './incoming.ts';
import { createLegEvents } from './leg-events.ts';
import type { Leg, Line } from './line.ts';
import { leftOver, liveCall, type LiveCall } from './live-call.ts';
import { OperatorDesk } from './operator-desk.ts';
import { createOutgoing } from './outgoing.ts';
import type { PastCalls } from './past-calls.ts';
import { createRecovery } from './recovery.ts';
import { ringSoundFor, type Ringer } from './ring-tone.ts';
import { createTalking, type Talking } from './talking.ts';
import { createTransfers } from './transfers.ts';

export interface CallDeskDeps {
  readonly line: Pick<
    Line,
    'state' | 'onState' | 'onIncoming' | 'dial' | 'recover' | 'focus' | 'conference'
  >;
  readonly cards: CardSource;
  readonly journal: CallJournal;
  readonly past: PastCalls;
  readonly ringer: Ringer;
  readonly clock: Clock;
  readonly log: Log;
  /** ISO 3166-1 alpha-2; in whose national form numbers may be written. */
  region(): string;
  /** What the exchange wants before a public number. */
  outsidePrefix(): string;
  operatorChanged(operator: OperatorState): void;
}

/** Errors of the commands: CallDeskError, LineError, StoreError. */
export interface CallDesk extends Disposable, Omit<CardDesk, 'goesOn'>, Talking {
  readonly operator: OperatorState;
  /** Whether a call rings or goes on. */
  readonly busy: boolean;
  snapshots(): readonly { readonly call: Call; readonly card: CallCard }[];
  /** Each change, in the very step in which it happened. */
  onCall(changed: (snapshot: CallSnapshot) => void): Disposable;
  /** Begins the operator's day; cards left over from an earlier run come back, and calls that were up then are asked for. */
  signedIn(operator: Operator): void;
  /** Ends what still goes on; drafts stay in the base. */
  signedOut(): void;
  ready(): void;
  notReady(reason: NotReadyReason): void;
  /** @returns the new call's id, as all that make one. */
  dial(number: string, projectId: string | null, customerId: string | null): Promise<string>;
  answer(callId: string): Promise<void>;
  reject(callId: string, reason: 'busy' | 'do-not-disturb' | 'to-queue'): Promise<void>;
  hangUp(callId: string): Promise<void>;
  /** Blind: the exchange sends the party there. Settles when it took the wish; the call's `transfer` tells the rest. */
  transfer(callId: string, to: string): Promise<void>;
  /** This call waits, a colleague is called about it and gets its card. */
  consult(callId: string, to: string): Promise<string>;
  /** Joins the two parties of a consultation; either call's id. */
  completeTransfer(callId: string): Promise<void>;
  /** Calls the party of an ended call again. */
  callBack(callId: string): Promise<string>;
  /** The last number dialled here. */
  redial(): Promise<string>;
  /** How the call sounds now; nothing for no such call. */
  measured(callId: string, quality: CallQuality): void;
  /** The call's card as it is; undefined for no such call. */
  currentCard(callId: string): CallCard | undefined;
  currentCall(callId: string): Call | undefined;
  ringOf(callId: string): Ring | undefined;
}

export function createCallDesk(deps: CallDeskDeps): CallDesk {
  const { line, cards, ringer, clock, log } = deps;
  const book = new CallBook({ clock, log });
  const keeper = createCardKeeper(cards, log);
  const conversation = createConversation({ book, line, log });
  let person: Operator | null = null;
  let shift = 0;
  const operator = new OperatorDesk({
    clock,
    changed: (state) => deps.operatorChanged(state),
    limitPassed: (callId) => {
      const live = book.get(callId);
      if (live) live.wrapUpOver = true;
    },
  });
  const now = (): string => new Date(clock.now()).toISOString();
  const updateRing = (): void => ringer.ring(ringSoundFor(book.all()));
  // The ringback follows the sound and the holds of calls; a ring begins only where its call is all known.
  book.onCall((told) => {
    if ('call' in told && told.call.phase !== 'ringing') updateRing();
  });

  const outgoing = createOutgoing({
    book,
    line,
    numberPlan: () => ({ region: deps.region(), outsidePrefix: deps.outsidePrefix() }),
    shift: () => (person === null ? null : shift),
    now,
    past: deps.past,
    begin: (ring, call, leg) => {
      const live = begin(ring, call, leg);
      conversation.begin(call.callId);
      updateRing();
      return live;
    },
    goesOn: (from, to) => cardDesk.goesOn(from, to),
  });
  const transfers = createTransfers({ book, conversation, outgoing, keeper, log });
  const cardDesk = createCardDesk({
    book,
    cards,
    keeper,
    log,
    finished: (callId) => {
      if (operator.state.wrapUpCallId === callId)
        operator.take({ type: 'finished', next: book.nextWrapUp() });
    },
  });
  const events = createLegEvents({
    book,
    conversation,
    keeper,
    transfers,
    log,
    now,
    ended,
    updateRing,
    keepJournal: (live) => recovery.keep(live),
  });
  const recovery = createRecovery({
    book,
    journal: deps.journal,
    keeper,
    line,
    clock,
    log,
    began: () => operator.take({ type: 'call-began' }),
    given: (live, leg) => {
      leg.mute(live.call.muted);
      hearFrom(live, leg);
    },
    lost: (live) => events.end(live, 'failed'),
  });
  const autoAnswer = createAutoAnswer({
    book,
    ringer,
    clock,
    log,
    operator: () => operator.state,
    answer: (callId) => incoming.answer(callId, true),
    updateRing,
  });

  const incoming = createIncoming({
    book,
    conversation,
    log,
    region: () => deps.region(),
    isSignedIn: () => person !== null,
    operator: () => operator.state,
    now,
    begin,
    autoAnswer: (live, after) => autoAnswer.consider(live, after),
    updateRing,
  });

  function hearFrom(live: LiveCall, leg: Leg): void {
    live.leg = leg;
    leg.listen((event) => events.hear(live, event));
  }

  function begin(ring: Ring, call: Call, leg: Leg): LiveCall {
    const live = liveCall(ring, call, keeper.lookUp(ring));
    book.add(live);
    operator.take({ type: 'call-began' });
    hearFrom(live, leg);
    return live;
  }

  function ended(live: LiveCall): void {
    const { callId } = live.call;
    const next = afterEnd(live.call, live.card);
    if (next !== 'wrap-up') live.wrapUpOver = true;
    conversation.left(callId);
    transfers.ended(live);
    // What could not be recorded stays on the screen: finishing it tries again.
    if (next === 'forget' || (next === 'record' && keeper.record(live))) book.remove(callId);
    if (book.going().length === 0) operator.take({ type: 'calls-over', wrapUp: book.nextWrapUp() });
  }

  const subscriptions = [
    line.onIncoming((call) => incoming.rang(call)),
    line.onState(({ phase }) => {
      operator.lineChanged(phase);
      if (phase !== 'registered') return;
      conversation.tellHolds();
      recovery.ask();
    }),
    recovery,
    autoAnswer,
    operator,
  ];
  operator.lineChanged(line.state.phase);

  return {
    ...cardDesk,
    ...createTalking({ book, conversation }),
    get operator() {
      return operator.state;
    },
    get busy() {
      return book.going().length > 0;
    },
    snapshots: () => book.all().map(({ call, card }) => ({ call, card })),
    onCall: (changed) => book.onCall(changed),
    signedIn: (who) => {
      person = who;
      shift += 1;
      operator.take({ type: 'signed-in' });
      recovery.begin();
      for (const unfinished of cards.unfinished())
        if (!book.get(unfinished.ring.callId))
          book.add(leftOver(unfinished, keeper.lookUp(unfinished.ring)));
    },
    signedOut: () => {
      person = null;
      for (const { call, leg } of book.all()) {
        book.remove(call.callId);
        void leg?.hangUp();
      }
      conversation.clear();
      updateRing();
      operator.take({ type: 'signed-out' });
    },
    ready: () => operator.ready(),
    notReady: (reason) => operator.notReady(reason),
    dial: async (...what) => (await outgoing.dial(...what)).call.callId,
    answer: (callId) => incoming.answer(callId, false),
    reject: async (callId, reason) => {
      const { leg } = book.withLeg(callId, ({ phase }) => phase === 'ringing');
      await leg.reject(reason);
    },
    hangUp: async (callId) => {
      const live = book.find(callId);
      // Not given back yet: the person does not wait for it any longer.
      if (live.call.phase === 'returning' && !live.leg) return events.end(live, 'failed');
      const { leg } = book.withLeg(callId, ({ phase }) => phase !== 'ended');
      await leg.hangUp();
    },
    measured: (callId, quality) => {
      const live = book.get(callId);
      if (live) book.apply(live, { type: 'quality', quality });
    },
    transfer: (callId, to) => transfers.transfer(callId, to),
    consult: (callId, to) => transfers.consult(callId, to),
    completeTransfer: (callId) => transfers.complete(callId),
    callBack: async (callId) => (await outgoing.callBack(callId)).call.callId,
    redial: async () => (await outgoing.redial()).call.callId,
    currentCard: (callId) => book.get(callId)?.card,
    currentCall: (callId) => book.get(callId)?.call,
    ringOf: (callId) => book.get(callId)?.ring,
    [Symbol.dispose]: () => {
      for (const subscription of subscriptions) subscription[Symbol.dispose]();
    },
  };
}
