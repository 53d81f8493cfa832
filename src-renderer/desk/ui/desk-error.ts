import { ORPCError } from '@orpc/client';

/** The code of a failed command: one of the contract's, LINK_DOWN, TIMEOUT, or UNKNOWN. */
export function errorCode(error: unknown): string {
  return error instanceof ORPCError && typeof error.code === 'string' ? error.code : 'UNKNOWN';
}

/** The data a failed command carries ({state}, {items}, {reason} …), empty when none. */
export function errorData(error: unknown): Readonly<Record<string, unknown>> {
  const data: unknown = error instanceof ORPCError ? error.data : undefined;
  return typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : {};
}

/** Codes after which the same command may be given again at once, by a person. */
export const repeatable: ReadonlySet<string> = new Set([
  'LINK_DOWN',
  'TIMEOUT',
  'OFFLINE',
  'LINE_DOWN',
  'NOT_STORED',
]);
