import { useTranslation } from 'react-i18next';
import { isConnected } from '#shared/model/call-machine.ts';
import { callGroup } from '../call-bar/call-group.ts';
import { rejectReasons } from '../call-bar/reject-reasons.ts';
import { useCallCommands } from '../call-bar/use-call-commands.ts';
import { ringingCalls } from '../state/desk-state.ts';
import { useDeskStoreApi } from '../state/desk-store.ts';
import type { PaletteCommand } from './use-palette-commands.ts';

/** What can be done with the calls that are here now; typed digits go into the call first. */
export function useCallEntries(text: string): readonly PaletteCommand[] {
  const { t } = useTranslation(['palette', 'calls']);
  const store = useDeskStoreApi();
  const commands = useCallCommands();
  const state = store.getState();
  const ringing = ringingCalls(state)[0]?.call;
  const group = callGroup(state);
  const { consult, canComplete, swapTo, joinable, changeable, conference } = group;
  const live = group.live?.call;
  const up = live && isConnected(live.phase) ? live : undefined;
  const spokenTo = conference.length > 0 ? conference.map(({ call }) => call) : live ? [live] : [];
  const entries: readonly (PaletteCommand | false | undefined)[] = [
    up &&
      /^[\d*#]{1,16}$/.test(text) && {
        id: 'tones',
        label: t('sendTones', { tones: text }),
        always: true,
        run: () => commands.sendDtmf(up, text),
      },
    ringing && {
      id: 'answer',
      label: t('answer'),
      key: 'F2',
      run: () => commands.answer(ringing),
    },
    ...(ringing ? rejectReasons(ringing) : []).map((reason) => ({
      id: `reject ${reason}`,
      label: t('reject', { reason: t(`calls:rejectAs.${reason}`) }),
      run: () => ringing && commands.reject(ringing, reason),
    })),
    live && {
      id: 'mute',
      label: t(live.muted ? 'unmute' : 'mute'),
      key: 'F6',
      run: () => commands.mute(!live.muted, ...spokenTo),
    },
    live &&
      changeable && {
        id: 'hold',
        label: t(live.phase === 'held' ? 'resume' : 'hold'),
        key: 'F3',
        run: () => commands.toggleHold(live),
      },
    live &&
      changeable && {
        id: 'transfer',
        label: t('transfer'),
        ...(!consult && { key: 'F8' }),
        run: () => store.setState({ transferring: live.callId }),
      },
    up && {
      id: 'keypad',
      label: t('calls:keypad'),
      key: '⇧F7',
      run: () => store.setState({ keyedCallId: up.callId }),
    },
    live && {
      id: 'hang-up',
      label: t(conference.length > 0 ? 'calls:endForAll' : 'hangUp'),
      key: 'F4',
      run: () => commands.hangUp(...spokenTo),
    },
    consult &&
      canComplete && {
        id: 'complete',
        label: t('complete'),
        key: 'F8',
        run: () => commands.completeTransfer(consult.call),
      },
    swapTo && {
      id: 'swap',
      label: t('swap'),
      key: 'F10',
      run: () => commands.swap(swapTo.call),
    },
    joinable.length > 1 && {
      id: 'conference',
      label: t('conference'),
      key: '⇧F8',
      run: () => commands.conference(joinable.map(({ call }) => call)),
    },
  ];
  return entries.filter((entry) => entry !== false && entry !== undefined);
}
