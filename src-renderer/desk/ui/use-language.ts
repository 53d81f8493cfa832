import { useTranslation } from 'react-i18next';
import { Language } from '#shared/model/language.ts';

/** The interface's language, for texts of the call centre's own (`textIn`). */
export function useLanguage(): Language {
  const { i18n } = useTranslation();
  const parsed = Language.safeParse(i18n.language);
  return parsed.success ? parsed.data : 'sl';
}
