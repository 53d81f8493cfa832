/** Why a transfer failed, as the call tells it to the page. */
import { expect, test } from 'vitest';
import { transferFailures } from '#shared/model/call.ts';
import { TransferRefused } from '../../../src-main/calls/line.ts';
import { callDesk } from '../../support/call-desk-bench.ts';

async function inCall() {
  const desk = callDesk({ ready: true });
  const leg = desk.line.ring({ queue: 'internet' });
  await desk.calls.answer(leg.callId);
  const transfer = () => desk.calls.currentCall(leg.callId)?.transfer;
  return { ...desk, leg, callId: leg.callId, transfer };
}

test.each(transferFailures)('a transfer reported as %s says so', async (why) => {
  const { calls, leg, callId, transfer } = await inCall();
  await calls.transfer(callId, '202');
  leg.reportTransfer('failed', why);
  expect(transfer()).toEqual({ to: '202', state: 'failed', why });
});

test.each(['refused', 'not-found'] as const)(
  'a wish that is refused as %s says so',
  async (why) => {
    const { calls, leg, callId, transfer } = await inCall();
    leg.transfer = () => Promise.reject(new TransferRefused(why, 'practice'));
    await expect(calls.transfer(callId, '202')).rejects.toMatchObject({ code: 'REFUSED' });
    expect(transfer()).toEqual({ to: '202', state: 'failed', why });
  },
);
