import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { PreflightResult } from '../preflight/PreflightResult.tsx';
import { useDeskStore, useDeskStoreApi } from '../state/desk-store.ts';
import { Key } from '../ui/Key.tsx';
import styles from './Shell.module.css';

const keys = ['F2', 'F3', 'F4', 'F6', 'F7', 'F8', 'F9', 'F10', 'Ctrl+K'] as const;

/** No card is open: what is being waited for, and the keys. */
export function IdlePanel() {
  const { t } = useTranslation(['shell', 'preflight']);
  const store = useDeskStoreApi();
  const checked = useDeskStore((state) => state.preflight?.state);
  const phase = useDeskStore((state) => state.operator?.phase ?? 'offline');
  return (
    <div className={styles.idle}>
      <h2>{t(phase === 'ready' ? 'idle.ready' : 'idle.notReady')}</h2>
      <div>{t(phase === 'ready' ? 'idle.readyMeans' : 'idle.notReadyMeans')}</div>
      <div className={styles.check}>
        <PreflightResult />
        {(checked === 'none' || checked === 'failed') && (
          <Button variant="default" onClick={() => store.setState({ screen: 'preflight' })}>
            {t('preflight:offer')} · {t('preflight:offerTime')}
          </Button>
        )}
      </div>
      <div className={styles.keys}>
        {keys.map((key) => (
          <KeyMeaning key={key} name={key} />
        ))}
      </div>
    </div>
  );
}

function KeyMeaning({ name }: { readonly name: string }) {
  const { t } = useTranslation('shell');
  return (
    <>
      <span>
        <Key name={name} />
      </span>
      <span>{t(`key.${name}`)}</span>
    </>
  );
}
