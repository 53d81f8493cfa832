/** What the operator does while talking: hold, swap, mute, keys, conference. */
import { isConnected } from '#shared/model/call-machine.ts';
import type { Call } from '#shared/model/call.ts';
import type { CallBook } from './call-book.ts';
import { CallDeskError } from './call-desk-error.ts';
import type { Conversation } from './conversation.ts';
import type { LiveCall } from './live-call.ts';

/** Errors: CallDeskError, LineError. */
export interface Talking {
  /** In a conference for all its calls: mute is the operator's. */
  mute(callId: string, muted: boolean): void;
  hold(callId: string, held: boolean): Promise<void>;
  sendDtmf(callId: string, tones: string): Promise<void>;
  /** `callId` is heard next, whoever is talked to now waits. */
  swap(callId: string): Promise<void>;
  conference(callIds: readonly string[]): Promise<void>;
  /** Ends the conference: this call is talked to, the others wait. */
  split(callId: string): Promise<void>;
}

const connected = ({ phase }: Call): boolean => isConnected(phase);

export function createTalking(deps: {
  readonly book: CallBook;
  readonly conversation: Conversation;
}): Talking {
  const { book, conversation } = deps;

  /** The exchange is about to send its party away: who is heard here is nobody's to choose now. */
  function connectedHere(callId: string): LiveCall {
    const { live } = book.withLeg(callId, connected);
    if (live.wish) throw new CallDeskError('WRONG_STATE', 'it is being transferred', 'transfer');
    return live;
  }

  async function turnTo(callId: string): Promise<void> {
    connectedHere(callId);
    await conversation.turnTo(callId);
  }

  function muteOne(callId: string, muted: boolean): void {
    const { live, leg } = book.withLeg(callId, ({ phase }) => phase !== 'ended');
    leg.mute(muted);
    book.apply(live, { type: 'muted', muted });
  }

  return {
    mute(callId, muted) {
      const together = book.get(callId)?.call.inConference ? conversation.partners : [callId];
      for (const one of together) muteOne(one, muted);
    },
    async hold(callId, held) {
      if (!held) return await turnTo(callId);
      connectedHere(callId);
      conversation.park(callId);
    },
    async sendDtmf(callId, tones) {
      const { leg } = book.withLeg(callId, connected);
      await leg.sendDtmf(tones);
    },
    swap: turnTo,
    async conference(callIds) {
      const all = [...new Set(callIds)].map((callId) => connectedHere(callId).call);
      if (all.length < 2)
        throw new CallDeskError('WRONG_STATE', 'one alone is no conference', 'alone');
      const talkedTo = all.filter(({ phase }) => phase === 'talking');
      const muted = (talkedTo.length > 0 ? talkedTo : all).some((call) => call.muted);
      for (const call of all) if (call.muted !== muted) muteOne(call.callId, muted);
      await conversation.join(all.map(({ callId }) => callId));
    },
    async split(callId) {
      const { live } = book.withLeg(callId, connected);
      if (!live.call.inConference)
        throw new CallDeskError('WRONG_STATE', 'there is no conference', live.call.phase);
      await conversation.turnTo(callId);
    },
  };
}
