import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallEntry } from '../state/desk-state.ts';
import { useDeskStoreApi } from '../state/desk-store.ts';
import { Key } from '../ui/Key.tsx';
import { partyName } from '../ui/party-name.ts';
import { StateMark } from '../ui/StateMark.tsx';
import styles from './CallBar.module.css';

/** How far a blind transfer is; a failed one stays until the operator has seen it. */
export function TransferProgress({ entry }: { readonly entry: CallEntry }) {
  const { t } = useTranslation('calls');
  const store = useDeskStoreApi();
  const { call } = entry;
  const [seen, setSeen] = useState(false);
  const transfer = call.transfer;
  if (!transfer || seen) return null;
  const failed = transfer.state === 'failed';
  return (
    <section className={styles.progress} aria-label={t('transfer')} data-transfer={transfer.state}>
      <StateMark tone={failed ? 'act' : 'wait'} />
      <output>
        {t(`transferIs.${transfer.state}`, {
          to: transfer.to,
          who: partyName(entry) ?? t('withheld'),
        })}
      </output>
      {failed && (
        <div className={styles.buttons}>
          <Button
            variant="default"
            rightSection={<Key name="F8" />}
            onClick={() => store.setState({ transferring: call.callId })}
          >
            {t('transferAgain')}
          </Button>
          <Button variant="default" onClick={() => setSeen(true)}>
            {t('understood')}
          </Button>
        </div>
      )}
    </section>
  );
}
