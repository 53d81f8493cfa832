import { Button, Slider, Switch } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { AudioWishes } from '#shared/contract/voice.ts';
import { textIn } from '#shared/model/language.ts';
import { useDesk } from '../rpc/desk-client.ts';
import { useDeskStore, useDeskStoreApi } from '../state/desk-store.ts';
import { projectColour } from '../ui/project-colour.ts';
import { useCommand } from '../ui/use-command.tsx';
import { useLanguage } from '../ui/use-language.ts';
import { DeviceList } from './DeviceList.tsx';
import { HeadsetSettings } from './HeadsetSettings.tsx';
import styles from './Settings.module.css';

const lists = ['microphones', 'speakers', 'ringers'] as const;

/** Microphones, speakers and ringing devices by wish, what is in use, and how the sound is treated. */
export function SoundSettings() {
  const { t } = useTranslation('settings');
  const audio = useDeskStore((state) => state.audio);
  const store = useDeskStoreApi();
  const desk = useDesk();
  const command = useCommand();
  if (!audio) return null;
  const wish = (changes: Partial<AudioWishes>) =>
    void command(() => desk.settings.wishAudio({ ...audio.wishes, ...changes }));
  const inUse = {
    microphones: audio.microphoneInUse,
    speakers: audio.speakerInUse,
    ringers: audio.ringerInUse,
  };
  return (
    <section aria-labelledby="settings-sound">
      <h3 id="settings-sound">{t('sound')}</h3>
      <p className={styles.inUse}>{t('orderMeans')}</p>
      <div className={styles.lists}>
        {lists.map((list) => (
          <DeviceList
            key={list}
            title={t(list)}
            wishes={audio.wishes[list]}
            devices={audio.devices.filter(
              ({ kind }) => kind === (list === 'microphones' ? 'microphone' : 'speaker'),
            )}
            known={audio.wishes.known}
            inUse={inUse[list]}
            change={(wishes) => wish({ [list]: wishes })}
          />
        ))}
      </div>
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
      <div className={styles.row}>
        <Switch
          label={t('noise')}
          checked={audio.wishes.noiseSuppression}
          onChange={(event) => wish({ noiseSuppression: event.currentTarget.checked })}
        />
        <span className={styles.inUse}>{t(`noiseIs.${audio.noiseSuppression}`)}</span>
      </div>
      <HeadsetSettings headset={audio.headset} />
      <Melodies />
      <Button mt={12} variant="default" onClick={() => store.setState({ screen: 'preflight' })}>
        {t('checkGear')}
      </Button>
    </section>
  );
}

/** Which melody tells of which project: a thing the ear learns. */
function Melodies() {
  const { t } = useTranslation('settings');
  const language = useLanguage();
  const projects = useDeskStore((state) => state.session?.projects);
  return (
    <dl className={styles.melodies}>
      <dt>{t('melodies')}</dt>
      {projects?.map((project) => (
        <dd key={project.projectId}>
          <i style={{ background: projectColour(project) }} />
          {textIn(project.name, language)} <small>{t(`melody.${project.ringTone}`)}</small>
        </dd>
      ))}
    </dl>
  );
}
