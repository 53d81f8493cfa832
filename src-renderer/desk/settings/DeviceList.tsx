import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { AudioDevice } from '#shared/contract/voice.ts';
import { useDeskStore } from '../state/desk-store.ts';
import { Icon } from '../ui/Icon.tsx';
import { StateMark } from '../ui/StateMark.tsx';
import { wishedDevices, withAdded, withMoved } from './device-order.ts';
import styles from './Settings.module.css';

/** Devices in the order of preference; the first that is plugged in is used. */
export function DeviceList({
  title,
  wishes,
  devices,
  known,
  inUse,
  change,
}: {
  readonly title: string;
  readonly wishes: readonly string[];
  /** Those that can be chosen. */
  readonly devices: readonly AudioDevice[];
  /** Wished ones as they were last seen. */
  readonly known: readonly AudioDevice[] | undefined;
  /** Label of the one in use; null: the system's own choice. */
  readonly inUse: string | null;
  readonly change: (wishes: string[]) => void;
}) {
  const { t } = useTranslation('settings');
  const labels = useDeskStore((state) => state.deviceLabels);
  const wished = wishedDevices(wishes, devices, labels, known);
  const others = devices.filter(
    ({ deviceId }) => !wished.some(({ presentId }) => presentId === deviceId),
  );
  return (
    <fieldset className={styles.devices}>
      <legend>{title}</legend>
      {wished.length === 0 && (
        <p className={styles.inUse}>
          {inUse === null ? t('systemDefault') : t('systemChose', { device: inUse })}
        </p>
      )}
      <ol>
        {wished.map(({ deviceId, label, presentId }, index) => {
          const present = presentId !== null;
          const device = label === '' ? t('unnamedDevice') : label;
          const used = present && label === inUse;
          return (
            <li key={deviceId} data-present={present || undefined}>
              <StateMark tone={used ? 'good' : present ? 'idle' : 'wait'} />
              <span className={styles.device}>{device}</span>
              <small>
                {t(used ? 'device.used' : present ? 'device.present' : 'device.missing')}
              </small>
              <Button
                size="compact-sm"
                variant="default"
                disabled={index === 0}
                aria-label={t('device.up', { device })}
                onClick={() => change(withMoved(wishes, deviceId, -1))}
              >
                <Icon name="up" size={14} />
              </Button>
              <Button
                size="compact-sm"
                variant="default"
                disabled={index === wished.length - 1}
                aria-label={t('device.down', { device })}
                onClick={() => change(withMoved(wishes, deviceId, 1))}
              >
                <Icon name="down" size={14} />
              </Button>
              <Button
                size="compact-sm"
                variant="subtle"
                aria-label={t('device.remove', { device })}
                onClick={() => change(wishes.filter((one) => one !== deviceId))}
              >
                <Icon name="close" size={14} />
              </Button>
            </li>
          );
        })}
        {others.map(({ deviceId, label }) => (
          <li key={deviceId} data-present>
            <span />
            <span className={styles.device}>{label || deviceId}</span>
            <Button
              className={styles.add}
              size="compact-sm"
              variant="default"
              aria-label={t('device.addLong', { device: label || deviceId })}
              onClick={() => change(withAdded(wishes, deviceId))}
            >
              {t('device.add')}
            </Button>
          </li>
        ))}
      </ol>
    </fieldset>
  );
}
