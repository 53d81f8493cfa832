import { NativeSelect, Slider } from '@mantine/core';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { AudioState } from '#shared/contract/desk.ts';
import type { AudioDevice, AudioWishes } from '#shared/contract/voice.ts';
import { useDesk } from '../rpc/desk-client.ts';
import { useDeskStore } from '../state/desk-store.ts';
import { useCommand } from '../ui/use-command.tsx';
import styles from './Settings.module.css';

type WishList = 'microphones' | 'speakers' | 'ringers';

/** Microphone, speaker and ringer by wish; what is really in use is shown beside each. */
export function SoundSettings() {
  const { t } = useTranslation('settings');
  const audio = useDeskStore((state) => state.audio);
  const desk = useDesk();
  const command = useCommand();
  if (!audio) return null;
  const wish = (changes: Partial<AudioWishes>) =>
    void command(() => desk.settings.wishAudio({ ...audio.wishes, ...changes }));
  return (
    <section aria-labelledby="settings-sound">
      <h3 id="settings-sound">{t('sound')}</h3>
      {(['microphones', 'speakers', 'ringers'] as const).map((list) => (
        <div key={list} className={styles.row}>
          <NativeSelect
            label={t(list)}
            value={wished(audio, list)}
            data={[{ value: '', label: t('systemDefault') }, ...options(audio, list)]}
            onChange={(event) =>
              wish({ [list]: preferring(audio.wishes[list], event.currentTarget.value) })
            }
          />
          <span className={styles.inUse}>{inUse(audio, list, t)}</span>
        </div>
      ))}
      <div className={styles.row}>
        <div className={styles.slider}>
          <span>{t('ringVolume')}</span>
          <Slider
            thumbLabel={t('ringVolume')}
            size="sm"
            min={0}
            max={100}
            step={5}
            label={(value) => t('percent', { value })}
            defaultValue={Math.round(audio.wishes.ringVolume * 100)}
            onChangeEnd={(value) => wish({ ringVolume: value / 100 })}
          />
        </div>
      </div>
    </section>
  );
}

/** The list with `deviceId` first; empty means the system's default and forgets the list. */
export function preferring(list: readonly string[], deviceId: string): string[] {
  return deviceId === '' ? [] : [deviceId, ...list.filter((one) => one !== deviceId)].slice(0, 20);
}

function wished(audio: AudioState, list: WishList): string {
  return audio.wishes[list][0] ?? '';
}

function options(audio: AudioState, list: WishList) {
  const kind: AudioDevice['kind'] = list === 'microphones' ? 'microphone' : 'speaker';
  return audio.devices
    .filter((device) => device.kind === kind)
    .map((device) => ({ value: device.deviceId, label: device.label || device.deviceId }));
}

function inUse(audio: AudioState, list: WishList, t: TFunction<'settings'>): string {
  if (list === 'ringers') return '';
  const device = list === 'microphones' ? audio.microphoneInUse : audio.speakerInUse;
  return device === null ? '' : t('inUse', { device });
}
