/** The rings an operator can tell apart with closed eyes. */
import * as z from 'zod';

export const ringTones = ['classic', 'soft', 'bright', 'low'] as const;
export const RingTone = z.enum(ringTones);
export type RingTone = z.infer<typeof RingTone>;
