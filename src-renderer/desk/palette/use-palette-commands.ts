import { useTranslation } from 'react-i18next';
import type { NotReadyReason } from '#shared/model/operator-state.ts';
import { useDesk } from '../rpc/desk-client.ts';
import { liveCall, screens } from '../state/desk-state.ts';
import { useDeskStoreApi } from '../state/desk-store.ts';
import { useReady } from '../status/use-ready.ts';
import { useCommand } from '../ui/use-command.tsx';
import { useCallEntries } from './use-call-entries.ts';

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
  const live = liveCall(state) !== undefined;
  const callEntries = useCallEntries(text);
  const give = (what: () => Promise<unknown>) => () => void command(what);
  const projectId = state.session?.projects[0]?.projectId ?? null;
  return [
    ...callEntries.filter(({ always }) => always),
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
    ...callEntries.filter(({ always }) => !always),
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

/** Whether the text looks like a number a person wants called. */
export function isNumber(text: string): boolean {
  return /^\+?[\d\s()/.-]{3,}$/.test(text) && text.replaceAll(/\D/g, '').length >= 3;
}
