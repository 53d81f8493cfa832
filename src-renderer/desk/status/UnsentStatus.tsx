import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useDeskStore, useDeskStoreApi } from '../state/desk-store.ts';
import styles from './Status.module.css';
import { Icon } from '../ui/Icon.tsx';
import { StateMark } from '../ui/StateMark.tsx';

/** How much waits to be sent and how much must be mended; leads to the screen that mends it. */
export function UnsentStatus() {
  const { t } = useTranslation('status');
  const waiting = useDeskStore((state) => state.sync?.waiting ?? 0);
  const refused = useDeskStore((state) => state.sync?.refused ?? 0);
  const store = useDeskStoreApi();
  return (
    <Button
      variant="subtle"
      color="gray"
      px={8}
      className={styles.unsent}
      styles={{ label: { gap: 10, color: 'var(--mantine-color-text)', fontWeight: 400 } }}
      leftSection={<Icon name="sync" size={15} />}
      onClick={() => store.setState({ screen: 'sync' })}
    >
      <span>{waiting === 0 ? t('allSent') : t('waiting', { count: waiting })}</span>
      {refused > 0 && (
        <strong style={{ color: 'var(--state-act)' }}>
          <StateMark tone="act" /> {t('refused', { count: refused })}
        </strong>
      )}
    </Button>
  );
}
