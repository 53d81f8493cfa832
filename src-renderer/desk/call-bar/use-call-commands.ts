/** call-bar: the live call and the ringing one, with the commands that buttons and keys share. */
import type { Call } from '#shared/model/call.ts';
import { useDesk } from '../rpc/desk-client.ts';
import { useCommand } from '../ui/use-command.tsx';

type Ref = Pick<Call, 'callId'>;
export type RejectReason = 'busy' | 'do-not-disturb' | 'to-queue';

export interface CallCommands {
  answer(call: Ref): void;
  reject(call: Ref, reason: RejectReason): void;
  hangUp(call: Ref): void;
  toggleMute(call: Pick<Call, 'callId' | 'muted'>): void;
  toggleHold(call: Pick<Call, 'callId' | 'phase'>): void;
  sendDtmf(call: Ref, tones: string): void;
}

export function useCallCommands(): CallCommands {
  const desk = useDesk();
  const command = useCommand();
  const { calls } = desk;
  return {
    answer: ({ callId }) => void command(() => calls.answer({ callId })),
    reject: ({ callId }, reason) => void command(() => calls.reject({ callId, reason })),
    hangUp: ({ callId }) => void command(() => calls.hangUp({ callId })),
    toggleMute: ({ callId, muted }) => void command(() => calls.mute({ callId, muted: !muted })),
    toggleHold: ({ callId, phase }) =>
      void command(() => calls.hold({ callId, held: phase !== 'held' })),
    sendDtmf: ({ callId }, tones) => void command(() => calls.sendDtmf({ callId, tones })),
  };
}
