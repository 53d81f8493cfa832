import { useTranslation } from 'react-i18next';
import type { NotReadyReason } from '#shared/model/operator-state.ts';
import { callGroup } from '../call-bar/call-group.ts';
import { useDesk } from '../rpc/desk-client.ts';
import { liveCall, ringingCalls, screens } from '../state/desk-state.ts';
import { useDeskStoreApi } from '../state/desk-store.ts';
import { useReady } from '../status/use-ready.ts';
import { useCommand } from '../ui/use-command.tsx';

export interface PaletteCommand {
  readonly id: string;
  readonly label: string;
  readonly key?: string;
  /** Shown whatever was typed. */
  readonly always?: boolean;
  readonly run: () => void;
}

const reasons: readonly NotReadyReason[] = ['break', 'lunch', 'training', 'meeting', 'back-office'];

/** What can be done now; a typed number can be called. */
export function usePaletteCommands(text: string): readonly PaletteCommand[] {
  const { t } = useTranslation(['palette', 'operator', 'shell', 'preflight']);
  const desk = useDesk();
  const store = useDeskStoreApi();
  const command = useCommand();
  const ready = useReady();
  const { calls, operator, session } = desk;
  const state = store.getState();
  const ringing = ringingCalls(state)[0]?.call;
  const live = liveCall(state)?.call;
  const { consult, canComplete, swapTo, joinable } = callGroup(state);
  const give = (what: () => Promise<unknown>) => () => void command(what);
  const projectId = state.session?.projects[0]?.projectId ?? null;
  return [
    ...(isNumber(text)
      ? [
          {
            id: 'dial',
            label: t('dial', { number: text }),
            always: true,
            run: give(() => calls.dial({ number: text, projectId, customerId: null })),
          },
        ]
      : []),
    ...(live && /^[\d*#]{1,16}$/.test(text)
      ? [
          {
            id: 'tones',
            label: t('sendTones', { tones: text }),
            always: true,
            run: give(() => calls.sendDtmf({ ...ref(live), tones: text })),
          },
        ]
      : []),
    ...(ringing
      ? [
          {
            id: 'answer',
            label: t('answer'),
            key: 'F2',
            run: give(() => calls.answer(ref(ringing))),
          },
        ]
      : []),
    ...(live
      ? [
          {
            id: 'mute',
            label: t(live.muted ? 'unmute' : 'mute'),
            key: 'F6',
            run: give(() => calls.mute({ ...ref(live), muted: !live.muted })),
          },
          {
            id: 'hold',
            label: t(live.phase === 'held' ? 'resume' : 'hold'),
            key: 'F3',
            run: give(() => calls.hold({ ...ref(live), held: live.phase !== 'held' })),
          },
          {
            id: 'transfer',
            label: t('transfer'),
            key: 'F8',
            run: () => store.setState({ transferring: live.callId }),
          },
          {
            id: 'hang-up',
            label: t('hangUp'),
            key: 'F4',
            run: give(() => calls.hangUp(ref(live))),
          },
        ]
      : []),
    ...(consult && canComplete
      ? [
          {
            id: 'complete',
            label: t('complete'),
            key: 'F8',
            run: give(() => calls.completeTransfer(ref(consult.call))),
          },
        ]
      : []),
    ...(swapTo
      ? [
          {
            id: 'swap',
            label: t('swap'),
            key: 'F10',
            run: give(() => calls.swap(ref(swapTo.call))),
          },
        ]
      : []),
    ...(joinable.length > 1
      ? [
          {
            id: 'conference',
            label: t('conference'),
            key: '⇧F8',
            run: give(() => calls.conference({ callIds: joinable.map(({ call }) => call.callId) })),
          },
        ]
      : []),
    ...(live
      ? []
      : [
          { id: 'redial', label: t('redial'), run: give(() => calls.redial()) },
          {
            id: 'preflight',
            label: t('preflight:offer'),
            run: () => {
              store.setState({ screen: 'preflight' });
              void command(() => desk.preflight.run());
            },
          },
        ]),
    { id: 'ready', label: t('operator:phase.ready'), run: ready },
    ...reasons.map((reason) => ({
      id: reason,
      label: t('operator:notReadyBecause', { reason: t(`operator:reason.${reason}`) }),
      run: give(() => operator.notReady({ reason })),
    })),
    ...screens.map((screen) => ({
      id: `screen ${screen}`,
      label: t('openScreen', { screen: t(`shell:screen.${screen}`) }),
      run: () => store.setState({ screen }),
    })),
    { id: 'sign-out', label: t('operator:signOut'), run: give(() => session.signOut()) },
  ];
}

function ref({ callId }: { readonly callId: string }): { readonly callId: string } {
  return { callId };
}

/** Whether the text looks like a number a person wants called. */
export function isNumber(text: string): boolean {
  return /^\+?[\d\s()/.-]{3,}$/.test(text) && text.replaceAll(/\D/g, '').length >= 3;
}
