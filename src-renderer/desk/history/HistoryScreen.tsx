/** history: the operator's own calls, missed ones on top as tasks; called back by one key. */
import { SegmentedControl } from '@mantine/core';
import { useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { wasMissed } from '#shared/model/call-tasks.ts';
import { useDesk } from '../rpc/desk-client.ts';
import { useDeskStore } from '../state/desk-store.ts';
import { useCommand } from '../ui/use-command.tsx';
import { CallRow } from './CallRow.tsx';
import styles from './History.module.css';

const filters = ['all', 'missed'] as const;

export function HistoryScreen() {
  const { t } = useTranslation('history');
  const desk = useDesk();
  const command = useCommand();
  const [filter, setFilter] = useState<(typeof filters)[number]>('all');
  const { entries } = useDeskStore((state) => state.history);
  const open = entries.filter((entry) => entry.task === 'open');
  const earlier = entries.filter(
    (entry) => entry.task !== 'open' && (filter === 'all' || wasMissed(entry)),
  );
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    moveBetweenRows(event);
    if (event.key !== 'Delete') return;
    const callId = document.activeElement?.closest<HTMLElement>('li[data-call]')?.dataset['call'];
    if (callId !== undefined && open.some((entry) => entry.callId === callId))
      void command(() => desk.calls.closeTask({ callId }));
  };
  const none = open.length + earlier.length === 0;
  return (
    <div className={styles.screen}>
      <div className={styles.head}>
        <h2>{t('title')}</h2>
        <SegmentedControl
          aria-label={t('show')}
          value={filter}
          data={filters.map((one) => ({ value: one, label: t(one) }))}
          onChange={setFilter}
        />
        <span className={styles.keys}>{t('keys')}</span>
      </div>
      {none && <p className={styles.quiet}>{t(filter === 'all' ? 'nothing' : 'noMissed')}</p>}
      {/* The keys belong to the buttons within; they bubble up to here. */}
      <div role="presentation" onKeyDown={onKeyDown}>
        {open.length > 0 && (
          <section aria-label={t('toCallBack')}>
            <h3>{t('toCallBack')}</h3>
            <ul>
              {open.map((entry) => (
                <CallRow key={entry.callId} entry={entry} />
              ))}
            </ul>
          </section>
        )}
        {earlier.length > 0 && (
          <section aria-label={t('earlier')}>
            {open.length > 0 && <h3>{t('earlier')}</h3>}
            <ul>
              {earlier.map((entry) => (
                <CallRow key={entry.callId} entry={entry} />
              ))}
            </ul>
          </section>
        )}
      </div>
    </div>
  );
}

/** ↑ and ↓ go to the call above or below. */
function moveBetweenRows(event: KeyboardEvent<HTMLElement>): void {
  const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (by === 0) return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('li[data-call]')];
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[at + by]?.querySelector<HTMLElement>('button:not(:disabled)');
  if (!next) return;
  event.preventDefault();
  next.focus();
}
