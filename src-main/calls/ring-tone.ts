/** What the operator hears while calls ring, here or at the other side. */
import type { CallCard } from '#shared/contract/desk.ts';
import type { Call } from '#shared/model/call.ts';
import type { RingTone } from '#shared/model/ring-tone.ts';

export interface RingSound {
  readonly tone: 'ring' | 'call-waiting' | 'ringback';
  readonly melody: RingTone;
}

/** Port: who makes the sound. */
export interface Ringer {
  /** Whether there is a voice page with a microphone and proven sound: a call can be heard and answered. */
  readonly ready: boolean;
  /** null is silence. */
  ring(sound: RingSound | null): void;
  /** The tone before a call answers itself; settles when it has been heard, at the latest after a second. Rejects where nothing can be heard. */
  announce(melody: RingTone): Promise<void>;
}

/**
 * A ring in the free ear, a call-waiting tone in a conversation, a ringback tone for the call that is being made: it rings there
 * and the exchange sends no sound of its own (RFC 3960 §3.2). Nothing when no call rings.
 */
export function ringSoundFor(
  calls: readonly {
    readonly call: Call;
    readonly card: Pick<CallCard, 'project'>;
    readonly announcing: boolean;
  }[],
): RingSound | null {
  const ringing = calls.find(({ call, announcing }) => call.phase === 'ringing' && !announcing);
  if (!ringing) {
    const others = calls.filter(({ call: { phase } }) => phase !== 'held' && phase !== 'ended');
    const [made] = others;
    // A customer who was taken back meanwhile is talked to without it.
    const rings =
      others.length === 1 && made?.call.phase === 'alerting' && made.call.audio !== 'flowing';
    return rings ? { tone: 'ringback', melody: 'classic' } : null;
  }
  const inConversation = calls.some(
    ({ call: { phase } }) => phase !== 'ringing' && phase !== 'ended',
  );
  return {
    tone: inConversation ? 'call-waiting' : 'ring',
    melody: ringing.card.project?.ringTone ?? 'classic',
  };
}
