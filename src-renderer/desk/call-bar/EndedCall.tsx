import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { wasCutOff } from '#shared/model/call.ts';
import type { CallEntry } from '../state/desk-state.ts';
import { useDeskStore } from '../state/desk-store.ts';
import { cutOffCall } from '../state/desk-state.ts';
import { canBeCalled } from '../ui/can-be-called.ts';
import { Icon } from '../ui/Icon.tsx';
import { Key } from '../ui/Key.tsx';
import { StateMark } from '../ui/StateMark.tsx';
import { TimeLeft } from '../ui/TimeLeft.tsx';
import { TimeSince } from '../ui/TimeSince.tsx';
import styles from './CallBar.module.css';
import { PartyNumber } from './PartyNumber.tsx';
import type { CallCommands } from './use-call-commands.ts';

/** A call that ended and whose card is still open: how it ended, and how long the wrap-up may last. */
export function EndedCall({
  entry: { call, card },
  commands,
}: {
  readonly entry: CallEntry;
  readonly commands: CallCommands;
}) {
  const { t } = useTranslation('calls');
  const until = useDeskStore((state) =>
    state.operator?.wrapUpCallId === call.callId ? state.operator.wrapUpUntil : null,
  );
  const cutOff = wasCutOff(call);
  const end = cutOff ? 'broken' : call.end;
  const meantByKey = useDeskStore((state) => cutOffCall(state)?.call.callId === call.callId);
  return (
    <div className={styles.call} data-call={call.callId} data-phase="ended">
      <div className={styles.head}>
        <StateMark tone="wait" />
        <span>{t('phase.ended')}</span>
        <span className={styles.dimmed}>
          {call.answeredAt !== null && <TimeSince since={call.answeredAt} until={call.endedAt} />}
        </span>
      </div>
      <div className={styles.party}>
        {card.customer && <strong>{card.customer.name} </strong>}
        <PartyNumber party={call.party} region={card.project?.region} />
      </div>
      <div>
        {end !== null && t(`end.${end}`)}{' '}
        {end === 'transferred' &&
          card.handedTo !== null &&
          t('note.handedTo', { to: card.handedTo })}
      </div>
      {until !== null && (
        <div>
          {t('wrapUpLeft')}{' '}
          <strong>
            <TimeLeft until={until} />
          </strong>
        </div>
      )}
      {cutOff && canBeCalled(call.party) && (
        <Button
          leftSection={<Icon name="call" />}
          rightSection={meantByKey && <Key name="F2" />}
          onClick={() => commands.callBack(call)}
        >
          {t('callBack')}
        </Button>
      )}
      <p className={styles.dimmed} style={{ margin: 'auto 0 0' }}>
        {t('finishHint')}
      </p>
    </div>
  );
}
