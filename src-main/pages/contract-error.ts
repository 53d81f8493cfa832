/** Makes the errors of every room plain data with one of the contract's codes; anything else stays inside and in the log. */
import { ORPCError } from '@orpc/server';

const codes: ReadonlySet<string> = new Set([
  'NOT_ALLOWED',
  'NOT_FOUND',
  'WRONG_STATE',
  'LINE_DOWN',
  'REFUSED',
  'NO_VOICE',
  'BAD_NUMBER',
  'OFFLINE',
  'BAD_CREDENTIALS',
  'TOO_MANY_TRIES',
  'BAD_SERVER',
  'UNSAID',
  'FORM_INVALID',
  'NOT_STORED',
]);

/** The error as a page may see it. */
export function contractError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof ORPCError) return error;
  if (error.name === 'StoreError' && 'reason' in error)
    return new ORPCError('NOT_STORED', { data: { reason: String(error.reason) } });
  if (error.name === 'OrderRefused' && 'refused' in error) return orderRefused(error.refused);
  if (!('code' in error) || typeof error.code !== 'string') return error;
  // An exchange that says nothing is for the page the same as one that is not reached.
  const code = error.code === 'NO_ANSWER' ? 'LINE_DOWN' : error.code;
  if (!codes.has(code)) return error;
  return new ORPCError(code, { data: dataOf(error, code) });
}

function dataOf(error: Error, code: string): unknown {
  if ('data' in error && error.data !== undefined) return error.data;
  switch (code) {
    case 'WRONG_STATE':
      return { state: 'state' in error ? String(error.state) : error.message };
    case 'BAD_SERVER':
    case 'NOT_STORED':
      return { reason: 'reason' in error ? String(error.reason) : error.message };
    default:
      return undefined;
  }
}

function orderRefused(refused: unknown): unknown {
  const { code, ...data } = refused as { readonly code: string };
  return new ORPCError(code, { data });
}
