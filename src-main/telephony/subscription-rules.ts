/** When a subscription that has ended may be asked for again, and how its state is written (RFC 6665). */

export interface SubscriptionState {
  readonly state: 'active' | 'pending' | 'terminated';
  /** Seconds it lives on; null where it is not said. */
  readonly expires: number | null;
  readonly reason: string | null;
  /** Seconds to wait before asking again. */
  readonly retryAfter: number | null;
}

/** RFC 6665 §8.2.3 Subscription-State; null where it cannot be read. */
export function readSubscriptionState(written: string | undefined): SubscriptionState | null {
  const [head = '', ...params] = (written ?? '').slice(0, 500).split(';');
  const state = (['active', 'pending', 'terminated'] as const).find(
    (one) => one === head.trim().toLowerCase(),
  );
  if (!state) return null;
  const value = (name: string): string | null => {
    const found = params.find((param) => param.trim().toLowerCase().startsWith(`${name}=`));
    return found ? found.slice(found.indexOf('=') + 1).trim() : null;
  };
  return {
    state,
    expires: whole(value('expires')),
    reason: value('reason')?.toLowerCase() ?? null,
    retryAfter: whole(value('retry-after')),
  };
}

function whole(text: string | null): number | null {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null;
}

const firstMs = 5000;
const longestMs = 300_000;
/** Where the exchange has nothing to tell, somebody may set it up meanwhile. */
const seldomMs = 600_000;

function backOff(failures: number, chance: number): number {
  const ceiling = Math.min(longestMs, firstMs * 2 ** Math.min(failures, 10));
  return Math.round(ceiling / 2 + (ceiling / 2) * chance);
}

/**
 * RFC 6665 §4.1.3: what the reason of a terminated subscription allows.
 * @param retryAfter seconds.
 * @param failures ends without anything heard between them, from 0.
 * @param chance 0 to 1.
 * @returns milliseconds until it is asked for again; null: never.
 */
export function afterTermination(
  reason: string | null,
  retryAfter: number | null,
  failures: number,
  chance: number,
): number | null {
  switch (reason) {
    // "the subscriber … SHOULD NOT attempt to resubscribe"
    case 'rejected':
    case 'noresource':
    case 'invariant':
      return null;
    // "SHOULD retry immediately with a new subscription", but not again and again.
    case 'deactivated':
    case 'timeout':
      return failures === 0 ? Math.round(100 + 400 * chance) : backOff(failures, chance);
    // probation, giveup: "after the given time, else at any time"; the same for a reason we do not know.
    default:
      return retryAfter === null
        ? backOff(failures, chance)
        : Math.min(retryAfter, 86_400) * 1000 + Math.round(1000 * chance);
  }
}

/** RFC 6665 §4.1.2.2, RFC 5057 §5.1: with these the subscription is gone, with others it goes on until it expires. */
const ending = new Set([404, 405, 410, 416, 480, 481, 482, 483, 484, 485, 489, 501, 604]);
const hopeless = new Set([489, 405, 501]);
const seldom = new Set([401, 403, 404, 407, 410, 416, 484, 485, 603, 604]);

/** What a refused SUBSCRIBE means. `retryAfter` in seconds, NaN where it is not said. */
export function afterRefusal(
  status: number,
  retryAfter: number,
  failures: number,
  chance: number,
): { readonly ends: boolean; readonly afterMs: number | null } {
  const ends = ending.has(status);
  if (hopeless.has(status)) return { ends, afterMs: null };
  if (retryAfter > 0)
    return { ends, afterMs: Math.min(retryAfter, 86_400) * 1000 + Math.round(1000 * chance) };
  // 481: the exchange has forgotten this one; a new one is welcome.
  if (status === 481 && failures === 0) return { ends, afterMs: Math.round(100 + 400 * chance) };
  return {
    ends,
    afterMs: seldom.has(status)
      ? Math.round(seldomMs * (1 + chance / 2))
      : backOff(failures, chance),
  };
}
