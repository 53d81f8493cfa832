/** The call desk: the calls of one operator, each with its card, and the operator's state. */
import { assertNever } from '#shared/assert-never.ts';
import type { CallCard } from '#shared/contract/desk.ts';
import { isConnected } from '#shared/model/call-machine.ts';
import type { Call, CallQuality } from '#shared/model/call.ts';
import type { Draft } from '#shared/model/draft.ts';
import type { NotReadyReason, OperatorState } from '#shared/model/operator-state.ts';
import { toE164 } from '#shared/model/phone-number.ts';
import type { Clock } from '../host.ts';
import type { Log } from '../log.ts';
import { CallBook, type CallSnapshot } from './call-book.ts';
import { CallDeskError } from './call-desk-error.ts';
import { afterEnd, callRecord } from './call-record.ts';
import { createCardKeeper } from './card-keeper.ts';
import type { CardSource, Operator, Ring } from './card-source.ts';
import { dialTarget } from './dial-target.ts';
import type { IncomingLeg, Leg, LegEvent, Line } from './line.ts';
import { leftOver, newCall, type LiveCall } from './live-call.ts';
import { OperatorDesk } from './operator-desk.ts';
import { ringSoundFor, type Ringer } from './ring-tone.ts';

export interface CallDeskDeps {
  readonly line: Pick<Line, 'state' | 'onState' | 'onIncoming' | 'dial' | 'focus'>;
  readonly cards: CardSource;
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
export interface CallDesk extends Disposable {
  readonly operator: OperatorState;
  /** Whether a call rings or goes on. */
  readonly busy: boolean;
  snapshots(): readonly { readonly call: Call; readonly card: CallCard }[];
  /** Each change, in the very step in which it happened. */
  onCall(changed: (snapshot: CallSnapshot) => void): Disposable;
  /** Begins the operator's day; cards left over from an earlier run come back. */
  signedIn(operator: Operator): void;
  /** Ends what still goes on; drafts stay in the base. */
  signedOut(): void;
  ready(): void;
  notReady(reason: NotReadyReason): void;
  dial(number: string, projectId: string | null, customerId: string | null): Promise<string>;
  answer(callId: string): Promise<void>;
  reject(callId: string, reason: 'busy' | 'do-not-disturb' | 'to-queue'): Promise<void>;
  hangUp(callId: string): Promise<void>;
  mute(callId: string, muted: boolean): void;
  hold(callId: string, held: boolean): Promise<void>;
  sendDtmf(callId: string, tones: string): Promise<void>;
  /** Blind: the exchange sends the party there. Settles when it took the wish; the call's `transfer` tells the rest. Errors: BAD_NUMBER. */
  transfer(callId: string, to: string): Promise<void>;
  /** Holds this call, calls somebody about it and hands the card over. @returns the new call's id. */
  consult(callId: string, to: string): Promise<string>;
  /** `callId` is heard next, whoever is talked to now is held. */
  swap(callId: string): Promise<void>;
  /** Joins the two parties of a consultation; either call's id. */
  completeTransfer(callId: string): Promise<void>;
  conference(callIds: readonly string[]): Promise<void>;
  /** Ends the conference: this call is talked to, the others are held. */
  split(callId: string): Promise<void>;
  /** Calls the party of an ended call again. @returns the new call's id. */
  callBack(callId: string): Promise<string>;
  /** The last number dialled here. Errors: NOT_FOUND. */
  redial(): Promise<string>;
  /** How the call sounds now; nothing for no such call. */
  measured(callId: string, quality: CallQuality): void;
  chooseCustomer(callId: string, customerId: string | null): void;
  chooseProject(callId: string, projectId: string): void;
  saveDraft(callId: string, draft: Draft): void;
  finish(callId: string, outcome: string | null, reason: string | null, note: string): void;
  /** The call's card as it is; undefined for no such call. */
  currentCard(callId: string): CallCard | undefined;
  currentCall(callId: string): Call | undefined;
  ringOf(callId: string): Ring | undefined;
  /** For the rooms that change a card (an order was placed); nothing for no such call. */
  replaceCard(callId: string, card: CallCard): void;
  /** The base has changed: every card is looked up again. */
  refreshCards(): void;
}

/** A queue offers its calls to those who are Ready; during a call it may, and the person sees the call waiting. */
function takesQueueCalls(phase: OperatorState['phase']): boolean {
  return phase === 'ready' || phase === 'busy';
}

function notYet(): Promise<never> {
  return Promise.reject(new CallDeskError('WRONG_STATE', 'not built yet', 'not-built'));
}

export function createCallDesk(deps: CallDeskDeps): CallDesk {
  const { line, cards, ringer, clock, log } = deps;
  const book = new CallBook({ clock, log });
  const keeper = createCardKeeper(cards, log);
  let person: Operator | null = null;
  let focused: string | null = null;
  let dialling = false;
  const operator = new OperatorDesk({
    clock,
    changed: (state) => deps.operatorChanged(state),
    limitPassed: (callId) => {
      const live = book.get(callId);
      if (live) live.wrapUpOver = true;
    },
  });

  const now = (): string => new Date(clock.now()).toISOString();

  function begin(ring: Ring, call: Call, leg: Leg): void {
    const live: LiveCall = { ring, call, card: keeper.lookUp(ring), leg, wrapUpOver: false };
    book.add(live);
    operator.take({ type: 'call-began' });
    leg.listen((event) => hear(live, event));
    updateRing();
  }

  function rang({ leg, party, dialled, queue, waitedSeconds }: IncomingLeg): void {
    const { callId } = leg;
    const mayRing = queue === null || takesQueueCalls(operator.state.phase);
    if (!person || !mayRing) {
      log.info({ callId, phase: operator.state.phase }, 'queue call sent back');
      return void leg.reject('to-queue').catch(() => undefined);
    }
    const direction = 'in';
    const number = dialled === null ? null : (toE164(dialled, deps.region()) ?? dialled);
    const facts = { callId, direction, dialled: number, queue } as const;
    begin(
      {
        ...facts,
        number: party.number,
        written: party.written,
        projectId: null,
        customerId: null,
      },
      newCall({ ...facts, party, waitedSeconds }, now()),
      leg,
    );
  }

  function hear(live: LiveCall, event: LegEvent): void {
    switch (event.type) {
      case 'level':
        return;
      case 'answered':
        if (!book.apply(live, { type: 'answered', at: now() }) || !book.has(live)) return;
        keeper.keepDraft(live);
        return updateRing();
      case 'ended':
        if (!book.apply(live, { type: 'ended', end: event.end, at: now() }) || !book.has(live))
          return;
        log.info({ callId: live.call.callId, end: event.end }, 'call ended');
        ended(live);
        return updateRing();
      case 'alerting':
      case 'audio':
      case 'held':
      case 'held-there':
        book.apply(live, event);
        return;
      case 'party':
      case 'dialog':
      case 'transfer':
        return;
      default:
        assertNever(event);
    }
  }

  function ended(live: LiveCall): void {
    const { callId } = live.call;
    const next = afterEnd(live.call);
    if (next !== 'wrap-up') live.wrapUpOver = true;
    // What could not be recorded stays on the screen: finishing it tries again.
    if (next === 'forget' || (next === 'record' && keeper.record(live))) book.remove(callId);
    if (focused === callId) listenTo(null);
    if (book.going().length === 0) operator.take({ type: 'calls-over', wrapUp: book.nextWrapUp() });
  }

  /** Who is heard; without a wish, whoever is talking. */
  function listenTo(callId: string | null): void {
    const talking = book.going().find(({ call }) => call.phase === 'talking');
    focused = callId ?? talking?.call.callId ?? null;
    line.focus(focused);
  }

  /** One conversation at a time: the others wait on hold. */
  function holdOthers(than: string): void {
    for (const { call, leg } of book.going()) {
      if (call.callId === than || call.phase !== 'talking') continue;
      leg?.hold(true).catch(() => log.warn({ callId: call.callId }, 'call not held'));
    }
  }

  function updateRing(): void {
    ringer.ring(ringSoundFor(book.all()));
  }

  async function dial(
    written: string,
    projectId: string | null,
    customerId: string | null,
  ): Promise<string> {
    if (!person) throw new CallDeskError('NOT_ALLOWED', 'nobody is signed in');
    const wanted = dialTarget(written, deps.region(), deps.outsidePrefix());
    if (!wanted) throw new CallDeskError('BAD_NUMBER', 'this is no number');
    const inSetup = book
      .going()
      .find(({ call }) => !isConnected(call.phase) && call.phase !== 'ringing');
    if (inSetup || dialling)
      throw new CallDeskError(
        'WRONG_STATE',
        'a call is being made',
        inSetup?.call.phase ?? 'dialling',
      );
    dialling = true;
    let leg: Leg;
    try {
      leg = await line.dial(wanted.target);
    } finally {
      dialling = false;
    }
    const { callId } = leg;
    const { number } = wanted;
    const party = { number, written: wanted.written, displayName: null, withheld: false };
    const facts = { callId, direction: 'out', dialled: null, queue: null } as const;
    holdOthers(callId);
    listenTo(callId);
    begin(
      { ...facts, number, projectId, customerId },
      newCall({ ...facts, party, waitedSeconds: null }, now()),
      leg,
    );
    return callId;
  }

  async function answer(callId: string): Promise<void> {
    const { live, leg } = book.withLeg(callId, ({ phase }) => phase === 'ringing');
    const before = focused;
    book.apply(live, { type: 'answer-began' });
    listenTo(callId);
    updateRing();
    try {
      await leg.answer();
    } catch (error) {
      book.apply(live, { type: 'answer-failed' });
      listenTo(before);
      updateRing();
      throw error;
    }
    holdOthers(callId);
  }

  function choose(live: LiveCall, ring: Ring, chosen: (card: CallCard) => boolean): void {
    const card = keeper.refresh(ring, live.card);
    if (!chosen(card)) throw new CallDeskError('NOT_FOUND', 'not known here');
    live.ring = ring;
    live.card = card;
    if (live.call.phase !== 'ringing') keeper.keepDraft(live);
    book.show(live);
  }

  const subscriptions = [
    line.onIncoming(rang),
    line.onState(({ phase }) => operator.lineChanged(phase)),
  ];
  operator.lineChanged(line.state.phase);

  return {
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
      operator.take({ type: 'signed-in' });
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
      updateRing();
      operator.take({ type: 'signed-out' });
    },
    ready: () => operator.ready(),
    notReady: (reason) => operator.notReady(reason),
    dial,
    answer,
    reject: async (callId, reason) => {
      const { leg } = book.withLeg(callId, ({ phase }) => phase === 'ringing');
      await leg.reject(reason);
    },
    transfer: notYet,
    consult: notYet,
    swap: notYet,
    completeTransfer: notYet,
    conference: notYet,
    split: notYet,
    callBack: notYet,
    redial: notYet,
    hangUp: async (callId) => {
      const { leg } = book.withLeg(callId, ({ phase }) => phase !== 'ended');
      await leg.hangUp();
    },
    mute: (callId, muted) => {
      const { live, leg } = book.withLeg(callId, ({ phase }) => phase !== 'ended');
      leg.mute(muted);
      book.apply(live, { type: 'muted', muted });
    },
    hold: async (callId, held) => {
      const { leg } = book.withLeg(callId, ({ phase }) => isConnected(phase));
      await leg.hold(held);
      if (!held) holdOthers(callId);
      listenTo(held ? null : callId);
    },
    sendDtmf: async (callId, tones) => {
      const { leg } = book.withLeg(callId, ({ phase }) => isConnected(phase));
      await leg.sendDtmf(tones);
    },
    measured: (callId, quality) => {
      const live = book.get(callId);
      if (live) book.apply(live, { type: 'quality', quality });
    },
    chooseCustomer: (callId, customerId) => {
      const live = book.find(callId);
      const isHim = ({ customer }: CallCard): boolean =>
        customerId === null || customer?.customerId === customerId;
      choose(live, { ...live.ring, customerId }, isHim);
    },
    chooseProject: (callId, projectId) => {
      const live = book.find(callId);
      const isIt = ({ project }: CallCard): boolean => project?.projectId === projectId;
      choose(live, { ...live.ring, projectId }, isIt);
    },
    saveDraft: (callId, draft) => {
      const live = book.find(callId);
      const { customer, project } = live.card;
      cards.saveDraft(live.ring, draft, customer?.customerId ?? null, project?.projectId ?? null);
      live.card = { ...live.card, draft };
      book.show(live);
    },
    finish: (callId, outcome, reason, note) => {
      const { call, card } = book.find(callId);
      if (call.phase !== 'ended')
        throw new CallDeskError('WRONG_STATE', `the call is ${call.phase}`, call.phase);
      if (outcome !== null && !card.project?.outcomes.some(({ code }) => code === outcome))
        throw new CallDeskError('NOT_FOUND', 'the project has no such outcome');
      cards.recordCall(callRecord(call, card, { outcome, reason, note }));
      book.remove(callId);
      if (operator.state.wrapUpCallId === callId)
        operator.take({ type: 'finished', next: book.nextWrapUp() });
    },
    currentCard: (callId) => book.get(callId)?.card,
    currentCall: (callId) => book.get(callId)?.call,
    ringOf: (callId) => book.get(callId)?.ring,
    replaceCard: (callId, card) => {
      const live = book.get(callId);
      if (!live) return;
      live.card = card;
      book.show(live);
    },
    refreshCards: () => {
      for (const live of book.all()) {
        try {
          live.card = keeper.refresh(live.ring, live.card);
          book.show(live);
        } catch (error) {
          const name = error instanceof Error ? error.name : 'unknown';
          log.error({ callId: live.call.callId, error: name }, 'card not refreshed');
        }
      }
    },
    [Symbol.dispose]: () => {
      for (const subscription of subscriptions) subscription[Symbol.dispose]();
      operator[Symbol.dispose]();
    },
  };
}
