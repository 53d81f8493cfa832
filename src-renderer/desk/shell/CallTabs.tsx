import { UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useShallow } from 'zustand/react/shallow';
import type { CallEntry } from '../state/desk-state.ts';
import { useDeskStore, useDeskStoreApi } from '../state/desk-store.ts';
import { projectColour } from '../ui/project-colour.ts';
import { StateMark, type Tone } from '../ui/StateMark.tsx';
import { TimeSince } from '../ui/TimeSince.tsx';
import { partyName } from '../ui/party-name.ts';
import styles from './Shell.module.css';

/** One tab a card: the call, and those whose outcome is not saved yet. Their place is kept when there is none. */
export function CallTabs() {
  const { t } = useTranslation('shell');
  const entries = useDeskStore(
    useShallow((state) =>
      state.order.flatMap((callId) => {
        const entry = state.calls[callId];
        return entry ? [entry] : [];
      }),
    ),
  );
  const focused = useDeskStore((state) => state.focusedCallId);
  const store = useDeskStoreApi();
  if (entries.length === 0)
    return (
      <div className={styles.tabs}>
        <p>{t('noCards')}</p>
      </div>
    );
  const go = (index: number) => {
    const entry = entries[(index + entries.length) % entries.length];
    if (!entry) return;
    store.setState({ focusedCallId: entry.call.callId });
    document.getElementById(tabId(entry))?.focus();
  };
  return (
    <div className={styles.tabs} role="tablist" aria-label={t('cards')}>
      {entries.map((entry, index) => {
        const selected = entry.call.callId === focused;
        return (
          <UnstyledButton
            key={entry.call.callId}
            id={tabId(entry)}
            role="tab"
            aria-selected={selected}
            aria-controls={selected ? 'card' : undefined}
            tabIndex={selected ? 0 : -1}
            style={{ '--project': projectColour(entry.card.project) }}
            onClick={() => store.setState({ focusedCallId: entry.call.callId })}
            onKeyDown={(event) => {
              if (event.key === 'ArrowRight') go(index + 1);
              if (event.key === 'ArrowLeft') go(index - 1);
            }}
          >
            <StateMark tone={toneOf(entry)} />
            <span>{partyName(entry) ?? t(entry.call.party.withheld ? 'withheld' : 'unknown')}</span>
            <small>
              {t(`cardState.${entry.call.phase}`)}{' '}
              {entry.call.phase !== 'ended' && (
                <TimeSince since={entry.call.answeredAt ?? entry.call.startedAt} />
              )}
            </small>
          </UnstyledButton>
        );
      })}
    </div>
  );
}

function tabId({ call }: CallEntry): string {
  return `tab-${call.callId}`;
}

function toneOf({ call }: CallEntry): Tone {
  if (call.phase === 'ended') return 'idle';
  return call.phase === 'talking' ? 'good' : 'wait';
}
