/** Ready, chosen while signing in: given once calls can reach this desk and the customer would be heard. */
import type { AudioState } from '#shared/contract/desk.ts';
import type { LineState } from '#shared/model/line.ts';
import type { OperatorState } from '#shared/model/operator-state.ts';
import type { CallDesk } from './calls/call-desk.ts';
import type { SipLine } from './telephony/sip-line.ts';
import type { VoiceLink } from './voice/voice-link.ts';

/** never: the person has chosen something else meanwhile, or is gone */
export function readyWhen(
  { reason }: Pick<OperatorState, 'reason'>,
  { phase }: Pick<LineState, 'phase'>,
  { page, microphone, missing }: Pick<AudioState, 'page' | 'microphone' | 'missing'>,
): 'now' | 'later' | 'never' {
  if (reason !== 'signed-in' || phase === 'idle') return 'never';
  const hasGear =
    page === 'here' && microphone === 'ok' && missing.every((one) => one === 'ringer');
  return hasGear && phase === 'registered' ? 'now' : 'later';
}

export function readyAfterSignIn(rooms: {
  readonly line: Pick<SipLine, 'state' | 'onState'>;
  readonly voice: Pick<VoiceLink, 'audio' | 'onAudio'>;
  readonly calls: Pick<CallDesk, 'operator' | 'ready'>;
}): void {
  const { line, voice, calls } = rooms;
  const look = (): void => {
    const when = readyWhen(calls.operator, line.state, voice.audio);
    if (when === 'later') return;
    for (const one of watching) one[Symbol.dispose]();
    if (when === 'now') calls.ready();
  };
  const watching = [line.onState(look), voice.onAudio(look)];
  // The line may be opened only now.
  if (line.state.phase !== 'idle') look();
}
