import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { HistoryEntry } from '#shared/model/call-history.ts';
import { textIn } from '#shared/model/language.ts';
import { useDesk } from '../rpc/desk-client.ts';
import { useDeskStore, useDeskStoreApi } from '../state/desk-store.ts';
import { formatDuration } from '../ui/duration.ts';
import { canBeCalled } from '../ui/can-be-called.ts';
import { Icon } from '../ui/Icon.tsx';
import { PhoneNumber } from '../ui/PhoneNumber.tsx';
import { projectColour } from '../ui/project-colour.ts';
import { StateMark } from '../ui/StateMark.tsx';
import { TimeAt } from '../ui/TimeAt.tsx';
import { useCommand } from '../ui/use-command.tsx';
import { useLanguage } from '../ui/use-language.ts';
import styles from './History.module.css';
import { isSameDay } from './same-day.ts';

/** One call that is over: who, when, how it ended, and the call back. */
export function CallRow({ entry }: { readonly entry: HistoryEntry }) {
  const { t } = useTranslation(['history', 'calls']);
  const language = useLanguage();
  const desk = useDesk();
  const command = useCommand();
  const store = useDeskStoreApi();
  const project = useDeskStore((state) =>
    state.session?.projects.find((one) => one.projectId === entry.projectId),
  );
  const { callId, customerId, party } = entry;
  const name = entry.customerName ?? party.displayName;
  const deskZone = useDeskStore((state) => state.session?.projects[0]?.zone ?? 'UTC');
  const zone = project?.zone ?? deskZone;
  const isTask = entry.task === 'open';
  const reachable = canBeCalled(party);
  const close = () => void command(() => desk.calls.closeTask({ callId }));
  return (
    <li data-call={callId} data-task={entry.task ?? undefined}>
      <span className={styles.way}>
        {isTask ? (
          <StateMark tone="act" size={12} />
        ) : (
          <Icon name={entry.direction === 'in' ? 'in' : 'out'} size={14} />
        )}
        <span className="heard">{t(entry.direction)}</span>
      </span>
      <span className={styles.when}>
        <TimeAt
          at={entry.startedAt}
          zone={zone}
          show={isToday(entry.startedAt, zone) ? 'time' : 'short'}
        />
      </span>
      <span className={styles.who}>
        {name !== null && <strong>{name} </strong>}
        {party.withheld ? (
          t('withheld')
        ) : (
          <PhoneNumber
            number={party.number ?? party.written ?? t('noNumber')}
            region={project?.region}
          />
        )}
      </span>
      <span className={styles.project}>
        {project && (
          <>
            <i style={{ background: projectColour(project) }} />
            {textIn(project.name, language)}
          </>
        )}
      </span>
      <span className={styles.how}>
        {entry.answeredAt === null
          ? t(`calls:end.${entry.end}`)
          : t('talked', { time: talked(entry.answeredAt, entry.endedAt) })}
      </span>
      <span className={styles.does}>
        <Button
          variant={isTask ? 'filled' : 'default'}
          disabled={!reachable}
          onClick={() => void command(() => desk.calls.callBack({ callId }))}
        >
          {t(entry.direction === 'in' ? 'callBack' : 'callAgain')}
        </Button>
        {isTask && (
          <Button
            variant="default"
            aria-label={t('doneLong', {
              who: entry.customerName ?? party.number ?? party.written ?? t('withheld'),
            })}
            onClick={close}
          >
            {t('done')}
          </Button>
        )}
        {customerId !== null && (
          <Button
            variant="subtle"
            px={6}
            title={t('open')}
            aria-label={t('open')}
            onClick={() => store.setState({ screen: 'customers', customerId })}
          >
            <Icon name="customers" />
          </Button>
        )}
      </span>
    </li>
  );
}

function talked(from: string, until: string): string {
  return formatDuration((Date.parse(until) - Date.parse(from)) / 1000);
}

function isToday(at: string, zone: string): boolean {
  return isSameDay(new Date(at), new Date(), zone);
}
