/** What a SIP status or Reason means for the operator. */
import { assertNever } from '#shared/assert-never.ts';
import { transferFailures, type CallEnd, type TransferFailure } from '#shared/model/call.ts';

/** How an outgoing call ended that was refused with this status (RFC 3261 §21). */
export function endOfRefusal(statusCode: number): CallEnd {
  switch (statusCode) {
    case 486: // Busy Here
    case 600: // Busy Everywhere
      return 'busy';
    case 603: // Decline
    case 607: // Unwanted (RFC 8197)
    case 403:
      return 'declined';
    case 408: // Request Timeout
    case 480: // Temporarily Unavailable
    case 487: // Request Terminated
      return 'no-answer';
    case 404:
    case 410: // Gone
    case 484: // Address Incomplete
    case 604: // Does Not Exist Anywhere
      return 'not-found';
    default:
      return 'failed';
  }
}

/** Why a call could not be sent on: the status that the exchange reports of the call to the new party (RFC 3515 §2.4.5). */
export function failureOfReport(statusCode: number): TransferFailure {
  // The exchange does not let this party be called at all; nobody there has declined.
  if (statusCode === 403) return 'refused';
  const end = endOfRefusal(statusCode);
  return transferFailures.find((failure) => failure === end) ?? 'failed';
}

/** …and the status of the REFER itself: about the target it says only that there is none (Asterisk: 404). */
export function failureOfRefer(statusCode: number): TransferFailure {
  return endOfRefusal(statusCode) === 'not-found' ? 'not-found' : 'refused';
}

/**
 * How an incoming call ended that was cancelled before the answer. RFC 3326 §2: a forking proxy says
 * `Reason: SIP;cause=200;text="Call completed elsewhere"`; Q.850 cause 26 is the same from the telephone network.
 */
export function endOfCancel(reasons: readonly string[]): CallEnd {
  const elsewhere = reasons.some(
    (reason) =>
      /\bSIP\s*;[^,]*cause\s*=\s*200\b/i.test(reason) ||
      /\bQ\.850\s*;[^,]*cause\s*=\s*26\b/i.test(reason),
  );
  return elsewhere ? 'answered-elsewhere' : 'missed';
}

export type RejectReason = 'busy' | 'do-not-disturb' | 'to-queue';

/**
 * RFC 3261 §21.4.24 Busy Here; §21.4.18 Temporarily Unavailable names "do not disturb", and a queue offers the call to another.
 * Never a 6xx: at a forking proxy it would stop the ringing at everybody else too (§16.7).
 */
export function statusOfRejection(reason: RejectReason): number {
  switch (reason) {
    case 'busy':
      return 486;
    case 'do-not-disturb':
    case 'to-queue':
      return 480;
    default:
      return assertNever(reason);
  }
}
