/** What the small ringing window shows of the calls there are: the one that has rung longest. */
import type { CallCard } from '#shared/contract/desk.ts';
import type { Call } from '#shared/model/call.ts';
import { greetingFor } from '../cards/greeting.ts';
import type { PopNotice } from '../host.ts';

export function popNotice(
  calls: readonly { readonly call: Call; readonly card: CallCard }[],
  operatorName: string,
): PopNotice | null {
  const ringing = calls.find(({ call }) => call.phase === 'ringing');
  if (!ringing) return null;
  const { call, card } = ringing;
  return {
    callId: call.callId,
    customer: card.customer?.name ?? null,
    number: call.party.number,
    project: card.project?.projectId ?? null,
    colour: card.project?.colour ?? null,
    greeting: greetingFor(card, operatorName),
    waitedSeconds: call.waitedSeconds,
  };
}
