/** The headset's buttons lead the calls, the calls lead its lights. */
import { assertNever } from '#shared/assert-never.ts';
import { talkedAfter } from '#shared/model/talk-order.ts';
import type { CallDesk } from '../calls/call-desk.ts';
import type { Log } from '../log.ts';
import type { HeadsetButton, VoiceLink } from '../voice/voice-link.ts';
import { buttonCommand, headsetLights, type HeadsetCommand } from './button-command.ts';

export interface HeadsetDeps {
  readonly voice: Pick<VoiceLink, 'showOnHeadset' | 'onHeadsetButton'>;
  readonly calls: Pick<
    CallDesk,
    'snapshots' | 'onCall' | 'answer' | 'hangUp' | 'mute' | 'hold' | 'swap' | 'reject' | 'redial'
  >;
  readonly log: Log;
}

/** Follows the calls until it is disposed of. A press that cannot be carried out is logged, and the call goes on. */
export function createHeadset({ voice, calls, log }: HeadsetDeps): Disposable {
  const now = () => calls.snapshots().map(({ call }) => call);
  let shown = '';
  let talked: readonly string[] = [];
  const show = (): void => {
    const here = now();
    talked = here
      .reduce(talkedAfter, talked)
      .filter((callId) => here.some((call) => call.callId === callId));
    const lights = headsetLights(here);
    const text = JSON.stringify(lights);
    if (text === shown) return;
    shown = text;
    voice.showOnHeadset(lights);
  };

  async function carryOut(command: HeadsetCommand): Promise<void> {
    switch (command.do) {
      case 'answer':
        return calls.answer(command.callId);
      case 'swap':
        return calls.swap(command.callId);
      case 'hang-up':
        await Promise.all(command.callIds.map((callId) => calls.hangUp(callId)));
        return;
      case 'mute':
        for (const callId of command.callIds) calls.mute(callId, command.muted);
        return;
      case 'hold':
        return calls.hold(command.callId, command.held);
      case 'reject':
        return calls.reject(command.callId, command.reason);
      case 'redial':
        await calls.redial();
        return;
      default:
        return assertNever(command);
    }
  }

  async function pressed(button: HeadsetButton): Promise<void> {
    const command = buttonCommand(button, now(), talked);
    log.info({ button, command: command?.do ?? 'none' }, 'headset button');
    try {
      if (command) await carryOut(command);
    } catch (error) {
      const name = error instanceof Error ? error.name : 'unknown';
      log.warn({ button, error: name }, 'headset button not carried out');
    }
    // The device believes what its button did, whether or not that came about: told anew.
    shown = '';
    show();
  }

  const subscriptions = [
    voice.onHeadsetButton((button) => void pressed(button)),
    calls.onCall(show),
  ];
  show();
  return {
    [Symbol.dispose]: () => {
      for (const subscription of subscriptions) subscription[Symbol.dispose]();
    },
  };
}
