import { SegmentedControl } from '@mantine/core';
import type { FormEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { languages } from '#shared/model/language.ts';
import { useDesk } from '../rpc/desk-client.ts';
import styles from './Door.module.css';

/** The frame of the pages before the desk; the language can be chosen before anybody is signed in. */
export function Door({
  title,
  onSubmit,
  children,
}: {
  readonly title: string;
  readonly onSubmit: (event: FormEvent) => void;
  readonly children: ReactNode;
}) {
  const { t, i18n } = useTranslation('sign-in');
  const desk = useDesk();
  return (
    <main className={styles.door}>
      <form className={styles.sheet} onSubmit={onSubmit} noValidate>
        <div className={styles.mark}>Centrala</div>
        <h1>{title}</h1>
        {children}
      </form>
      <SegmentedControl
        aria-label={t('language')}
        value={i18n.language}
        data={languages.map((language) => ({ value: language, label: t(`languages.${language}`) }))}
        onChange={(language) => {
          void i18n.changeLanguage(language);
          const chosen = languages.find((one) => one === language);
          // Not kept where main cannot be reached: the page shows it all the same.
          if (chosen) desk.settings.write({ language: chosen }).catch(() => undefined);
        }}
      />
    </main>
  );
}
