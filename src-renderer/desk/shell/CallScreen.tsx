import { useTranslation } from 'react-i18next';
import { useDeskStore } from '../state/desk-store.ts';
import { WorkArea } from '../work/WorkArea.tsx';
import { CallTabs } from './CallTabs.tsx';
import { IdlePanel } from './IdlePanel.tsx';
import styles from './Shell.module.css';

/** The cards: one on the screen, the others pinned as tabs above it. */
export function CallScreen() {
  const { t } = useTranslation('shell');
  const callId = useDeskStore((state) => state.focusedCallId);
  return (
    <>
      <CallTabs />
      {callId === null ? (
        <IdlePanel />
      ) : (
        <div role="tabpanel" id="card" className={styles.card} aria-label={t('card')}>
          <WorkArea key={callId} callId={callId} />
        </div>
      )}
    </>
  );
}
