/** status: what is true of the operator, the line, the server and the sound, told in the header. */
import { Button, Menu } from '@mantine/core';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { assertNever } from '#shared/assert-never.ts';
import type { NotReadyReason, OperatorState } from '#shared/model/operator-state.ts';
import { useDesk } from '../rpc/desk-client.ts';
import { liveCall, ringingCalls } from '../state/desk-state.ts';
import { useDeskStore } from '../state/desk-store.ts';
import { Icon } from '../ui/Icon.tsx';
import { StateMark, type Tone } from '../ui/StateMark.tsx';
import { TimeSince } from '../ui/TimeSince.tsx';
import { useCommand } from '../ui/use-command.tsx';
import styles from './Status.module.css';
import { useReady } from './use-ready.ts';

/** Reasons a person may choose; the others are set by a rule that is named on screen. */
export const chosenReasons = [
  'break',
  'lunch',
  'training',
  'meeting',
  'back-office',
] as const satisfies readonly NotReadyReason[];

/** The operator's name and state, with the menu that changes it. Only this makes an operator Ready. */
export function OperatorMenu() {
  const { t } = useTranslation('operator');
  const name = useDeskStore((state) => state.session?.name ?? '');
  const operator = useDeskStore((state) => state.operator);
  const desk = useDesk();
  const command = useCommand();
  const ready = useReady();
  const rung = useDeskStore((state) => !liveCall(state) && ringingCalls(state).length > 0);
  if (!operator) return <span className={styles.operator}>{name}</span>;
  const later = operator.phase === 'busy' || operator.phase === 'wrap-up';
  return (
    <Menu width={260}>
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          className={styles.operator}
          data-operator={operator.phase}
          leftSection={<StateMark tone={toneOf(operator)} size={12} />}
          rightSection={<Icon name="down" size={14} />}
        >
          <span className={styles.who}>{name} </span>
          <span className={styles.state}>
            {rung && operator.phase === 'busy' ? t('rung') : stateText(operator, t)}
          </span>
          <span className={styles.since}>
            <TimeSince since={operator.since} />
          </span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {later && <Menu.Label>{t('afterwards')}</Menu.Label>}
        <Menu.Item
          leftSection={<StateMark tone="good" />}
          rightSection={later && operator.then === 'ready' ? <Icon name="check" /> : undefined}
          onClick={ready}
        >
          {t('phase.ready')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>{t('phase.not-ready')}</Menu.Label>
        {chosenReasons.map((reason) => (
          <Menu.Item
            key={reason}
            leftSection={<StateMark tone="idle" />}
            rightSection={
              (later ? operator.thenReason : operator.reason) === reason ? (
                <Icon name="check" />
              ) : undefined
            }
            onClick={() => void command(() => desk.operator.notReady({ reason }))}
          >
            {t(`reason.${reason}`)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => void command(() => desk.session.signOut())}>
          {t('signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function stateText(operator: OperatorState, t: TFunction<'operator'>): string {
  if (operator.phase === 'not-ready' && operator.reason !== null)
    return t('notReadyBecause', { reason: t(`reason.${operator.reason}`) });
  return t(`phase.${operator.phase}`);
}

function toneOf({ phase }: OperatorState): Tone {
  switch (phase) {
    case 'ready':
    case 'busy':
      return 'good';
    case 'wrap-up':
      return 'wait';
    case 'not-ready':
    case 'offline':
      return 'idle';
    default:
      return assertNever(phase);
  }
}
