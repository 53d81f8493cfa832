import { useMantineColorScheme } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useDesk } from '../rpc/desk-client.ts';
import { useDeskStore } from '../state/desk-store.ts';

/** Takes language and theme from main whenever the link comes up; a page alone keeps what it has. */
export function usePreferences(): void {
  const desk = useDesk();
  const link = useDeskStore((state) => state.link);
  const { i18n } = useTranslation();
  const { setColorScheme } = useMantineColorScheme();
  useEffect(() => {
    document.documentElement.lang = i18n.language;
    const follow = (language: string) => {
      document.documentElement.lang = language;
    };
    i18n.on('languageChanged', follow);
    return () => i18n.off('languageChanged', follow);
  }, [i18n]);
  useEffect(() => {
    if (link !== 'up') return undefined;
    let wanted = true;
    desk.settings.read().then(
      ({ language, theme }) => {
        if (!wanted) return;
        setColorScheme(theme);
        if (language !== i18n.language) void i18n.changeLanguage(language);
      },
      () => undefined, // The page keeps the language and theme it has.
    );
    return () => {
      wanted = false;
    };
  }, [desk, link, i18n, setColorScheme]);
}
