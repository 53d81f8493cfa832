/** What the operator hears while calls ring. */
import type { CallCard } from '#shared/contract/desk.ts';
import type { Call } from '#shared/model/call.ts';
import type { RingTone } from '#shared/model/ring-tone.ts';

export interface RingSound {
  readonly tone: 'ring' | 'call-waiting';
  readonly melody: RingTone;
}

/** Port: who makes the sound. */
export interface Ringer {
  /** Whether there is a voice page with a microphone: a call can be heard and answered. */
  readonly ready: boolean;
  /** null is silence. */
  ring(sound: RingSound | null): void;
  /** The tone before a call answers itself; settles when it has been heard, at the latest after a second. Rejects where nothing can be heard. */
  announce(melody: RingTone): Promise<void>;
}

/** A ring in the free ear, a call-waiting tone in a conversation, nothing when no call rings. */
export function ringSoundFor(
  calls: readonly {
    readonly call: Call;
    readonly card: Pick<CallCard, 'project'>;
    readonly announcing: boolean;
  }[],
): RingSound | null {
  const ringing = calls.find(({ call, announcing }) => call.phase === 'ringing' && !announcing);
  if (!ringing) return null;
  const inConversation = calls.some(
    ({ call: { phase } }) => phase !== 'ringing' && phase !== 'ended',
  );
  return {
    tone: inConversation ? 'call-waiting' : 'ring',
    melody: ringing.card.project?.ringTone ?? 'classic',
  };
}
