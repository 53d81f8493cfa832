import type { Call } from '#shared/model/call.ts';

/** Whether the exchange is sending the party elsewhere just now: it can neither be talked to nor be sent again. */
export function isBeingSent({ transfer }: Pick<Call, 'transfer'>): boolean {
  return transfer !== null && transfer.state !== 'failed';
}
