import { useTranslation } from 'react-i18next';
import { useDeskStore } from '../state/desk-store.ts';
import { Key } from '../ui/Key.tsx';
import styles from './Shell.module.css';

const keys = ['F2', 'F3', 'F4', 'F6', 'F7', 'F9', 'Ctrl+K'] as const;

/** No card is open: what is being waited for, and the keys. */
export function IdlePanel() {
  const { t } = useTranslation('shell');
  const phase = useDeskStore((state) => state.operator?.phase ?? 'offline');
  return (
    <div className={styles.idle}>
      <h2>{t(phase === 'ready' ? 'idle.ready' : 'idle.notReady')}</h2>
      <div>{t(phase === 'ready' ? 'idle.readyMeans' : 'idle.notReadyMeans')}</div>
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
