/** finish: what a call needs before its card may go. */
import type { CallCard } from '#shared/contract/desk.ts';
import type { Call } from '#shared/model/call.ts';
import type { Outcome } from '#shared/model/outcome.ts';

export interface Chosen {
  readonly outcome: string | null;
  readonly reason: string | null;
}

/** Why the call cannot be finished yet; null when it can. */
export type FinishBlock = 'call-up' | 'no-outcome' | 'no-reason' | null;

export function finishBlock(call: Call, outcomes: readonly Outcome[], chosen: Chosen): FinishBlock {
  if (call.phase !== 'ended') return 'call-up';
  const outcome = outcomes.find((one) => one.code === chosen.outcome);
  // A call nobody answered has no outcome to name.
  if (!outcome) return outcomes.length > 0 && call.answeredAt !== null ? 'no-outcome' : null;
  const named = outcome.reasons.some((one) => one.code === chosen.reason);
  return outcome.reasons.length > 0 && !named ? 'no-reason' : null;
}

/** The outcome that goes without saying: of an order saved in the call, or of a call nobody answered. */
export function likelyOutcome(call: Call, card: CallCard): Chosen {
  const outcomes = card.project?.outcomes ?? [];
  const placed = card.orders.find((one) => one.state !== 'refused');
  const unanswered = call.phase === 'ended' && call.answeredAt === null && call.direction === 'out';
  const wanted = placed ? placed.order.kind : unanswered ? 'no-contact' : undefined;
  const outcome = outcomes.find((one) => one.kind === wanted && one.reasons.length === 0);
  return { outcome: outcome?.code ?? null, reason: null };
}

/** A key for each outcome: the first letter of its name that no other one before it took, else a digit. */
export function outcomeKeys(names: readonly string[]): readonly string[] {
  // Shift+M ticks a must-say item; a plain m beside it would be a trap.
  const taken = new Set(['m']);
  return names.map((name, index) => {
    const letters = name.toLowerCase().match(/[a-z]/g) ?? [];
    const key = letters.find((letter) => !taken.has(letter)) ?? String((index + 1) % 10);
    taken.add(key);
    return key;
  });
}
