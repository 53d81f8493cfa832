import { ORPCError } from '@orpc/server';
import { describe, expect, test } from 'vitest';
import { CallDeskError } from '../../../src-main/calls/call-desk-error.ts';
import { LineError, TransferRefused } from '../../../src-main/calls/line.ts';
import { OrderRefused } from '../../../src-main/orders/order-refused.ts';
import { contractError } from '../../../src-main/pages/contract-error.ts';
import { SessionError } from '../../../src-main/session/session-error.ts';
import { StoreError } from '../../../src-main/store/store-error.ts';

/** What a page gets to see of an error. */
function seen(error: unknown): { code: string; data: unknown } | 'nothing' {
  const told = contractError(error);
  return told instanceof ORPCError ? { code: told.code, data: told.data } : 'nothing';
}

describe('an error of a room becomes the code of the contract', () => {
  test.each([
    [new CallDeskError('NOT_FOUND', 'no such call'), 'NOT_FOUND', undefined],
    [new CallDeskError('WRONG_STATE', 'it is over', 'ended'), 'WRONG_STATE', { state: 'ended' }],
    [new LineError('LINE_DOWN', 'the line is lost'), 'LINE_DOWN', undefined],
    [new LineError('REFUSED', '488 Not Acceptable'), 'REFUSED', undefined],
    [new TransferRefused('refused', '603 Decline'), 'REFUSED', undefined],
    [new LineError('NO_ANSWER', 'no answer'), 'LINE_DOWN', undefined],
    [new LineError('NO_VOICE', 'no page'), 'NO_VOICE', undefined],
    [new SessionError('TOO_MANY_TRIES'), 'TOO_MANY_TRIES', undefined],
    [new SessionError('BAD_SERVER', 'BROKEN'), 'BAD_SERVER', { reason: 'BROKEN' }],
    [new OrderRefused({ code: 'UNSAID', items: ['who'] }), 'UNSAID', { items: ['who'] }],
    [new OrderRefused({ code: 'FORM_INVALID', faults: [] }), 'FORM_INVALID', { faults: [] }],
  ])('%s', (error, code, data) => {
    expect(seen(error)).toEqual({ code, data });
  });

  test('a base that cannot be written says why', () => {
    expect(seen(new StoreError('full', 'no space'))).toEqual({
      code: 'NOT_STORED',
      data: { reason: 'full' },
    });
  });

  test('an answer of the contract itself stays as it is', () => {
    const error = new ORPCError('NOT_ALLOWED');
    expect(contractError(error)).toBe(error);
  });

  test('anything else stays inside', () => {
    const unknownCode = Object.assign(new Error('Marija Žagar'), { code: 'ECONNREFUSED' });
    for (const error of [new TypeError('x'), unknownCode, 'text', null])
      expect(seen(error)).toBe('nothing');
  });
});
