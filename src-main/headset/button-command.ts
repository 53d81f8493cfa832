/** What a press of the headset's buttons asks for, and what its lights show, by the state of the calls alone. */
import { assertNever } from '#shared/assert-never.ts';
import type { Call, CallPhase } from '#shared/model/call.ts';
import { swapTarget } from '#shared/model/talk-order.ts';
import type { HeadsetButton, HeadsetLights } from '../voice/voice-link.ts';

export type HeadsetCommand =
  | { readonly do: 'answer' | 'swap'; readonly callId: string }
  | { readonly do: 'hang-up'; readonly callIds: readonly string[] }
  | { readonly do: 'mute'; readonly callIds: readonly string[]; readonly muted: boolean }
  | { readonly do: 'hold'; readonly callId: string; readonly held: boolean }
  | { readonly do: 'reject'; readonly callId: string; readonly reason: 'busy' | 'to-queue' }
  | { readonly do: 'redial' };

/** What the rule looks at. */
export type HeadsetCall = Pick<
  Call,
  'callId' | 'phase' | 'queue' | 'muted' | 'inConference' | 'consultFor'
>;

/**
 * @param calls in the order in which they began; those that ended may be among them.
 * @param talked ids in the order in which they were last talked to.
 * @returns null: the press means nothing now.
 */
export function buttonCommand(
  button: HeadsetButton,
  calls: readonly HeadsetCall[],
  talked: readonly string[],
): HeadsetCommand | null {
  const [ringing] = calls.filter(({ phase }) => phase === 'ringing');
  const heard = heardCalls(calls);
  const [first] = heard;
  const held = swapTarget(calls, first?.phase === 'talking' ? first : undefined, talked);
  switch (button) {
    case 'hook-off':
      if (ringing) return { do: 'answer', callId: ringing.callId };
      return heard.length === 0 && held ? { do: 'hold', callId: held.callId, held: false } : null;
    case 'hook-on':
      // A call on hold waits for somebody: it is never ended by a button that cannot say which call it means.
      return heard.length > 0 ? { do: 'hang-up', callIds: idsOf(heard) } : null;
    case 'mute-on':
    case 'mute-off':
      return mute(button === 'mute-on', heard.length > 0 ? heard : held ? [held] : []);
    case 'flash':
      return flash(ringing, heard, held);
    case 'reject': {
      if (!ringing) return null;
      const reason = ringing.queue === null ? 'busy' : 'to-queue';
      return { do: 'reject', callId: ringing.callId, reason };
    }
    case 'redial':
      return calls.every(({ phase }) => phase === 'ended') ? { do: 'redial' } : null;
    default:
      return assertNever(button);
  }
}

/** The whole of what the lights show. */
export function headsetLights(calls: readonly HeadsetCall[]): HeadsetLights {
  const here = calls.filter(({ phase }) => isOffHook(phase));
  const heard = heardCalls(calls);
  return {
    ringing: calls.some(({ phase }) => phase === 'ringing'),
    offHook: here.length > 0,
    muted: (heard.length > 0 ? heard : here).some(({ muted }) => muted),
    held: here.length > 0 && here.every(({ phase }) => phase === 'held'),
  };
}

/** Those spoken to, or being made: one, or the conference. */
function heardCalls(calls: readonly HeadsetCall[]): readonly HeadsetCall[] {
  const talking = calls.filter(({ phase }) => phase === 'talking');
  const conference = talking.filter(({ inConference }) => inConference);
  if (conference.length > 0) return conference;
  return talking.length > 0
    ? talking.slice(0, 1)
    : calls.filter(({ phase }) => isBeingMade(phase)).slice(0, 1);
}

function isBeingMade(phase: CallPhase): boolean {
  switch (phase) {
    case 'dialling':
    case 'alerting':
    case 'answering':
    case 'returning':
      return true;
    case 'ringing':
    case 'talking':
    case 'held':
    case 'ended':
      return false;
    default:
      return assertNever(phase);
  }
}

function isOffHook(phase: CallPhase): boolean {
  return phase === 'talking' || phase === 'held' || isBeingMade(phase);
}

function mute(muted: boolean, calls: readonly HeadsetCall[]): HeadsetCommand | null {
  const others = calls.filter((call) => call.muted !== muted);
  return others.length > 0 ? { do: 'mute', callIds: idsOf(others), muted } : null;
}

/** As a desk telephone does it: to the call that waits, to the other call, on hold, and back. */
function flash(
  ringing: HeadsetCall | undefined,
  heard: readonly HeadsetCall[],
  held: HeadsetCall | undefined,
): HeadsetCommand | null {
  if (ringing) return { do: 'answer', callId: ringing.callId };
  const [first, ...others] = heard;
  if (!first) return held ? { do: 'hold', callId: held.callId, held: false } : null;
  if (others.length > 0 || first.phase !== 'talking') return null;
  return held
    ? { do: 'swap', callId: held.callId }
    : { do: 'hold', callId: first.callId, held: true };
}

function idsOf(calls: readonly HeadsetCall[]): readonly string[] {
  return calls.map(({ callId }) => callId);
}
