/** How good a call sounds, in three words. Pure. */
import type { CallQuality } from '#shared/model/call.ts';

/**
 * The E-model's own bounds (ITU-T G.107 annex B): from 4.03 users are satisfied, from 3.60 some are dissatisfied,
 * below it many are.
 */
export function signalOf({ mos }: Pick<CallQuality, 'mos'>): 'good' | 'fair' | 'poor' {
  if (mos >= 4.03) return 'good';
  return mos >= 3.6 ? 'fair' : 'poor';
}
