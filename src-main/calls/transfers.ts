/** Sending a call on: blind, or after asking a colleague; a transfer that fails brings the party back. */
import { assertNever } from '#shared/assert-never.ts';
import { isConnected } from '#shared/model/call-machine.ts';
import type { Call, CallEnd, TransferFailure } from '#shared/model/call.ts';
import type { DialTarget } from '#shared/model/dial-target.ts';
import type { Log } from '../log.ts';
import type { CallBook } from './call-book.ts';
import { CallDeskError } from './call-desk-error.ts';
import type { CardKeeper } from './card-keeper.ts';
import type { Conversation } from './conversation.ts';
import { TransferRefused, type LegEvent } from './line.ts';
import { bareCard, type LiveCall } from './live-call.ts';
import type { Outgoing } from './outgoing.ts';

type TransferNews = Extract<LegEvent, { type: 'transfer' }>['state'];

export interface Transfers {
  /** Errors: CallDeskError, LineError. */
  transfer(callId: string, to: string): Promise<void>;
  /** @returns the id of the call to the colleague. Errors: CallDeskError, LineError. */
  consult(callId: string, to: string): Promise<string>;
  /** Either call of a consultation. Errors: CallDeskError, LineError. */
  complete(callId: string): Promise<void>;
  /** What the exchange tells of our wish. */
  heard(live: LiveCall, news: TransferNews, why: TransferFailure | null): void;
  /** How a call ends whose leg ends like this. */
  endOf(live: LiveCall, end: CallEnd): CallEnd;
  /** The call has ended; whoever waited for it comes back. */
  ended(live: LiveCall): void;
}

export function createTransfers(deps: {
  readonly book: CallBook;
  readonly conversation: Conversation;
  readonly outgoing: Pick<Outgoing, 'target' | 'place'>;
  readonly keeper: Pick<CardKeeper, 'handOver' | 'withdraw' | 'wentOn'>;
  readonly log: Log;
}): Transfers {
  const { book, conversation, outgoing, keeper, log } = deps;

  const connected = (call: Call): boolean => isConnected(call.phase);

  function mustBeFree(live: LiveCall): void {
    if (live.wish) throw new CallDeskError('WRONG_STATE', 'it is being transferred', 'transfer');
  }

  function handOver(live: LiveCall, { number, target }: DialTarget): void {
    if (number !== null) return;
    live.card = keeper.handOver(live, target, 'new');
    book.show(live);
  }

  /** The call stays here: its card must be on no later call of the colleague. What he has on a call already he keeps. */
  function takeBack(callId: string): void {
    const live = book.get(callId);
    if (live?.card.handedTo === null) return;
    const card = keeper.withdraw(callId, live?.card ?? bareCard);
    if (!live || live.card.handedTo === card.handedTo) return;
    live.card = card;
    book.show(live);
  }

  const askedAbout = (callId: string): LiveCall | undefined =>
    book.going().find(({ call }) => call.consultFor === callId);

  /** Nobody else is talked to or being called: the party need not wait any longer. */
  function bringBack(callId: string): void {
    const waits = book.get(callId)?.call.phase === 'held';
    const elsewhere = conversation.partners.some(
      (one) => one !== callId && (book.get(one)?.call.phase ?? 'ended') !== 'ended',
    );
    if (!waits || elsewhere) return;
    conversation
      .turnTo(callId)
      .catch(() => log.warn({ callId }, 'party not brought back, it waits on hold'));
  }

  function failed(live: LiveCall, why: TransferFailure): void {
    const { wish } = live;
    if (!wish) return;
    live.wish = null;
    book.apply(live, { type: 'transfer', transfer: { to: wish.to, state: 'failed', why } });
    const { callId } = live.call;
    // A colleague who is still asked about it may get the call yet.
    if (wish.consultId === null || !askedAbout(callId)) takeBack(callId);
    if (wish.held) bringBack(callId);
  }

  /** @param send tells the exchange the wish. */
  async function carryOut(live: LiveCall, send: () => Promise<void>): Promise<void> {
    const { wish } = live;
    try {
      await send();
    } catch (error) {
      if (live.wish === wish) failed(live, error instanceof TransferRefused ? error.why : 'failed');
      throw error;
    }
    if (wish && live.wish === wish && live.call.transfer?.state !== 'ringing')
      book.apply(live, { type: 'transfer', transfer: { to: wish.to, state: 'asked' } });
  }

  /** @param waits it was put on hold for this already. */
  async function blind(callId: string, target: DialTarget, waits: boolean): Promise<void> {
    const { live, leg } = book.withLeg(callId, connected);
    const held = conversation.park(callId) || waits;
    live.wish = { to: target.number ?? target.written, held, consultId: null };
    handOver(live, target);
    await carryOut(live, () => leg.transfer(target.target));
  }

  function consultation(callId: string): { about: LiveCall; consult: LiveCall } {
    const one = book.find(callId);
    const consult = one.call.consultFor === null ? askedAbout(callId) : one;
    const about = book.get(consult?.call.consultFor ?? '');
    if (!consult || !about)
      throw new CallDeskError('WRONG_STATE', 'nobody was asked about it', one.call.phase);
    return { about, consult };
  }

  return {
    transfer: async (callId, to) => {
      const target = outgoing.target(to);
      mustBeFree(book.withLeg(callId, connected).live);
      await blind(callId, target, false);
    },
    consult: async (callId, to) => {
      const target = outgoing.target(to);
      const { live } = book.withLeg(callId, connected);
      mustBeFree(live);
      const talked = live.call.phase === 'talking';
      const consult = await outgoing.place(target, {
        projectId: null,
        customerId: null,
        consultFor: callId,
      });
      // The customer may have hung up while the line was asked.
      if (book.has(live) && live.call.phase !== 'ended') {
        // What failed before is no longer the news of this call.
        if (live.call.transfer) book.apply(live, { type: 'transfer', transfer: null });
        if (talked) consult.heldFor = callId;
        handOver(live, target);
      }
      return consult.call.callId;
    },
    complete: async (callId) => {
      const { about, consult } = consultation(callId);
      const { leg } = book.withLeg(about.call.callId, connected);
      const other = book.withLeg(consult.call.callId, ({ phase }) => phase !== 'ended').leg;
      mustBeFree(about);
      const { number, written } = consult.call.party;
      if (!isConnected(consult.call.phase)) {
        // Nobody is there yet whose place the party could take (RFC 5589 §7.3): it is sent there instead of us.
        const target = outgoing.target(number ?? written ?? '');
        const held = consult.heldFor !== null;
        consult.heldFor = null;
        // From here on it is being sent: the end of the consultation does not take its card back.
        about.wish = { to: target.number ?? target.written, held, consultId: null };
        await other.hangUp();
        return await blind(about.call.callId, target, held);
      }
      about.wish = {
        to: number ?? written ?? '',
        held: consult.heldFor !== null,
        consultId: consult.call.callId,
      };
      // What was written since the colleague was asked goes along.
      const { handedTo } = about.card;
      if (handedTo !== null) about.card = keeper.handOver(about, handedTo, 'update');
      await carryOut(about, () => leg.transferTo(other));
    },
    heard(live, news, why) {
      const { wish } = live;
      if (!wish) return;
      switch (news) {
        case 'asked':
        case 'ringing':
          book.apply(live, { type: 'transfer', transfer: { to: wish.to, state: news } });
          return;
        case 'failed':
          return failed(live, why ?? 'failed');
        case 'done':
          return;
        default:
          assertNever(news);
      }
    },
    endOf({ wish, call: { transfer } }, end) {
      // The exchange goes on with a wish that it has taken (RFC 5589 §6.1): who hangs up then has let the party go there.
      const isSent = wish?.consultId === null && transfer !== null && transfer.state !== 'failed';
      return isSent && end === 'hung-up-here' ? 'transferred' : end;
    },
    ended(live) {
      const { callId, consultFor, end, interrupted } = live.call;
      const { heldFor, wish } = live;
      live.wish = null;
      if (end !== 'transferred') {
        // What became of a transfer while this desk was down nobody knows here: the colleague may be rung with it now.
        const isUnknown = interrupted && end === 'failed';
        if (!isUnknown && !askedAbout(callId)) takeBack(callId);
      } else if (live.card.handedTo !== null) {
        // What was written on the way follows.
        live.card = keeper.handOver(live, live.card.handedTo, 'update');
        keeper.wentOn(callId);
      }
      // The colleague's side may leave our own call with the colleague to us.
      const consult = book.get(wish?.consultId ?? '');
      if (end === 'transferred' && consult && consult.call.phase !== 'ended')
        void consult.leg?.hangUp();
      const about = book.get(consultFor ?? '');
      if (consultFor !== null && !about?.wish && about?.call.end !== 'transferred')
        takeBack(consultFor);
      if (heldFor !== null && about?.wish === null) bringBack(heldFor);
    },
  };
}
