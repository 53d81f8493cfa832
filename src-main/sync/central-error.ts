import { ORPCError } from '@orpc/client';

/** What the server, or the way to it, answered. */
export class CentralError extends Error {
  readonly code:
    | 'OFFLINE' // not reached, or no answer in time
    | 'UNAUTHORIZED'
    | 'BAD_CREDENTIALS'
    | 'TOO_MANY_TRIES'
    | 'PROTOCOL_MISMATCH'
    | 'UNREADABLE' // the server cannot read what we sent
    | 'BROKEN'; // an answer that is none
  constructor(code: CentralError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CentralError';
    this.code = code;
  }
}

/** The one place where a failed call becomes a CentralError. */
export function toCentralError(thrown: unknown): CentralError {
  if (thrown instanceof CentralError) return thrown;
  const code = thrown instanceof ORPCError ? codeFor(thrown.status) : 'OFFLINE';
  const status = thrown instanceof ORPCError ? ` (${thrown.status})` : '';
  return new CentralError(code, `The central server: ${code}${status}`, { cause: thrown });
}

/** By HTTP status (RFC 9110). */
export function codeFor(status: number): CentralError['code'] {
  if (status === 401 || status === 403) return 'UNAUTHORIZED';
  if (status === 426) return 'PROTOCOL_MISMATCH';
  if (status === 429) return 'TOO_MANY_TRIES';
  if (status === 400 || status === 413 || status === 422) return 'UNREADABLE';
  if (status === 408 || status === 502 || status === 503 || status === 504) return 'OFFLINE';
  return 'BROKEN';
}
