/** call-bar: the live call and the ringing one, with the commands that buttons and keys share. */
import type { Call } from '#shared/model/call.ts';
import { useDesk } from '../rpc/desk-client.ts';
import { useCommand } from '../ui/use-command.tsx';
import type { RejectReason } from './reject-reasons.ts';

type Ref = Pick<Call, 'callId'>;

export interface CallCommands {
  answer(call: Ref): void;
  reject(call: Ref, reason: RejectReason): void;
  hangUp(...calls: readonly Ref[]): void;
  mute(muted: boolean, ...calls: readonly Ref[]): void;
  toggleHold(call: Pick<Call, 'callId' | 'phase'>): void;
  sendDtmf(call: Ref, tones: string): void;
  /** Both resolve to whether the exchange took the wish. */
  transfer(call: Ref, to: string): Promise<boolean>;
  consult(call: Ref, to: string): Promise<boolean>;
  completeTransfer(call: Ref): void;
  /** Talks to this call; the one talked to is held. */
  swap(call: Ref): void;
  conference(calls: readonly Ref[]): void;
  /** Talks to this call alone; the other members are held. */
  split(call: Ref): void;
  callBack(call: Ref): void;
}

export function useCallCommands(): CallCommands {
  const desk = useDesk();
  const command = useCommand();
  const { calls } = desk;
  return {
    answer: ({ callId }) => void command(() => calls.answer({ callId })),
    reject: ({ callId }, reason) => void command(() => calls.reject({ callId, reason })),
    hangUp: (...ended) => {
      for (const { callId } of ended) void command(() => calls.hangUp({ callId }));
    },
    mute: (muted, ...spoken) => {
      for (const { callId } of spoken) void command(() => calls.mute({ callId, muted }));
    },
    toggleHold: ({ callId, phase }) =>
      void command(() => calls.hold({ callId, held: phase !== 'held' })),
    sendDtmf: ({ callId }, tones) => void command(() => calls.sendDtmf({ callId, tones })),
    transfer: ({ callId }, to) => command(() => calls.transfer({ callId, to })),
    consult: ({ callId }, to) => command(() => calls.consult({ callId, to })),
    completeTransfer: ({ callId }) => void command(() => calls.completeTransfer({ callId })),
    swap: ({ callId }) => void command(() => calls.swap({ callId })),
    conference: (joined) =>
      void command(() => calls.conference({ callIds: joined.map(({ callId }) => callId) })),
    split: ({ callId }) => void command(() => calls.split({ callId })),
    callBack: ({ callId }) => void command(() => calls.callBack({ callId })),
  };
}
