/** settings: the person's own: language, theme, and which sound devices are wished for. */
import { SegmentedControl, useMantineColorScheme } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { languages } from '#shared/model/language.ts';
import { useDesk } from '../rpc/desk-client.ts';
import { useCommand } from '../ui/use-command.tsx';
import { useLanguage } from '../ui/use-language.ts';
import { KeyKept } from './KeyKept.tsx';
import styles from './Settings.module.css';
import { SoundSettings } from './SoundSettings.tsx';

const themes = ['auto', 'light', 'dark'] as const;

export function SettingsScreen() {
  const { t, i18n } = useTranslation('settings');
  const language = useLanguage();
  const desk = useDesk();
  const command = useCommand();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <div className={styles.screen}>
      <h2>{t('title')}</h2>
      <section aria-labelledby="settings-look">
        <h3 id="settings-look">{t('look')}</h3>
        <div className={styles.row}>
          <span id="settings-language">{t('language')}</span>
          <SegmentedControl
            aria-labelledby="settings-language"
            value={language}
            data={languages.map((one) => ({ value: one, label: t(`languages.${one}`) }))}
            onChange={(chosen) => {
              void i18n.changeLanguage(chosen);
              void command(() => desk.settings.write({ language: chosen }));
            }}
          />
        </div>
        <div className={styles.row}>
          <span id="settings-theme">{t('theme')}</span>
          <SegmentedControl
            aria-labelledby="settings-theme"
            value={colorScheme}
            data={themes.map((one) => ({ value: one, label: t(`themes.${one}`) }))}
            onChange={(chosen) => {
              setColorScheme(chosen);
              void command(() => desk.settings.write({ theme: chosen }));
            }}
          />
        </div>
      </section>
      <SoundSettings />
      <KeyKept />
    </div>
  );
}
