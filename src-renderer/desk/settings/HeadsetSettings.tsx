import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { assertNever } from '#shared/assert-never.ts';
import type { AudioState } from '#shared/contract/desk.ts';
import { askForHeadset, canAskForHeadset } from '../../wire/headset-permission.ts';
import { StateMark, type Tone } from '../ui/StateMark.tsx';
import styles from './Settings.module.css';

/** Whether the headset's own buttons work here. */
export function HeadsetSettings({ headset }: { readonly headset: AudioState['headset'] }) {
  const { t } = useTranslation('settings');
  return (
    <div className={styles.row} data-headset={headset.state}>
      <span className={styles.mark}>
        <StateMark tone={toneOf(headset.state)} /> {t('headset')}
      </span>
      <span className={styles.inUse}>
        {headset.state === 'none' && canAskForHeadset() && (
          <Button variant="default" mr={12} onClick={() => void askForHeadset()}>
            {t('connectHeadset')}
          </Button>
        )}
        {t(`headsetIs.${headset.state}`, { product: headset.product ?? t('unnamedHeadset') })}
      </span>
    </div>
  );
}

function toneOf(state: AudioState['headset']['state']): Tone {
  switch (state) {
    case 'ready':
      return 'good';
    case 'contested':
      return 'wait';
    case 'none':
      return 'idle';
    default:
      return assertNever(state);
  }
}
