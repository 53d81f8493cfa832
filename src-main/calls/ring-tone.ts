/** What the operator hears while calls ring. */
import type { Call } from '#shared/model/call.ts';

export type RingTone = 'ring' | 'call-waiting' | 'beep';

/** Port: who makes the sound; null is silence. */
export interface Ringer {
  ring(tone: RingTone | null): void;
}

/** A ring in the free ear, a call-waiting tone in a conversation, nothing when no call rings. */
export function ringToneFor(calls: readonly Call[]): RingTone | null {
  if (!calls.some(({ phase }) => phase === 'ringing')) return null;
  const inConversation = calls.some(({ phase }) => phase !== 'ringing' && phase !== 'ended');
  return inConversation ? 'call-waiting' : 'ring';
}
